"""What an environment costs a day, by what it has in AWS: its stack may be gone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ops.clients import Clients
from ops.cost.bill import charges_of, make_bill, price_names
from ops.cost.program_graph import ProgramGraph, ProgramResource
from ops.errors import CommandError
from ops.inventory.resource_type import FoundResource
from ops.prices.price_list import find_prices

_CLUSTER = "aws:rds/cluster:Cluster"
_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"

# Types of the inventory that cost money for as long as they are there -> the rule's.
_TOKENS = {
    "Aurora cluster": _CLUSTER,
    "Aurora instance": "aws:rds/clusterInstance:ClusterInstance",
    "ECS service": "aws:ecs/service:Service",
    "NAT gateway": "aws:ec2/natGateway:NatGateway",
    "VPC endpoint": "aws:ec2/vpcEndpoint:VpcEndpoint",
    "elastic IP": "aws:ec2/eip:Eip",
    "load balancer": "aws:lb/loadBalancer:LoadBalancer",
    "scaling target": "aws:appautoscaling/target:Target",
    "secret": "aws:secretsmanager/secret:Secret",
}


def usd_a_day(clients: Clients, found: Sequence[FoundResource]) -> float | None:
    """Return what resources cost at rest, by the prices in the tree; None where they are not there.

    Raises ClientError where AWS does not tell the size of the tasks.
    """
    graph = ProgramGraph(tuple(_resources(clients, found)))
    region = clients.region.name
    try:
        prices = find_prices(region, price_names(charges_of(graph)), None)
        return round(make_bill(graph, prices, "as it is").at_rest.day, 2)
    except CommandError:
        return None


def _resources(clients: Clients, found: Sequence[FoundResource]) -> Iterator[ProgramResource]:
    for each in found:
        token = _TOKENS.get(each.type)
        if token is None:
            continue
        described, needs = each.description, ""
        if token == _TOKENS["ECS service"]:
            needs = described["taskDefinition"]
            yield _resource(_DEFINITION, needs, _definition(clients, needs))
        elif token == _TOKENS["Aurora instance"]:
            needs = described["DBClusterIdentifier"]
        inputs = _INPUTS.get(each.type, lambda _described: {})(described)
        yield _resource(token, each.id, inputs, needs)


def _resource(token: str, urn: str, inputs: Mapping[str, Any], needs: str = "") -> ProgramResource:
    return ProgramResource(urn, token, urn, inputs, frozenset((needs,)))


def _definition(clients: Clients, arn: str) -> Mapping[str, Any]:
    return clients("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]


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
