"""Every setting, changed alone: what changes in the graph, and that nothing is replaced."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

import emulator
from emulator.program.graph import Graph, Options, Resource
from lib.settings.profiles import PROFILES
from lib.settings.schema import FIELDS
from tests.golden import CHANGED_SETTINGS, FOLDER, difference
from tests.unit.setting_rows import ROWS
from tests.unit.support import CHANGES, COMPONENT, PROVIDER, graph_of, label, made, with_all

REPLACEMENTS = json.loads(
    (Path(emulator.__file__).parent / "resources" / "replacements.json").read_text(encoding="utf-8")
)

GOLDEN = json.loads((FOLDER / "differences.json").read_text(encoding="utf-8"))

# What holds data, addresses that others know, or a name that a replacement would collide with.
KEPT = (
    "aws:ec2/subnet:Subnet",
    "aws:ec2/vpc:Vpc",
    "aws:ecr/repository:Repository",
    "aws:ecs/cluster:Cluster",
    "aws:ecs/service:Service",
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:lb/targetGroup:TargetGroup",
    "aws:rds/cluster:Cluster",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:secretsmanager/secret:Secret",
)

# What is made anew for another value, by design: a revision, a password, a version of the secret,
# the rules by which images expire.
MADE_ANEW = {
    "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    "aws:ecs/taskDefinition:TaskDefinition",
    "aws:secretsmanager/secretVersion:SecretVersion",
    "random:index/randomPassword:RandomPassword",
}


_WINDOWS = ("backupWindow", "maintenanceWindow")


def pair(key: str) -> tuple[Graph, Graph]:
    """Return the graphs before and after a change of one setting."""
    after = with_all({key: CHANGES[key][0]})
    # Of the windows there are both or none.
    before = {} if key in _WINDOWS else {k: text for k, text in after.items() if k != key}
    return graph_of(**before), graph_of(**after)


def by_urn(graph: Graph) -> dict[str, Resource]:
    """Return the resources that a provider of ours makes, by URN."""
    return {each.urn: each for each in graph.resources if each.type in REPLACEMENTS}


def changed_paths(old: Any, new: Any, path: str = "") -> Iterator[str]:
    """Give the path of each property that differs, list indices left out as the data has it."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old.keys() | new.keys():
            if old.get(key) != new.get(key):
                inner = f"{path}.{key}" if path else key
                yield inner
                yield from changed_paths(old.get(key), new.get(key), inner)
    elif isinstance(old, list) and isinstance(new, list):
        for before, after in zip(old, new, strict=False):
            yield from changed_paths(before, after, path)


def _is_replaced(old: Resource, new: Resource) -> bool:
    """Tell whether the provider makes a resource anew.

    For what is ignored the old value counts, and where it is left out, for what AWS computes.
    """
    ignored, computed = new.options.ignore_changes, REPLACEMENTS[new.type]["computed"]
    after = {key: value for key, value in new.inputs.items() if key not in ignored}
    left_out = [key for key in computed if key not in new.inputs]
    after |= {key: value for key, value in old.inputs.items() if key in (*ignored, *left_out)}
    paths = set(changed_paths(dict(old.inputs), after))
    return bool(paths & set(REPLACEMENTS[new.type]["replace"]))


def _replaced(before: Graph, after: Graph) -> list[Resource]:
    old, new = by_urn(before), by_urn(after)
    return [new[urn] for urn in old.keys() & new.keys() if _is_replaced(old[urn], new[urn])]


@pytest.mark.parametrize("title", CHANGED_SETTINGS)
def test_what_a_setting_changes(title: str) -> None:
    """Exactly what the golden text says, in the whole graph."""
    assert difference(CHANGED_SETTINGS[title]) == GOLDEN[title]


def test_every_setting_changes_something() -> None:
    assert CHANGES.keys() == FIELDS.keys()
    assert GOLDEN.keys() == CHANGED_SETTINGS.keys()
    assert all(GOLDEN.values())


def test_the_rules_have_every_type() -> None:
    assert len(by_urn(graph_of())) == len(graph_of().resources) - len((COMPONENT, PROVIDER))


@pytest.mark.parametrize("key", CHANGES)
def test_what_a_setting_replaces(key: str) -> None:
    """Nothing but what is made anew by design."""
    before, after = pair(key)
    assert {resource.type for resource in _replaced(before, after)} <= MADE_ANEW


def test_what_is_one_of_its_sort_goes_before_the_new_one_comes() -> None:
    """A repository has one lifecycle policy, and who takes away the old one takes that."""
    lifecycle = made("ecr/lifecyclePolicy:LifecyclePolicy", "repo-lifecycle")
    assert lifecycle.options.delete_before_replace


def _lost(before: Graph, after: Graph) -> set[str]:
    """Return what is to be kept and is replaced or taken away, by label."""
    old = by_urn(before)
    gone = [old[urn] for urn in old.keys() - by_urn(after).keys()]
    return {label(each) for each in (*_replaced(before, after), *gone) if each.type in KEPT}


@pytest.mark.parametrize("key", CHANGES)
def test_what_is_kept(key: str) -> None:
    """Back to the default, and from there or from anywhere to tasks in public subnets."""
    by_design = {"databaseInstances": {"ClusterInstance aurora-3"}, "spot": {"Service service"}}
    changed = graph_of(**with_all({key: CHANGES[key][0]}))
    for after in (graph_of(), graph_of(natGateways="none")):
        assert _lost(changed, after) == by_design.get(key, set())


@pytest.mark.parametrize(("before", "after"), [*permutations(PROFILES, 2)])
def test_what_is_kept_from_one_profile_to_another(before: str, after: str) -> None:
    """All but a reader, and the service on its way back from Spot to a launch type."""
    by_design = {
        ("standard", "ephemeral"): {"ClusterInstance aurora-2"},
        ("ephemeral", "standard"): {"Service service"},
    }
    assert _lost(graph_of(profile=before), graph_of(profile=after)) == by_design[before, after]


def test_what_is_given_beside_a_profile_wins() -> None:
    """With all of standard's values given, nothing of the profile is left."""
    standard = {
        key: str(row.default) if not isinstance(row.default, bool) else str(row.default).lower()
        for key, row in ROWS.items()
        if row.name in PROFILES["ephemeral"]
    }
    assert difference({"profile": "ephemeral", **standard}) == {}


def test_a_replacement_is_noticed() -> None:
    """The rules are read as they are meant: what is ignored does not count, parts of a value do."""
    vpc = made("ec2/vpc:Vpc", "vpc")
    other = made("ec2/vpc:Vpc", "vpc", graph_of(vpcCidr="172.16.0.0/20"))
    assert not _is_replaced(vpc, other)
    assert _is_replaced(vpc, replace(other, options=Options()))
    repository = made("ecr/repository:Repository", "repo")
    inputs = {**repository.inputs, "encryptionConfigurations": [{"encryptionType": "KMS"}]}
    assert _is_replaced(repository, replace(repository, inputs=inputs))
    assert not _is_replaced(repository, replace(repository, inputs=dict(repository.inputs)))
