"""The rules: what is charged for each type, and that no type is left out."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from lib.settings.profiles import PROFILES
from ops.cost.bill import charges_of
from ops.cost.charges import Number, TimeCharge, UseCharge, always
from ops.cost.rules import RULES
from ops.errors import CommandError
from ops.prices.catalogue import price_item
from tests.golden import FOLDER
from tests.unit.ops.cost.graphs import graph_for, made_up

_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
_SERVICE = "aws:ecs/service:Service"
_TARGET = "aws:appautoscaling/target:Target"
_CLUSTER = "aws:rds/cluster:Cluster"
_INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
_LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"


def _types() -> set[str]:
    """Return every type that the program makes in AWS, with whatever setting."""
    standard, changes = (
        json.loads((FOLDER / f"{name}.json").read_text()) for name in ("standard", "differences")
    )
    added = [each for change in changes.values() for each in change.get("added", {}).values()]
    types = {each["type"] for each in (*standard["resources"].values(), *added)}
    return {each for each in types if each.startswith("aws:")}


def test_every_type_that_the_program_makes_has_a_rule() -> None:
    assert len(_types()) > 30
    assert _types() <= RULES.keys()
    assert all(charges_of(graph_for(profile=profile)) for profile in PROFILES)


def test_a_type_without_a_rule_is_refused_by_its_name() -> None:
    with pytest.raises(CommandError, match="aws:sns/topic:Topic costs is not known .name-0."):
        charges_of(made_up(("aws:sns/topic:Topic", {})))


def _times(*resources: tuple[str, Mapping[str, Any]]) -> list[TimeCharge]:
    return [each for each in charges_of(made_up(*resources)) if isinstance(each, TimeCharge)]


def _simple(part: str, price: str, number: int = 1) -> TimeCharge:
    return TimeCharge.simple(part, price, number)


def test_standard_is_charged_part_by_part() -> None:
    """Each part once, with how many there are; each use once."""
    charges = charges_of(graph_for())
    times = {each.part: each for each in charges if isinstance(each, TimeCharge)}
    task = times.pop("Fargate task, 1 vCPU, 2 GB")
    assert task.amounts == (("fargate-cpu", 1), ("fargate-memory", 2))
    assert task.number == Number(Decimal(2), Decimal(2), Decimal(10))
    assert list(times.values()) == [
        _simple("public IPv4 address, elastic IP", "public-ipv4", 2),
        _simple("NAT gateway", "nat-gateway", 2),
        _simple("load balancer", "load-balancer"),
        _simple("public IPv4 address, load balancer", "public-ipv4", 2),
        _simple("Aurora db.t3.medium", "aurora-instance db.t3.medium", 2),
        _simple("secret", "secret"),
    ]
    assert [each.price for each in charges if isinstance(each, UseCharge)] == [
        "delivered-logs",
        "logs",
        "logs-storage",
        "nat-gateway-data",
        "images",
        "metric",
        "zone-data",
        "load-balancer-capacity",
        "internet-data",
        "aurora-storage",
        "aurora-requests",
        "aurora-backup",
        "secret-requests",
    ]


@pytest.mark.parametrize(
    ("settings", "gone"),
    [
        ({"natGateways": "none"}, {"nat-gateway-data"}),
        ({"containerInsights": "false"}, {"metric"}),
        ({"albLogs": "false", "flowLogs": "false"}, {"delivered-logs"}),
    ],
)
def test_the_use_of_what_is_not_there_is_not_named(
    settings: dict[str, str], gone: set[str]
) -> None:
    standard, changed = (
        {each.price for each in charges_of(graph) if isinstance(each, UseCharge)}
        for graph in (graph_for(), graph_for(**settings))
    )
    assert standard - changed == gone


def _task(
    strategies: list[str], architecture: str = "X86_64", public: bool = False
) -> list[tuple[str, dict[str, Any]]]:
    providers = [{"capacityProvider": name, "weight": 1} for name in strategies]
    return [
        (
            _DEFINITION,
            {"cpu": "256", "memory": "512", "runtimePlatform": {"cpuArchitecture": architecture}},
        ),
        (
            _SERVICE,
            {
                "name": "api",
                "desiredCount": 3,
                "capacityProviderStrategies": providers,
                "networkConfiguration": {"assignPublicIp": public},
            },
        ),
    ]


@pytest.mark.parametrize(
    ("strategies", "architecture", "part", "price"),
    [
        ([], "X86_64", "Fargate task, 0.25 vCPU, 0.5 GB", "fargate"),
        ([], "ARM64", "Fargate task, 0.25 vCPU, 0.5 GB, ARM", "fargate-arm"),
        (["FARGATE_SPOT"], "X86_64", "Spot task, 0.25 vCPU, 0.5 GB", "spot"),
        (["FARGATE_SPOT"], "ARM64", "Spot task, 0.25 vCPU, 0.5 GB, ARM", "spot-arm"),
        (["FARGATE", "FARGATE_SPOT"], "X86_64", "Fargate task, 0.25 vCPU, 0.5 GB", "fargate"),
    ],
)
def test_a_task_is_charged_by_how_it_runs(
    strategies: list[str], architecture: str, part: str, price: str
) -> None:
    amounts = ((f"{price}-cpu", Decimal("0.25")), (f"{price}-memory", Decimal("0.5")))
    assert _times(*_task(strategies, architecture)) == [TimeCharge(part, amounts, always(3))]


def test_tasks_with_public_addresses_pay_for_each_as_many_as_there_may_be() -> None:
    other, own = (
        (_TARGET, {"resourceId": f"service/c/{name}", "minCapacity": least, "maxCapacity": 4})
        for name, least in (("my-api", 3), ("api", 1))
    )
    task, address = _times(other, own, *_task(["FARGATE_SPOT"], public=True))
    assert address.part == "public IPv4 address, task"
    assert address.amounts == (("public-ipv4", 1),)
    assert task.number == address.number == Number(Decimal(1), Decimal(1), Decimal(4))


@pytest.mark.parametrize(
    ("least", "most", "number", "words"),
    [
        (0, 2, ("0", "0.5", "2"), "Aurora Serverless, 0 to 2 units"),
        (0.5, 16, ("0.5", "0.5", "16"), "Aurora Serverless, 0.5 to 16 units"),
        (10, 20, ("10", "10", "20"), "Aurora Serverless, 10 to 20 units"),
    ],
)
def test_a_serverless_database_is_charged_by_its_capacity(
    least: float, most: float, number: tuple[str, ...], words: str
) -> None:
    """Nothing where it has paused; each instance by itself."""
    scaling = {"serverlessv2ScalingConfiguration": {"minCapacity": least, "maxCapacity": most}}
    instance = (_INSTANCE, {"instanceClass": "db.serverless"})
    numbers = Number(*map(Decimal, number))
    capacity = (("aurora-capacity", Decimal(1)),)
    assert _times((_CLUSTER, scaling), instance) == [TimeCharge(words, capacity, numbers)]
    assert _times((_CLUSTER, scaling), instance, instance)[0].number == numbers + numbers


def test_an_instance_without_its_cluster_is_refused() -> None:
    with pytest.raises(CommandError, match="name-0 depends on 0 resources of type aws:rds/clus"):
        _times((_INSTANCE, {"instanceClass": "db.serverless"}))


@pytest.mark.parametrize(
    ("token", "inputs", "charged"),
    [
        (_ENDPOINT, {"vpcEndpointType": "Gateway"}, []),
        (
            _ENDPOINT,
            {"vpcEndpointType": "Interface", "subnetIds": ["a", "b"]},
            [
                _simple("interface endpoint, in a zone", "endpoint", 2),
                UseCharge("data through an interface endpoint", "endpoint-data"),
            ],
        ),
        (
            "aws:kms/key:Key",
            {},
            [_simple("KMS key", "kms-key"), UseCharge("KMS: calls", "kms-requests")],
        ),
        ("aws:cloudwatch/metricAlarm:MetricAlarm", {}, [_simple("alarm", "alarm")]),
    ],
)
def test_what_the_program_does_not_make_yet(
    token: str, inputs: dict[str, Any], charged: list[object]
) -> None:
    assert charges_of(made_up((token, inputs))) == charged


def test_a_load_balancer_inside_has_no_public_address() -> None:
    assert [each.part for each in _times((_LOAD_BALANCER, {"internal": True}))] == ["load balancer"]


def test_every_price_that_a_rule_names_is_in_the_catalogue() -> None:
    """By what the settings can bring about."""
    graphs = [graph_for(), graph_for(natGateways="none", cpuArchitecture="ARM64")]
    for charge in (each for graph in graphs for each in charges_of(graph)):
        names = [charge.price] if isinstance(charge, UseCharge) else [n for n, _ in charge.amounts]
        assert all(price_item(name) for name in names)
