"""The load balancer, its listener, its target group, and the targets in it."""

import ipaddress
import urllib.request
from typing import Any

import pytest

from ops.clients import Clients
from ops.inventory.environment import Environment
from tests.integration.observed import ObservedSettings
from tests.integration.place import Place


@pytest.fixture(name="attributes", scope="package")
def attributes_of_the_load_balancer(
    clients: Clients, load_balancer: dict[str, Any]
) -> dict[str, str]:
    """The load balancer's attributes."""
    answer = clients("elbv2").describe_load_balancer_attributes(
        LoadBalancerArn=load_balancer["LoadBalancerArn"]
    )
    return {item["Key"]: item["Value"] for item in answer["Attributes"]}


@pytest.fixture(name="target_attributes", scope="package")
def attributes_of_the_target_group(
    clients: Clients, target_group: dict[str, Any]
) -> dict[str, str]:
    """The target group's attributes."""
    answer = clients("elbv2").describe_target_group_attributes(
        TargetGroupArn=target_group["TargetGroupArn"]
    )
    return {item["Key"]: item["Value"] for item in answer["Attributes"]}


@pytest.fixture(name="targets")
def targets_in_aws(clients: Clients, target_group: dict[str, Any]) -> list[dict[str, Any]]:
    """The targets with their health; those that are leaving are left out."""
    answer = clients("elbv2").describe_target_health(TargetGroupArn=target_group["TargetGroupArn"])
    return [
        target
        for target in answer["TargetHealthDescriptions"]
        if target["TargetHealth"]["State"] != "draining"
    ]


def test_load_balancer_is_an_active_alb_on_the_internet(load_balancer: dict[str, Any]):
    """Reached by IPv4."""
    there = {key: load_balancer[key] for key in ("Scheme", "Type", "IpAddressType")}
    assert there == {"Scheme": "internet-facing", "Type": "application", "IpAddressType": "ipv4"}
    assert load_balancer["State"]["Code"] == "active"


def test_load_balancer_is_in_the_public_subnets(
    load_balancer: dict[str, Any], environment: Environment
):
    """In both zones."""
    there = {(zone["ZoneName"], zone["SubnetId"]) for zone in load_balancer["AvailabilityZones"]}
    assert there == {
        (subnet.description["AvailabilityZone"], subnet.id) for subnet in environment.public_subnets
    }


def test_load_balancer_has_its_security_group_alone(
    load_balancer: dict[str, Any], groups: dict[str, str], vpc_id: str
):
    """In the environment's VPC."""
    assert load_balancer["SecurityGroups"] == [groups["alb-sg"]]
    assert load_balancer["VpcId"] == vpc_id


def test_load_balancer_drops_invalid_headers(attributes: dict[str, str]):
    """A request with a header that HTTP does not allow loses that header."""
    assert attributes["routing.http.drop_invalid_header_fields.enabled"] == "true"


def test_load_balancer_can_be_removed(attributes: dict[str, str]):
    """An environment goes in one command."""
    assert attributes["deletion_protection.enabled"] == "false"


def test_load_balancer_has_one_listener(environment: Environment):
    """Plain HTTP on port 80."""
    listeners = [listener.description for listener in environment.all("listener")]
    assert [(item["Protocol"], item["Port"]) for item in listeners] == [("HTTP", 80)]


def test_listener_forwards_to_the_target_group(
    environment: Environment, target_group: dict[str, Any]
):
    """And does nothing else."""
    actions = environment.named("listener", "HTTP:80").description["DefaultActions"]
    there = [(action["Type"], action.get("TargetGroupArn")) for action in actions]
    assert there == [("forward", target_group["TargetGroupArn"])]


def test_listener_has_no_other_rules(clients: Clients, environment: Environment):
    """Every request takes the same way."""
    listener = environment.named("listener", "HTTP:80")
    rules = clients("elbv2").describe_rules(ListenerArn=listener.id)["Rules"]
    assert [rule["IsDefault"] for rule in rules] == [True]


def test_target_group_takes_addresses_on_its_port(target_group: dict[str, Any], vpc_id: str):
    """Port 5000 whatever the container's is: ECS registers each target on its own."""
    there = {key: target_group[key] for key in ("TargetType", "Protocol", "Port", "VpcId")}
    assert there == {"TargetType": "ip", "Protocol": "HTTP", "Port": 5000, "VpcId": vpc_id}


def test_target_group_belongs_to_the_load_balancer(
    target_group: dict[str, Any], load_balancer: dict[str, Any]
):
    """To this one alone."""
    assert target_group["LoadBalancerArns"] == [load_balancer["LoadBalancerArn"]]


def test_health_check_asks_the_path_of_the_settings(
    target_group: dict[str, Any], settings: ObservedSettings
):
    """On the port that the target has, and takes 200 alone for an answer."""
    there = {
        "enabled": target_group["HealthCheckEnabled"],
        "protocol": target_group["HealthCheckProtocol"],
        "port": target_group["HealthCheckPort"],
        "path": target_group["HealthCheckPath"],
        "matcher": target_group["Matcher"]["HttpCode"],
    }
    assert there == {
        "enabled": True,
        "protocol": "HTTP",
        "port": "traffic-port",
        "path": settings.container.health_check_path,
        "matcher": "200",
    }


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("HealthCheckIntervalSeconds", 30),
        ("HealthCheckTimeoutSeconds", 5),
        ("HealthyThresholdCount", 2),
        ("UnhealthyThresholdCount", 3),
    ],
)
def test_health_check_has_its_numbers(target_group: dict[str, Any], key: str, expected: int):
    """Seconds, and answers in a row."""
    assert target_group[key] == expected


def test_targets_leave_after_half_a_minute(target_attributes: dict[str, str]):
    """So a deployment does not wait for five minutes."""
    assert target_attributes["deregistration_delay.timeout_seconds"] == "30"


def test_targets_are_as_many_as_the_tasks(targets: list[dict[str, Any]], service: dict[str, Any]):
    """Each task that runs is a target."""
    assert len(targets) == service["runningCount"]


def test_targets_are_healthy(targets: list[dict[str, Any]]):
    """Each one."""
    states = [target["TargetHealth"]["State"] for target in targets]
    assert states == ["healthy"] * len(targets)
    assert states


def test_targets_are_in_the_tasks_subnets(
    targets: list[dict[str, Any]],
    environment: Environment,
    task_subnets: list[str],
    settings: ObservedSettings,
):
    """By their addresses, on the container's port."""
    blocks = [
        ipaddress.ip_network(subnet.description["CidrBlock"])
        for subnet in environment.find("subnet")
        if subnet.id in task_subnets
    ]
    outside = [
        target["Target"]["Id"]
        for target in targets
        if not any(ipaddress.ip_address(target["Target"]["Id"]) in block for block in blocks)
    ]
    assert outside == []
    assert {target["Target"]["Port"] for target in targets} == {settings.container.container_port}


def test_a_request_through_the_load_balancer_is_answered(
    load_balancer: dict[str, Any], settings: ObservedSettings, place: Place
):
    """The health check's path, as a client on the internet asks for it."""
    if place.emulated:
        pytest.skip("the emulated AWS passes no traffic: only a real load balancer answers")
    url = f"http://{load_balancer['DNSName']}{settings.container.health_check_path}"
    with urllib.request.urlopen(url, timeout=10) as response:
        assert response.status == 200
