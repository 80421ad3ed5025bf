"""Every resource type, by the engine's protocol, on the environment of the program."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import grpc
import pytest

from emulator.provider import wire
from emulator.provider.properties import UNKNOWN, Properties
from emulator.provider.wire import Struct
from emulator.resources.boto_type import BotoType
from emulator.resources.state import State
from emulator.services.table import RESOURCE_TYPES
from tests.support.plugin import Kept, Plugin, message, raw, served
from tests.support.samples import SAMPLES, TRUST
from tests.unit.emulator.services.world import World

SOME, NONE = wire.DiffResponse.DIFF_SOME, wire.DiffResponse.DIFF_NONE


@pytest.fixture(name="plugin", scope="module")
def _plugin(made_world: World) -> Iterator[Plugin]:
    with served(made_world.aws) as plugin:
        yield plugin


def changed(world: World, inputs: Mapping[str, Any], changes: Mapping[str, Any]) -> Struct:
    """Return inputs with changes at dotted paths, and references resolved."""
    values = dict(inputs)
    for path, value in changes.items():
        *outer, last = path.split(".")
        place = values
        for name in outer:
            place[name] = dict(place[name])
            place = place[name]
        place[last] = world.resolve(value)
        if value is None:
            del place[last]
    return message(values)


def assert_settled(plugin: Plugin, token: str, kept: Kept, wanted: Struct) -> None:
    """Assert that AWS has what was asked for, and that asking again changes nothing."""
    read = plugin.read(token, kept)
    assert read is not None
    assert plugin.diff(token, read, wanted).changes == NONE
    asked = Properties.from_wire(wanted).values
    assert {name: kept.values[name] for name in asked} == asked


def test_every_type_has_a_sample() -> None:
    assert SAMPLES.keys() == RESOURCE_TYPES.keys()


@pytest.mark.parametrize("token", SAMPLES)
def test_what_was_made_is_read_as_it_was_given(
    made_world: World, plugin: Plugin, token: str
) -> None:
    of_type = [each.state for each in made_world.resources if each.type == token]
    assert of_type
    for state in of_type:
        kept = Kept.of(state)
        read = plugin.read(token, kept)
        assert read is not None
        assert Properties.from_wire(read.inputs).values == state.inputs
        assert read.values == kept.values
        assert plugin.diff(token, read, kept.inputs).changes == NONE


def _update(plugin: Plugin, token: str, kept: Kept, wanted: Struct, world: World) -> Kept:
    difference = plugin.diff(token, kept, wanted)
    assert (difference.changes, list(difference.replaces)) == (SOME, [])
    calls = len(world.server.calls)
    previewed = plugin.update(token, kept, wanted, preview=True)
    assert len(world.server.calls) == calls
    updated = plugin.update(token, kept, wanted)
    assert previewed.values.keys() <= updated.values.keys()
    assert_settled(plugin, token, updated, wanted)
    return updated


@pytest.mark.parametrize("token", [token for token, each in SAMPLES.items() if each.change])
def test_what_changes_in_place_changes_there_and_back(
    world: World, plugin: Plugin, token: str
) -> None:
    sample = SAMPLES[token]
    kept = Kept.of(world.made(token, sample.part).state)
    wanted = changed(world, Properties.from_wire(kept.inputs).values, sample.change)
    assert set(plugin.diff(token, kept, wanted).diffs) == {
        path.partition(".")[0] for path in sample.change
    }
    updated = _update(plugin, token, kept, wanted, world)
    # What AWS computes, and the program does not give, stays.
    if plugin.diff(token, updated, kept.inputs).changes == SOME:
        _update(plugin, token, updated, kept.inputs, world)


TAGGED = [
    token
    for token, each in RESOURCE_TYPES.items()
    if isinstance(each, BotoType) and each.tags is not None
]


@pytest.mark.parametrize("token", TAGGED)
def test_tags_follow(world: World, plugin: Plugin, token: str) -> None:
    state = world.made(token, SAMPLES[token].part).state
    kept = Kept.of(state)
    suffix = state.inputs["tags"]["EnvironmentSuffix"]
    tags = {"Name": "another", "Fresh": "new", "EnvironmentSuffix": suffix}
    updated = _update(plugin, token, kept, changed(world, state.inputs, {"tags": tags}), world)
    assert updated.values["tagsAll"] == tags
    back = _update(plugin, token, updated, kept.inputs, world)
    assert back.values["tagsAll"] == state.inputs["tags"]


@pytest.mark.parametrize("token", [token for token, each in SAMPLES.items() if each.replace])
def test_what_can_not_change_in_place_replaces(
    made_world: World, plugin: Plugin, token: str
) -> None:
    sample = SAMPLES[token]
    kept = Kept.of(made_world.made(token, sample.part).state)
    wanted = changed(made_world, Properties.from_wire(kept.inputs).values, sample.replace)
    names = {path.partition(".")[0] for path in sample.replace}
    difference = plugin.diff(token, kept, wanted)
    assert set(difference.replaces) == names
    identity = set(RESOURCE_TYPES[token].arguments.identity)
    assert difference.deleteBeforeReplace == (bool(identity) and not identity & names)
    assert plugin.diff(token, kept, wanted, *names).changes == NONE


@pytest.mark.parametrize("token", SAMPLES)
def test_one_is_previewed_made_and_deleted(world: World, plugin: Plugin, token: str) -> None:
    sample = SAMPLES[token]
    state = world.made(token, sample.part).state
    if sample.second is None:
        plugin.delete(token, Kept.of(state))
    wanted = plugin.check(token, changed(world, state.inputs, sample.second or {}))
    calls = len(world.server.calls)
    unknown = message(dict.fromkeys(Properties.from_wire(wanted).values, UNKNOWN))
    previewed = plugin.create(token, unknown, preview=True)
    assert (previewed.id, previewed.values) == ("", Properties.from_wire(unknown).values)
    assert len(world.server.calls) == calls
    made = plugin.create(token, wanted)
    assert made.id
    secrets = RESOURCE_TYPES[token].arguments.secrets
    assert Properties.from_wire(made.outputs).secret == made.values.keys() & set(secrets)
    assert_settled(plugin, token, made, wanted)
    plugin.delete(token, made)
    left = plugin.read(token, made)
    assert (left is not None) == sample.stays
    plugin.delete(token, made)


_PORTS = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 9999, "CidrIpv4": "0.0.0.0/0"}
_SCALED = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount"}
_NO_LOGS = {"DisableLogTypes": ["postgresql"]}

# Type, part of the name, what someone calls by hand, and the arguments that show it.
DRIFT: list[tuple[str, str, str, Callable[[State], dict[str, Any]], dict[str, Any]]] = [
    (
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "alb-in-http",
        "ec2.modify_security_group_rules",
        lambda rule: {
            "GroupId": rule["securityGroupId"],
            "SecurityGroupRules": [{"SecurityGroupRuleId": rule.id, "SecurityGroupRule": _PORTS}],
        },
        {"fromPort": 1.0, "toPort": 9999.0},
    ),
    (
        "aws:appautoscaling/target:Target",
        "",
        "application-autoscaling.register_scalable_target",
        lambda target: {**_SCALED, "ResourceId": target["resourceId"], "MaxCapacity": 99},
        {"maxCapacity": 99.0},
    ),
    (
        "aws:cloudwatch/logGroup:LogGroup",
        "alb",
        "logs.delete_retention_policy",
        lambda group: {"logGroupName": group.id},
        {"retentionInDays": 0.0},
    ),
    (
        "aws:ec2/eip:Eip",
        "1",
        "ec2.create_tags",
        lambda address: {"Resources": [address.id], "Tags": [{"Key": "Project", "Value": "x"}]},
        {"tags": {"Project": "x"}},
    ),
    (
        "aws:iam/role:Role",
        "flow-log",
        "iam.update_assume_role_policy",
        lambda role: {"RoleName": role.id, "PolicyDocument": TRUST},
        {"assumeRolePolicy": TRUST},
    ),
    # As moto has it then: an answer without any list.
    (
        "aws:rds/cluster:Cluster",
        "",
        "rds.modify_db_cluster",
        lambda cluster: {
            "DBClusterIdentifier": cluster.id,
            "CloudwatchLogsExportConfiguration": _NO_LOGS,
        },
        {"enabledCloudwatchLogsExports": []},
    ),
]


@pytest.mark.parametrize("drift", DRIFT, ids=[each[0] for each in DRIFT])
def test_what_was_changed_by_hand_shows_and_is_set_right(
    world: World, plugin: Plugin, drift: tuple[str, str, str, Any, dict[str, Any]]
) -> None:
    token, part, operation, by_hand, shows = drift
    state = world.made(token, part).state
    kept = Kept.of(state)
    world.aws.call(operation, **by_hand(state))
    drifted = plugin.read(token, kept)
    assert drifted is not None
    read = raw(drifted.inputs)
    tags = shows.get("tags")
    assert read == {**read, **shows, **({"tags": {**read["tags"], **tags}} if tags else {})}
    assert set(plugin.diff(token, drifted, kept.inputs).diffs) == shows.keys()
    assert_settled(plugin, token, plugin.update(token, drifted, kept.inputs), kept.inputs)


def test_what_aws_refuses_is_refused_in_its_words_without_secrets(
    world: World, plugin: Plugin
) -> None:
    token = "aws:rds/cluster:Cluster"
    state = world.made(token).state
    changes = {"clusterIdentifier": "other", "masterPassword": "short/@pass"}
    with pytest.raises(grpc.RpcError) as refused:
        plugin.create(token, changed(world, state.inputs, changes))
    assert "InvalidParameterValue" in refused.value.details()
    assert "short/@pass" not in refused.value.details()
