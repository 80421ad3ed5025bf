"""What the data plane follows: an environment's load balancer and cluster, as they are."""

from collections.abc import Callable, Iterator

import pytest

from emulator.data_plane.snapshot import (
    AuroraCluster,
    access_log_group,
    balancers,
    clusters,
    regions_in_use,
)
from emulator.server.interception import Call
from tests.unit.emulator.services.world import World, made_world


@pytest.fixture(name="made", scope="module")
def _made() -> Iterator[tuple[World, Callable[[], None]]]:
    with made_world() as made:
        yield made


@pytest.fixture(name="world")
def _world(made: tuple[World, Callable[[], None]]) -> Iterator[World]:
    world, bring_back = made
    yield world
    bring_back()


@pytest.fixture(name="call")
def _call(world: World) -> Call:
    return Call("ecs", "", {}, world.aws.account, world.aws.region)


def _cluster(call: Call) -> AuroraCluster:
    (cluster,) = clusters(call).values()
    return cluster


def test_a_cluster_is_what_its_calls_made_it(world: World, call: Call) -> None:
    cluster = _cluster(call)
    described = world.aws.call("rds.describe_db_clusters")["DBClusters"][0]
    instances = world.aws.call("rds.describe_db_instances")["DBInstances"]
    assert cluster.identifier == described["DBClusterIdentifier"]
    endpoints = {described["Endpoint"], described["ReaderEndpoint"]}
    assert set(cluster.names) == endpoints | {each["Endpoint"]["Address"] for each in instances}
    known = (cluster.port, cluster.database, cluster.user, cluster.major, cluster.force_tls)
    assert known == (5432, "flaskapi", "flaskapi", "15", True)
    assert len(cluster.password) == 32
    assert cluster.password not in repr(cluster)


def test_a_cluster_changes_with_password_parameters_and_writer(world: World, call: Call) -> None:
    before = _cluster(call)
    which = {"DBClusterIdentifier": before.identifier}
    world.aws.call("rds.modify_db_cluster", **which, MasterUserPassword="another-password")
    world.aws.call("rds.failover_db_cluster", **which)
    group = world.aws.call("rds.describe_db_clusters")["DBClusters"][0]["DBClusterParameterGroup"]
    world.aws.call(
        "rds.reset_db_cluster_parameter_group",
        DBClusterParameterGroupName=group,
        Parameters=[{"ParameterName": "rds.force_ssl", "ApplyMethod": "immediate"}],
    )
    after = _cluster(call)
    assert (after.password, after.force_tls) == ("another-password", False)
    assert before.writer and after.writer and after.writer != before.writer


def test_a_load_balancer_has_its_listener_and_the_targets_that_are_on_this_machine(
    world: World, call: Call
) -> None:
    described = world.aws.call("elbv2.describe_load_balancers")["LoadBalancers"][0]
    group = world.aws.call("elbv2.describe_target_groups")["TargetGroups"][0]
    health = world.aws.call("elbv2.describe_target_health", TargetGroupArn=group["TargetGroupArn"])
    first, second = (each["Target"] for each in health["TargetHealthDescriptions"])
    (balancer,) = balancers(call, {first["Id"]: ("127.77.0.5", 5001)}.get)
    assert (balancer["arn"], balancer["dns_name"]) == (
        described["LoadBalancerArn"],
        described["DNSName"],
    )
    dropped = "routing.http.drop_invalid_header_fields.enabled"
    assert balancer["attributes"][dropped] == "true"
    (listener,) = balancer["listeners"]
    assert (listener["port"], listener["protocol"], listener["rules"]) == (80, "HTTP", [])
    assert listener["default_actions"][0]["TargetGroupArn"] == group["TargetGroupArn"]
    found = balancer["groups"][group["TargetGroupArn"]]
    assert found["health_check"] == {
        "path": "/health",
        "interval": 30,
        "timeout": 5,
        "matcher": "200",
        "protocol": "HTTP",
    }
    assert found["attributes"]["deregistration_delay.timeout_seconds"] == "30"
    assert found["targets"] == [
        {
            "id": first["Id"],
            "port": 5000,
            "host": "127.77.0.5",
            "reached_at": 5001,
            "state": "healthy",
        }
    ]
    assert second["Id"] != first["Id"]


def test_rules_and_the_groups_that_they_alone_forward_to_are_there(
    world: World, call: Call
) -> None:
    vpc = world.aws.call("elbv2.describe_target_groups")["TargetGroups"][0]["VpcId"]
    other = {"Name": "other", "Protocol": "HTTP", "Port": 5000, "VpcId": vpc, "TargetType": "ip"}
    made = world.aws.call("elbv2.create_target_group", **other)["TargetGroups"][0]
    arn = balancers(call, {}.get)[0]["listeners"][0]["arn"]
    condition = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}}
    chosen = {"TargetGroups": [{"TargetGroupArn": made["TargetGroupArn"], "Weight": 1}]}
    world.aws.call(
        "elbv2.create_rule",
        ListenerArn=arn,
        Priority=7,
        Conditions=[condition],
        Actions=[{"Type": "forward", "ForwardConfig": chosen}],
    )
    (balancer,) = balancers(call, {}.get)
    (rule,) = balancer["listeners"][0]["rules"]
    assert (rule["priority"], rule["conditions"]) == (7, [condition])
    assert balancer["groups"][made["TargetGroupArn"]]["name"] == "other"
    assert len(balancer["groups"]) == 2


def test_the_access_log_goes_where_it_is_delivered_to(world: World, call: Call) -> None:
    arn = balancers(call, {}.get)[0]["arn"]
    group = access_log_group(call, arn)
    assert group.startswith("/aws/alb/")
    deliveries = world.aws.call("logs.describe_deliveries")["deliveries"]
    for each in deliveries:
        world.aws.call("logs.delete_delivery", id=each["id"])
    assert access_log_group(call, arn) == ""


def test_regions_in_use_are_those_with_anything(world: World) -> None:
    found = [each for each in regions_in_use("rds") if clusters(each)]
    assert [(each.account, each.region) for each in found] == [
        (world.aws.account, world.aws.region)
    ]
