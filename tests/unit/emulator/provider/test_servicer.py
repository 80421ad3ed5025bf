"""The provider by its protocol: what it is, checks, differences, look-ups."""

import json
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from emulator.provider import wire
from emulator.provider.properties import UNKNOWN, Properties
from emulator.provider.wire import Empty
from emulator.resources.resource_type import State
from tests.support.fake_provider import (
    OTHER,
    URN,
    FakeKind,
    message,
    plain,
    secret,
    serving,
)

ConstructRequest, ProviderHandshakeRequest = wire.classes(
    provider_pb2, "ConstructRequest", "ProviderHandshakeRequest"
)


@pytest.fixture(name="kind")
def _kind() -> FakeKind:
    return FakeKind()


@pytest.fixture(name="plugin")
def _plugin(kind: FakeKind) -> Iterator[ResourceProviderStub]:
    with serving(kind) as plugin:
        yield plugin


def test_configuration(plugin: ResourceProviderStub, kind: FakeKind) -> None:
    """Secrets are taken, resources and outputs are not; the region is the configured one."""
    answer = plugin.Configure(wire.ConfigureRequest(args=message(region="eu-west-8")))
    assert answer == wire.ConfigureResponse(acceptSecrets=True, supportsPreview=True)
    plugin.Create(wire.CreateRequest(urn=URN, properties=message(name="n")))
    assert kind.asked[-1][:2] == ("create", "AWS in eu-west-8")


def test_a_configuration_that_is_refused(plugin: ResourceProviderStub) -> None:
    """It is refused in words."""
    with pytest.raises(grpc.RpcError) as refused:
        plugin.Configure(wire.ConfigureRequest(args=message(region="mars-1")))
    assert refused.value.details() == "mars-1 is no region"


def test_the_plugin_tells_what_it_is(plugin: ResourceProviderStub) -> None:
    """Its version and its schema; it takes note of the end."""
    assert plugin.GetPluginInfo(Empty()).version == "7.51.1"
    assert json.loads(plugin.GetSchema(wire.GetSchemaRequest()).schema) == {"name": "aws"}
    assert plugin.Cancel(Empty()) == Empty()


@pytest.mark.parametrize("method", ["CheckConfig", "DiffConfig", "Handshake", "Construct"])
def test_what_is_left_to_the_engine(plugin: ResourceProviderStub, method: str) -> None:
    """The engine has an answer of its own to a method that is not implemented."""
    requests = {
        "CheckConfig": wire.CheckRequest(),
        "DiffConfig": wire.DiffRequest(),
        "Handshake": ProviderHandshakeRequest(),
        "Construct": ConstructRequest(),
    }
    with pytest.raises(grpc.RpcError) as refused:
        getattr(plugin, method)(requests[method])
    assert refused.value.code() == grpc.StatusCode.UNIMPLEMENTED


def check(plugin: ResourceProviderStub, urn: str = URN, **news: Any) -> wire.CheckResponse:
    """Check inputs."""
    return plugin.Check(wire.CheckRequest(urn=urn, news=message(**news)))


def test_checked_inputs_go_back_as_they_came(plugin: ResourceProviderStub) -> None:
    """Secrets inside of values and unknown values stay where they are; defaults are added."""
    given = {"name": UNKNOWN, "nested": {"a": secret("s"), "b": [UNKNOWN]}, "whole": secret(1.0)}
    answer = check(plugin, **given)
    assert plain(answer.inputs) == {**given, "size": 3.0}
    assert not answer.failures


def test_a_default_does_not_replace_what_is_given(plugin: ResourceProviderStub) -> None:
    """Not even a value that is not known yet."""
    assert plain(check(plugin, size=UNKNOWN).inputs) == {"size": UNKNOWN}


def test_inputs_that_are_refused(plugin: ResourceProviderStub) -> None:
    """The property is named, and a secret's value is not shown."""
    answer = check(plugin, bad=secret("hush hush"))
    assert list(answer.failures) == [wire.CheckFailure(property="bad", reason="bad is [secret]")]


def test_a_type_that_is_not_in_the_table(plugin: ResourceProviderStub) -> None:
    """It is refused by its name, without an error of the protocol."""
    answer = check(plugin, urn=OTHER, name="n")
    reason = "the emulated AWS has no type aws:test/other:Other"
    assert list(answer.failures) == [wire.CheckFailure(reason=reason)]


def diff(
    plugin: ResourceProviderStub, old: dict[str, Any], new: dict[str, Any], *ignored: str
) -> wire.DiffResponse:
    """Diff new inputs against old ones, whose outputs repeat them."""
    return plugin.Diff(
        wire.DiffRequest(
            id="t-1",
            urn=URN,
            olds=message(**old, arn="arn:t-1"),
            old_inputs=message(**old),
            news=message(**new),
            ignoreChanges=ignored,
        )
    )


def test_equal_inputs_have_no_difference(plugin: ResourceProviderStub) -> None:
    """Whether secret or not."""
    answer = diff(plugin, {"name": "n", "password": secret("p")}, {"name": "n", "password": "p"})
    assert answer == wire.DiffResponse(changes=wire.DiffResponse.DIFF_NONE, hasDetailedDiff=True)


def test_a_difference_says_what_changes_and_what_replaces(plugin: ResourceProviderStub) -> None:
    """Arguments as a whole, each with what happens to it."""
    old = {"name": "n", "gone": 1, "nested": {"inner": 1}, "same": True}
    new = {"name": UNKNOWN, "added": 1, "nested": {"inner": 2}, "same": True}
    answer = diff(plugin, old, new)
    kind = wire.PropertyDiff
    assert answer == wire.DiffResponse(
        changes=wire.DiffResponse.DIFF_SOME,
        diffs=["added", "gone", "name", "nested"],
        replaces=["name"],
        deleteBeforeReplace=True,
        hasDetailedDiff=True,
        detailedDiff={
            "added": kind(kind=kind.ADD, inputDiff=True),
            "gone": kind(kind=kind.DELETE, inputDiff=True),
            "name": kind(kind=kind.UPDATE_REPLACE, inputDiff=True),
            "nested": kind(kind=kind.UPDATE, inputDiff=True),
        },
    )


def test_the_table_is_told_what_to_ignore(plugin: ResourceProviderStub, kind: FakeKind) -> None:
    """And has inputs and outputs apart."""
    diff(plugin, {"name": "n"}, {"name": "m"}, "name", "tags")
    state = State("t-1", {"name": "n"}, {"arn": "arn:t-1"})
    assert kind.asked == [("diff", state, {"name": "m"}, ("name", "tags"))]


def test_a_look_up(plugin: ResourceProviderStub) -> None:
    """Its arguments are plain values, its answer is on the wire again."""
    answer = plugin.Invoke(wire.InvokeRequest(tok="aws:test/get:get", args=message(number=1)))
    found = Properties.from_wire(getattr(answer, "return")).values
    assert found == {"aws": "AWS in eu-west-9", "asked": {"number": 1}, "count": 3}


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        ("aws:test/get:get", "ValueError: nothing found"),
        ("aws:test/list:list", "the emulated AWS has no look-up aws:test/list:list"),
    ],
)
def test_a_look_up_that_fails(plugin: ResourceProviderStub, token: str, shown: str) -> None:
    """Its error is the program's to catch."""
    with pytest.raises(grpc.RpcError) as failed:
        plugin.Invoke(wire.InvokeRequest(tok=token, args=message(fail=True)))
    assert failed.value.details() == shown
