"""The provider by its protocol: what it is, secrets, unknown values, errors, partial state."""

import json
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2

from emulator.provider import wire
from emulator.provider.properties import UNKNOWN, Properties
from emulator.provider.wire import Empty
from emulator.resources.aws import Aws
from emulator.server.server import Server
from emulator.services.table import RESOURCE_TYPES
from tests.support.plugin import (
    CheckRequest,
    ConfigureRequest,
    InvokeRequest,
    Kept,
    Plugin,
    message,
    raw,
    secret,
    served,
    urn,
)

(GetSchemaRequest,) = wire.classes(provider_pb2, "GetSchemaRequest")
GROUP = "aws:cloudwatch/logGroup:LogGroup"
SECRET = "aws:secretsmanager/secret:Secret"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
VPC = "aws:ec2/vpc:Vpc"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
NOWHERE = "aws:test/other:Other"


@pytest.fixture(name="plugin")
def _plugin(aws: Aws) -> Iterator[Plugin]:
    with served(aws) as plugin:
        yield plugin


def partial_state(error: grpc.RpcError) -> wire.ErrorResourceInitFailed:
    """Return the partial state that an error hands to the engine."""
    assert error.code() == grpc.StatusCode.UNKNOWN
    details = dict(error.trailing_metadata())["grpc-status-details-bin"]
    [packed] = wire.Status.FromString(details).details
    detail = wire.ErrorResourceInitFailed()
    assert packed.Unpack(detail)
    assert list(detail.reasons) == [error.details()]
    return detail


def test_the_plugin_tells_what_it_is(plugin: Plugin) -> None:
    assert plugin.stub.GetPluginInfo(Empty()).version == "7.51.1"
    schema = json.loads(plugin.stub.GetSchema(GetSchemaRequest()).schema)
    assert schema["resources"].keys() == RESOURCE_TYPES.keys()
    assert "aws:index/getRegion:getRegion" in schema["functions"]
    assert plugin.stub.Cancel(Empty()) == Empty()


def test_configuration_takes_secrets_and_refuses_in_words(plugin: Plugin) -> None:
    answer = plugin.stub.Configure(ConfigureRequest())
    assert answer == wire.ConfigureResponse(acceptSecrets=True, supportsPreview=True)
    with pytest.raises(grpc.RpcError) as refused:
        plugin.stub.Configure(ConfigureRequest(args=message({"region": "mars-1"})))
    assert refused.value.details() == "ValueError: mars-1 is no region"


def test_checked_inputs_go_back_as_they_came_with_defaults(plugin: Plugin) -> None:
    given = {"name": UNKNOWN, "tags": {"a": secret("s"), "b": UNKNOWN}, "policy": secret("{}")}
    checked = raw(plugin.check(SECRET, message(given)))
    assert checked == {**given, "recoveryWindowInDays": 30.0}
    days = {"recoveryWindowInDays": UNKNOWN}
    assert raw(plugin.check(SECRET, message(days))) == days


def test_a_refused_input_is_named_and_a_secret_not_shown(plugin: Plugin) -> None:
    def failures(token: str, inputs: dict[str, Any]) -> list[tuple[str, str]]:
        answer = plugin.stub.Check(CheckRequest(urn=urn(token), news=message(inputs)))
        return [(failure.property, failure.reason) for failure in answer.failures]

    reason = "[secret] is no argument of aws:ec2/vpc:Vpc"
    assert failures(VPC, {"hush hush": secret("hush hush")}) == [("hush hush", reason)]
    assert failures(NOWHERE, {}) == [("", f"the emulated AWS has no type {NOWHERE}")]


def test_what_was_or_always_is_secret_stays_so(plugin: Plugin) -> None:
    held = plugin.create(SECRET, message({"name": "a", "recoveryWindowInDays": 0}))
    value = {"secretId": held.id, "secretString": "hush"}
    for preview in (True, False):
        made = plugin.create(VERSION, message(value), preview)
        assert Properties.from_wire(made.outputs).secret == {"secretString"}
    given = {"name": "g", "tags": {"a": secret("s")}, "retentionInDays": secret(7)}
    group = plugin.create(GROUP, message(given))
    assert Properties.from_wire(group.outputs).secret == {"tags", "retentionInDays"}
    assert raw(group.outputs)["retentionInDays"] == secret(7.0)
    read = plugin.read(GROUP, group)
    assert read is not None
    assert Properties.from_wire(read.inputs).secret == {"tags", "retentionInDays"}
    wanted = message({"name": secret("g")})
    for preview in (True, False):
        updated = plugin.update(GROUP, group, wanted, preview)
        assert Properties.from_wire(updated.outputs).secret == {"name"}


def test_an_id_is_enough_to_import(plugin: Plugin) -> None:
    made = plugin.create(GROUP, message({"name": "g", "tags": {"a": "1"}}))
    read = plugin.read(GROUP, Kept(made.id, message({}), message({})))
    assert read is not None
    assert raw(read.inputs) == {"tags": {"a": "1"}}
    assert read.values["name"] == "g"


def test_a_difference_says_what_becomes_of_each_argument(plugin: Plugin) -> None:
    old = {
        "cidrIpv4": "a",
        "securityGroupId": "sg-1",
        "fromPort": 1,
        "toPort": 1,
        "tags": {"a": "1"},
    }
    new = {
        "cidrIpv4": "a",
        "securityGroupId": UNKNOWN,
        "fromPort": 1,
        "tags": {},
        "description": "d",
    }
    found = plugin.diff(RULE, Kept("sgr-1", message(old), message(old)), message(new))
    difference = wire.PropertyDiff
    assert found == wire.DiffResponse(
        changes=wire.DiffResponse.DIFF_SOME,
        diffs=["description", "securityGroupId", "tags", "toPort"],
        replaces=["securityGroupId"],
        hasDetailedDiff=True,
        detailedDiff={
            "description": difference(kind=difference.ADD, inputDiff=True),
            "securityGroupId": difference(kind=difference.UPDATE_REPLACE, inputDiff=True),
            "tags": difference(kind=difference.UPDATE, inputDiff=True),
            "toPort": difference(kind=difference.DELETE, inputDiff=True),
        },
    )


def test_what_is_only_partly_made_is_kept_and_finished_by_an_update(
    server: Server, plugin: Plugin
) -> None:
    server.fail_once("ModifyVpcAttribute", message="no hush hush")
    wanted = message({"cidrBlock": secret("10.0.0.0/16"), "enableDnsSupport": False})
    wanted.update({"tags": {"a": secret("hush hush")}})
    with pytest.raises(grpc.RpcError) as failed:
        plugin.create(VPC, wanted)
    assert "calling the ModifyVpcAttribute operation" in failed.value.details()
    assert failed.value.details().endswith("no [secret]")
    detail = partial_state(failed.value)
    assert raw(detail.inputs) == {
        "cidrBlock": secret("10.0.0.0/16"),
        "tags": secret({"a": "hush hush"}),
    }
    kept = Kept(detail.id, wanted, detail.properties)
    assert list(plugin.diff(VPC, kept, wanted).diffs) == ["enableDnsSupport"]
    finished = plugin.update(VPC, kept, wanted)
    read = plugin.read(VPC, finished)
    assert read is not None
    assert plugin.diff(VPC, read, wanted).changes == wire.DiffResponse.DIFF_NONE


def test_a_failed_update_keeps_the_new_inputs_and_a_refresh_tells_the_truth(
    server: Server, plugin: Plugin
) -> None:
    old = message({"name": "g", "retentionInDays": 7})
    made = plugin.create(GROUP, old)
    server.fail_once("PutRetentionPolicy", message="out of order")
    wanted = message({"name": "g", "retentionInDays": secret(14)})
    with pytest.raises(grpc.RpcError) as failed:
        plugin.update(GROUP, made, wanted)
    assert "out of order" in failed.value.details()
    detail = partial_state(failed.value)
    assert detail.id == made.id
    assert raw(detail.inputs) == {"name": "g", "retentionInDays": secret(14.0)}
    assert raw(detail.properties) == {**raw(made.outputs), "retentionInDays": secret(14.0)}
    kept = Kept(detail.id, detail.inputs, detail.properties)
    calls = len(server.calls)
    plugin.update(GROUP, kept, wanted)
    assert len(server.calls) == calls
    read = plugin.read(GROUP, kept)
    assert read is not None
    assert read.values["retentionInDays"] == 7
    assert list(plugin.diff(GROUP, read, wanted).diffs) == ["retentionInDays"]


def test_errors_reach_the_user_in_words_and_print_nothing(
    server: Server, plugin: Plugin, capfd: pytest.CaptureFixture[str]
) -> None:
    made = plugin.create(GROUP, message({"name": "g"}))
    server.fail_once("DeleteLogGroup", "InUse", "g-hush holds it")
    kept = Kept(made.id, message({"name": "g", "tags": secret({"a": "g-hush"})}), made.outputs)
    with pytest.raises(grpc.RpcError) as failed:
        plugin.delete(GROUP, kept)
    assert failed.value.code() == grpc.StatusCode.FAILED_PRECONDITION
    assert failed.value.details().startswith("An error occurred (InUse) when calling the Delete")
    assert failed.value.details().endswith("[secret] holds it")
    with pytest.raises(grpc.RpcError) as failed:
        plugin.create(GROUP, message({"name": "h", "color": "red"}))
    reason = "ArgumentError: color fits no member of CreateLogGroup"
    assert failed.value.details() == reason
    assert capfd.readouterr() == ("", "")


def test_a_look_up_answers_or_says_why_not(plugin: Plugin) -> None:
    def invoke(token: str, **args: Any) -> wire.InvokeResponse:
        return plugin.stub.Invoke(InvokeRequest(tok=token, args=message(args)))

    region = "aws:index/getRegion:getRegion"
    answer = Properties.from_wire(getattr(invoke(region, region="us-east-1"), "return"))
    assert answer.values["region"] == "us-east-1"
    for token, words in ((region, "AWS has no region x"), ("aws:x:y", "no look-up aws:x:y")):
        with pytest.raises(grpc.RpcError) as failed:
            invoke(token, region="x")
        assert words in failed.value.details()
