"""TapStack: an environment from any program, its parts and its outputs."""

import json
from collections.abc import Callable, Sequence
from dataclasses import is_dataclass
from functools import cache
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from emulator.program.evaluate import attempt, evaluate
from emulator.program.graph import Graph
from emulator.program.mocks import AwsMocks
from lib.settings.errors import SettingsError
from lib.settings.schema import Settings
from lib.tap_stack import TapStack, TapStackArgs
from tests.unit.support import COMPONENT, PROVIDER, REGION, graph_of, of_aws, tags

# Part -> what it is waited for: the resources by their parts of the name, or how many there are.
READY: dict[str, Sequence[str] | int] = {
    "network": 11,
    "flow_logs": ["flow-log"],
    "firewall": 6,
    "registry": ["repo-lifecycle"],
    "database": ["aurora-1", "aurora-2"],
    "secret": ["db-password"],
    "roles": ["execution-managed-policy", "execution-secrets-policy"],
    "load_balancer": ["http-listener"],
    "access_logs": ["alb-log-delivery"],
    "cluster": ["capacity-providers"],
    "task": ["task"],
    "service": ["service"],
    "scaling": ["cpu-scaling"],
}


def _in_aws(graph: Graph) -> dict[tuple[str, str], Any]:
    return {(resource.type, resource.name): resource.inputs for resource in of_aws(graph)}


def _elsewhere(program: Callable[[], None], **conditions: Any) -> Graph:
    """Evaluate a program of another project."""
    mocks = conditions.pop("mocks", None) or AwsMocks(region=REGION)
    return evaluate(program, project="shop", stack="everything", mocks=mocks, **conditions)


@cache
def _default() -> Graph:
    """Return the graph of a program that exports what is ready of each part."""

    def program() -> None:
        stack = TapStack("environment")
        for part in READY:
            result = getattr(stack, part)
            assert is_dataclass(result)
            pulumi.export(part, [resource.urn for resource in result.ready])
        for name, value in stack.outputs.items():
            assert getattr(stack, name) is value
            pulumi.export(f"output {name}", value)

    return _elsewhere(program, config={"tap:cpu": "512", "aws:region": "us-west-2"})


def test_without_arguments() -> None:
    """The environment `dev` with the standard profile, whatever program it is in."""
    assert _in_aws(_default()) == _in_aws(graph_of())
    assert _default().one(PROVIDER).inputs["region"] == REGION


def test_parts_and_outputs_are_attributes() -> None:
    """Each part tells what must be there before it can be used."""
    exports = dict(_default().exports)
    expected = {key: value for key, value in graph_of().exports.items() if key != "settings"}
    outputs = {key: exports.pop(f"output {key}") for key in expected}
    assert outputs == expected == graph_of().one(COMPONENT).outputs
    ready = {
        part: [urn.rpartition("::")[2][len("flask-api-") : -len("-dev")] for urn in urns]
        for part, urns in exports.items()
    }
    assert {
        part: len(names) if isinstance(READY[part], int) else names for part, names in ready.items()
    } == READY


def test_with_arguments() -> None:
    """Suffix, tags and settings are the caller's; a part that is off is None, not left out."""
    parts: list[Any] = []

    def program() -> None:
        settings = Settings.of(cpu=512, flow_logs=False, alb_logs=False)
        provider = {"profile": "shop", "region": "us-west-2"}
        args = TapStackArgs("pr1", {"Team": "<shop>", "Name": "x"}, settings, provider)
        stack = TapStack("environment", args)
        parts.extend([stack.flow_logs, stack.access_logs])

    graph = _elsewhere(program)
    task = graph.one("aws:ecs/taskDefinition:TaskDefinition", "flask-api-task-pr1")
    provider = graph.one(PROVIDER)
    assert parts == [None, None]
    assert (provider.name, provider.inputs["profile"]) == ("aws-pr1", "shop")
    assert provider.inputs["region"] == REGION
    assert (task.inputs["cpu"], task.inputs["memory"]) == ("512", "2048")
    assert task.inputs["tags"] == {
        **tags("task"),
        "EnvironmentSuffix": "pr1",
        "Name": "flask-api-task-pr1",
        "Team": "shop",
    }


def _by_provider() -> None:
    provider = aws.Provider("mine", region="us-west-2")
    TapStack("environment", opts=pulumi.ResourceOptions(provider=provider))


def _by_parent() -> None:
    options = pulumi.ResourceOptions(providers=[aws.Provider("mine", region="us-west-2")])
    parent = pulumi.ComponentResource("shop:index:Shop", "shop", opts=options)
    TapStack("environment", opts=pulumi.ResourceOptions(parent=parent))


@pytest.mark.parametrize("program", [_by_provider, _by_parent])
def test_a_provider_of_the_callers(program: Callable[[], None]) -> None:
    """Everything is made through it, in its region, and no other one is there."""
    graph = _elsewhere(program, mocks=AwsMocks(region="us-west-2"))
    provider = graph.one(PROVIDER)
    assert provider.name == "mine"
    assert {each.provider for each in (*of_aws(graph), *graph.lookups)} == {provider.urn}
    assert graph.one(COMPONENT).outputs["region"] == "us-west-2"
    assert REGION not in json.dumps([dict(inputs) for inputs in _in_aws(graph).values()])


def test_two_environments_side_by_side() -> None:
    """In one program, `pr1` and `pr12`: neither has, waits for or names anything of the other."""

    def program() -> None:
        TapStack("one", TapStackArgs("pr1"))
        TapStack("twelve", TapStackArgs("pr12"))

    graph = _elsewhere(program)
    inventories = []
    for suffix, name in (("pr1", "one"), ("pr12", "twelve")):
        own = graph.children(graph.one(COMPONENT, name))
        urns = {resource.urn for resource in own}
        tagged = [each.inputs["tags"] for each in own if "tags" in each.inputs]
        assert all(resource.dependencies <= urns for resource in own)
        assert {resource.provider for resource in own if resource.type[:4] == "aws:"} <= urns
        assert all(resource.name.endswith(f"-{suffix}") for resource in own)
        assert {values["EnvironmentSuffix"] for values in tagged} == {suffix}
        inventories.append({(each.type, each.name.removesuffix(suffix)) for each in own})
    assert inventories[0] == inventories[1]


@pytest.mark.parametrize(
    ("arguments", "problems"),
    [
        ({"environment_suffix": ""}, ["the environment suffix is ''; allowed: "]),
        (
            {"environment_suffix": "Prod", "tags": {"aws:x": "y"}},
            ["the environment suffix is 'Prod'; allowed: ", "the tag key 'aws:x' can't be used; "],
        ),
    ],
)
def test_arguments_that_cannot_be_used(arguments: dict[str, Any], problems: list[str]) -> None:
    """They never come to exist; all problems come together."""
    with pytest.raises(SettingsError) as caught:
        TapStackArgs(**arguments)
    for found, problem in zip(caught.value.problems, problems, strict=True):
        assert found.startswith(problem)


def test_a_region_that_cannot_hold_it() -> None:
    """A program gets the error as it is, and nothing is made."""
    zones = {
        "aws:index/getAvailabilityZones:getAvailabilityZones": {
            "names": [f"{REGION}a"],
            "zoneIds": ["az1"],
        }
    }

    def program() -> None:
        TapStack("environment")

    outcome = attempt(program, mocks=AwsMocks(region=REGION, lookups=zones))
    assert isinstance(outcome.error, SettingsError)
    assert not of_aws(outcome.graph)
