"""The order: whatever takes long, nothing is made before what it needs, or removed after it."""

from collections.abc import Collection
from dataclasses import replace
from functools import cache

import pytest
from pulumi.runtime import MockResourceArgs

from dev.program import evaluate_tap
from emulator.program.graph import Graph
from emulator.program.mocks import AwsMocks, Delay, random_delay
from lib.region import read_region
from tests.unit.support import graph_of, label

SEEDS = range(20)

RULES = {
    "SecurityGroupEgressRule alb-out-tasks-5000",
    "SecurityGroupEgressRule ecs-out-database",
    "SecurityGroupEgressRule ecs-out-https",
    "SecurityGroupIngressRule alb-in-http-0-0-0-0-0",
    "SecurityGroupIngressRule ecs-in-alb-5000",
    "SecurityGroupIngressRule rds-in-tasks",
}

WAYS_OUT = {
    "InternetGateway igw",
    "NatGateway nat-1",
    "NatGateway nat-2",
    "Route private-internet-route-1",
    "Route private-internet-route-2",
    "Route public-internet-route",
    "RouteTableAssociation private-routes-1",
    "RouteTableAssociation private-routes-2",
    "RouteTableAssociation public-routes-1",
    "RouteTableAssociation public-routes-2",
    "VpcEndpoint s3-endpoint",
}

INSTANCES = {"ClusterInstance aurora-1", "ClusterInstance aurora-2"}

# What waits -> what it waits for, because AWS would refuse it, or make something by itself.
AFTER: dict[str, set[str]] = {
    "Service service": {
        *RULES,
        *WAYS_OUT,
        "Cluster aurora",
        "Cluster cluster",
        "ClusterCapacityProviders capacity-providers",
        "Listener http-listener",
        "LogGroup ecs-log-group",
        "LogGroup insights-log-group",
        "RolePolicy execution-secrets-policy",
        "RolePolicyAttachment execution-managed-policy",
        "SecretVersion db-password",
        "TargetGroup tg",
        "TaskDefinition task",
    },
    "LoadBalancer alb": {
        "InternetGateway igw",
        "Route public-internet-route",
        "RouteTableAssociation public-routes-1",
        "RouteTableAssociation public-routes-2",
    },
    "Eip nat-eip-1": {"InternetGateway igw"},
    "Eip nat-eip-2": {"InternetGateway igw"},
    "NatGateway nat-1": {"InternetGateway igw", "Eip nat-eip-1", "Subnet public-subnet-1"},
    "NatGateway nat-2": {"InternetGateway igw", "Eip nat-eip-2", "Subnet public-subnet-2"},
    "Cluster aurora": {
        "ClusterParameterGroup aurora-parameters",
        "LogGroup aurora-log-group",
        "SecurityGroup rds-sg",
        "SubnetGroup aurora-subnets",
    },
    "ClusterInstance aurora-1": {"Cluster aurora"},
    "ClusterInstance aurora-2": {"Cluster aurora"},
    "Cluster cluster": {"LogGroup insights-log-group"},
    "FlowLog flow-log": {"LogGroup flow-log-group", "RolePolicy flow-log-policy"},
    "LogDelivery alb-log-delivery": {
        "LogDeliveryDestination alb-log-destination",
        "LogDeliverySource alb-log-source",
        "LogResourcePolicy alb-log-policy",
    },
    "LogDeliverySource alb-log-source": {"LoadBalancer alb"},
    "Target scaling-target": {"Service service"},
    "Policy cpu-scaling": {"Target scaling-target"},
}


def _slow(seed: int) -> set[str]:
    """Return a part of what others wait for: with all the seeds, each has its turn."""
    early = sorted({each for earlier in AFTER.values() for each in earlier})
    return set(early[seed :: len(SEEDS)])


def _delay(seed: int, slow: Collection[str]) -> Delay:
    """Return delays of a few milliseconds, and for what is slow more than a program takes."""
    short = random_delay(seed)

    def delay(args: MockResourceArgs) -> float:
        part = args.name.removeprefix("flask-api-").removesuffix("-dev")
        is_slow = f"{args.typ.rsplit(':', 1)[-1]} {part}" in slow
        return 0.3 if is_slow else short(args)

    return delay


@cache
def _delayed(seed: int) -> Graph:
    return evaluate_tap(mocks=AwsMocks(region=read_region(), delay=_delay(seed, _slow(seed))))


def _races(graph: Graph, after: dict[str, set[str]]) -> list[tuple[str, str]]:
    """Return each pair of which the second was not complete before the first."""
    labels = {each.urn: label(each) for each in graph.resources if "flask-api-" in each.name}
    order = [labels[urn] for urn in graph.completed if urn in labels]
    places = {resource: place for place, resource in enumerate(order)}
    return [
        (late, early)
        for late, earlier in after.items()
        for early in earlier
        if places[late] < places[early]
    ]


def _ancestors(graph: Graph, late: str) -> set[str]:
    resource = next(
        each
        for each in graph.resources
        if each.name.startswith("flask-api-") and label(each) == late
    )
    return {label(each) for each in graph.ancestors(resource)}


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_races(seed: int) -> None:
    """However long each takes, everything comes in order, and is the same in the end."""
    graph = _delayed(seed)
    assert not _races(graph, AFTER)
    assert graph.resources == graph_of().resources


def test_nothing_races_in_a_small_environment() -> None:
    """Of what it has; its removal goes the other way."""
    mocks = AwsMocks(region=read_region(), delay=_delay(0, _slow(0)))
    graph = evaluate_tap(config={"tap:profile": "ephemeral"}, mocks=mocks)
    there = {label(each) for each in graph.resources}
    after = {late: AFTER[late] & there for late in AFTER.keys() & there}
    assert len(after) > 6 and not _races(graph, after)
    assert all(earlier <= _ancestors(graph, late) for late, earlier in after.items())


def test_a_real_image_waits_for_the_database() -> None:
    """It connects as soon as it starts, so both instances are slow here."""
    mocks = AwsMocks(region=read_region(), delay=_delay(0, INSTANCES))
    graph = evaluate_tap(config={"tap:image": "v1"}, mocks=mocks)
    assert not _races(graph, {**AFTER, "Service service": AFTER["Service service"] | INSTANCES})


def test_races_are_noticed() -> None:
    """Each pair, where everything comes in the reverse order."""
    backwards = replace(graph_of(), completed=graph_of().completed[::-1])
    pairs = [(late, early) for late, earlier in AFTER.items() for early in earlier]
    assert _races(backwards, AFTER) == pairs


@pytest.mark.parametrize("late", AFTER)
def test_removal_goes_the_other_way(late: str) -> None:
    """The engine removes what waits first: it knows it from the dependencies alone."""
    assert AFTER[late] <= _ancestors(graph_of(), late)


def test_the_first_image_waits_for_no_instance() -> None:
    """A first `up` takes as long as Aurora, not twice that."""
    assert not _ancestors(graph_of(), "Service service") & INSTANCES


def test_a_real_image_has_all_instances_as_ancestors() -> None:
    """However many there are."""
    assert _ancestors(graph_of(image="v1"), "Service service") >= INSTANCES


def test_two_evaluations_are_the_same() -> None:
    """Inputs, options and dependencies of every resource, and what is exported."""
    again = _delayed(SEEDS[0])
    assert again.resources == graph_of().resources
    assert again.exports == graph_of().exports
