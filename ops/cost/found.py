"""What resources cost a day at rest, by what AWS tells of them: their stack may be gone."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ops.cost.bill import DAY_HOURS, hour_at_rest
from ops.cost.program_graph import ProgramGraph, ProgramResource
from ops.errors import CommandError
from ops.inventory.resource_type import FoundResource
from ops.prices.snapshot import Prices

_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"

# Types of the inventory that cost money for as long as they are there -> the rule's.
_TOKENS = {
    "Aurora cluster": "aws:rds/cluster:Cluster",
    "Aurora instance": "aws:rds/clusterInstance:ClusterInstance",
    "ECS service": "aws:ecs/service:Service",
    "NAT gateway": "aws:ec2/natGateway:NatGateway",
    "VPC endpoint": "aws:ec2/vpcEndpoint:VpcEndpoint",
    "elastic IP": "aws:ec2/eip:Eip",
    "load balancer": "aws:lb/loadBalancer:LoadBalancer",
    "scaling target": "aws:appautoscaling/target:Target",
    "secret": "aws:secretsmanager/secret:Secret",
}

# What a resource is made from, or inside of.
_NEEDS = {"ECS service": "taskDefinition", "Aurora instance": "DBClusterIdentifier"}


def costs_a_day(
    found: Sequence[FoundResource],
    define: Callable[[str], Mapping[str, Any]],
    prices: Prices,
) -> dict[FoundResource, Decimal | None]:
    """Return what each resource costs a day, in USD; None where that is not known.

    What is paid for by its use alone costs nothing here. `define` returns a task definition by its
    ARN, as AWS tells of it; what it raises is raised.
    """
    resources = {each: _resource(each) for each in found if _is_paid_by_time(each)}
    arns = {each.description["taskDefinition"] for each in found if each.type == "ECS service"}
    definitions = [
        ProgramResource(arn, _DEFINITION, arn, defined, frozenset())
        for arn in sorted(arns)
        # One for tasks outside of Fargate may have no size.
        if (defined := define(arn)).keys() >= {"cpu", "memory"}
    ]
    graph = ProgramGraph((*resources.values(), *definitions))
    return {
        each: _a_day(resources[each], graph, prices) if each in resources else Decimal(0)
        for each in found
    }


def _is_paid_by_time(found: FoundResource) -> bool:
    """A secret that waits for its deletion is free.

    https://aws.amazon.com/secrets-manager/pricing/
    """
    return found.type in _TOKENS and not found.description.get("DeletedDate")


def _a_day(resource: ProgramResource, graph: ProgramGraph, prices: Prices) -> Decimal | None:
    try:
        return hour_at_rest(resource, graph, prices) * DAY_HOURS
    except CommandError:
        return None


def _resource(found: FoundResource) -> ProgramResource:
    described = found.description
    inputs = _INPUTS.get(found.type, lambda _described: {})(described)
    needs = described[_NEEDS[found.type]] if found.type in _NEEDS else ""
    token = _TOKENS[found.type]
    return ProgramResource(found.id, token, found.id, inputs, frozenset((needs,)))


def _balancer(described: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "internal": described.get("Scheme") == "internal",
        "subnets": described["AvailabilityZones"],
    }


def _service(described: Mapping[str, Any]) -> Mapping[str, Any]:
    network = described.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
    return {
        "name": described["serviceName"],
        "desiredCount": described["desiredCount"],
        "capacityProviderStrategies": described.get("capacityProviderStrategy", ()),
        "networkConfiguration": {"assignPublicIp": network.get("assignPublicIp") == "ENABLED"},
    }


def _target(described: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "resourceId": described["ResourceId"],
        "minCapacity": described["MinCapacity"],
        "maxCapacity": described["MaxCapacity"],
    }


def _cluster(described: Mapping[str, Any]) -> Mapping[str, Any]:
    scaling = described.get("ServerlessV2ScalingConfiguration") or {}
    names = {"MinCapacity": "minCapacity", "MaxCapacity": "maxCapacity"}
    inputs = {ours: scaling[name] for name, ours in names.items() if name in scaling}
    return {"serverlessv2ScalingConfiguration": inputs}


_INPUTS = {
    "Aurora cluster": _cluster,
    "Aurora instance": lambda described: {"instanceClass": described["DBInstanceClass"]},
    "ECS service": _service,
    "VPC endpoint": lambda described: {
        "vpcEndpointType": described.get("VpcEndpointType"),
        "subnetIds": described.get("SubnetIds", ()),
    },
    "load balancer": _balancer,
    "scaling target": _target,
}
