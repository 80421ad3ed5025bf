"""The load balancer, its listener, its target group, and the targets in it."""

import ipaddress
from typing import Any

from ops.inventory.environment import Environment
from tests.integration.answers import SETTLING_SECONDS, eventually, pairs, picked
from tests.integration.observed import ObservedSettings


def _targets(environment: Environment) -> list[dict[str, Any]]:
    """Return the targets; those that are leaving are left out."""
    elb, group = environment.clients("elbv2"), environment.target_group
    answer = elb.describe_target_health(TargetGroupArn=group.arn)
    there = answer["TargetHealthDescriptions"]
    return [target for target in there if target["TargetHealth"]["State"] != "draining"]


def test_load_balancer_is_on_the_internet_in_the_public_subnets(
    environment: Environment, groups: dict[str, str]
) -> None:
    load_balancer = environment.load_balancer.description
    expected = {
        "Scheme": "internet-facing",
        "Type": "application",
        "IpAddressType": "ipv4",
        "VpcId": environment.vpc.id,
        "SecurityGroups": [groups["alb-sg"]],
    }
    assert picked(load_balancer, expected) == expected
    assert load_balancer["State"]["Code"] == "active"
    there = {(zone["ZoneName"], zone["SubnetId"]) for zone in load_balancer["AvailabilityZones"]}
    assert there == {
        (subnet.description["AvailabilityZone"], subnet.id) for subnet in environment.public_subnets
    }


def test_load_balancer_drops_invalid_headers_unless_set_and_can_be_removed(
    environment: Environment, settings: ObservedSettings
) -> None:
    answer = environment.clients("elbv2").describe_load_balancer_attributes(
        LoadBalancerArn=environment.load_balancer.arn
    )
    expected = {
        "routing.http.drop_invalid_header_fields.enabled": str(
            not settings.network.keep_underscore_headers
        ).lower(),
        "deletion_protection.enabled": "false",
    }
    assert picked(pairs(answer["Attributes"], "Key", "Value"), expected) == expected


def test_load_balancer_forwards_all_to_the_target_group(environment: Environment) -> None:
    """By its one listener, plain HTTP on port 80, which has no rules but its default."""
    [listener] = environment.all("listener")
    assert listener.name == "HTTP:80"
    actions = listener.description["DefaultActions"]
    there = [(action["Type"], action.get("TargetGroupArn")) for action in actions]
    assert there == [("forward", environment.target_group.arn)]
    rules = environment.clients("elbv2").describe_rules(ListenerArn=listener.id)["Rules"]
    assert [rule["IsDefault"] for rule in rules] == [True]


def test_target_group_is_the_load_balancers_and_checks_health_as_set(
    environment: Environment, settings: ObservedSettings
) -> None:
    """Its port is 5000 whatever the container's is: ECS registers each target on its own."""
    target_group = environment.target_group.description
    expected = {
        "TargetType": "ip",
        "Protocol": "HTTP",
        "Port": 5000,
        "VpcId": environment.vpc.id,
        "LoadBalancerArns": [environment.load_balancer.arn],
        "HealthCheckEnabled": True,
        "HealthCheckProtocol": "HTTP",
        "HealthCheckPort": "traffic-port",
        "HealthCheckPath": settings.container.health_check_path,
        "HealthCheckIntervalSeconds": 30,
        "HealthCheckTimeoutSeconds": 5,
        "HealthyThresholdCount": 2,
        "UnhealthyThresholdCount": 3,
    }
    assert picked(target_group, expected) == expected
    assert target_group["Matcher"]["HttpCode"] == "200"
    elb = environment.clients("elbv2")
    answer = elb.describe_target_group_attributes(TargetGroupArn=environment.target_group.arn)
    attributes = pairs(answer["Attributes"], "Key", "Value")
    assert attributes["deregistration_delay.timeout_seconds"] == "30"


def test_enough_targets_are_healthy_and_none_is_unhealthy(
    environment: Environment, settings: ObservedSettings
) -> None:
    """While the service scales, some are new, and may fail their checks until they have started."""
    least = settings.scaling.min_tasks

    def states() -> list[str]:
        return [target["TargetHealth"]["State"] for target in _targets(environment)]

    def well(found: list[str]) -> bool:
        return found.count("healthy") >= least and {*found} <= {"healthy", "initial"}

    found = eventually(states, well, SETTLING_SECONDS + settings.runtime.start_seconds)
    assert well(found), f"targets: {found}; healthy ones needed: {least}"


def test_targets_are_in_the_tasks_subnets_on_the_containers_port(
    environment: Environment, task_subnets: dict[str, str], settings: ObservedSettings
) -> None:
    blocks = [ipaddress.ip_network(block) for block in task_subnets.values()]
    targets = [target["Target"] for target in _targets(environment)]
    addresses = [ipaddress.ip_address(target["Id"]) for target in targets]
    assert [each for each in addresses if not any(each in block for block in blocks)] == []
    assert {target["Port"] for target in targets} == {settings.container.container_port}
