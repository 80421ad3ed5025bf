"""What a hand added inside of an environment: found, told, taken away; what is not known is not."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from lib.names import resource_name
from ops.clients import Clients
from ops.errors import CommandError
from ops.inventory.additions import Addition, find_additions
from ops.inventory.environment import Environment
from ops.inventory.resource_type import FoundResource
from tests.unit.ops.conftest import Deploy
from tests.unit.ops.support import StubClients, Waiting, refusal


def _by_hand(clients: Clients, suffix: str) -> list[str]:
    """Add to each resource what AWS would refuse its deletion for; return the words for it."""
    cluster = resource_name("aurora", suffix)
    clients("rds").create_db_instance(
        DBInstanceIdentifier="by-hand",
        DBInstanceClass="db.t3.medium",
        Engine="aurora-postgresql",
        DBClusterIdentifier=cluster,
    )
    clients("rds").modify_db_cluster(
        DBClusterIdentifier=cluster, DeletionProtection=True, ApplyImmediately=True
    )
    name = resource_name("alb", suffix)
    balancer = clients("elbv2").describe_load_balancers(Names=[name])["LoadBalancers"][0]
    clients("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Attributes=[{"Key": "deletion_protection.enabled", "Value": "true"}],
    )
    secret = resource_name("db-password", suffix)
    clients("secretsmanager").replicate_secret_to_regions(
        SecretId=secret, AddReplicaRegions=[{"Region": "eu-west-1"}]
    )
    return [
        f"the secret {secret} has replicas in eu-west-1",
        f"the load balancer {name} is protected from deletion",
        f"the cluster {cluster} is protected from deletion",
        f"the cluster {cluster} has another instance, by-hand",
    ]


def test_what_was_added_is_told_and_taken_away(
    deploy: Deploy, clients: Clients, wait: Waiting
) -> None:
    known = [each["id"] for each in deploy("old", image="v1")]
    assert not find_additions(Environment(clients, "old"), known, wait).found
    words = _by_hand(clients, "old")
    additions = find_additions(Environment(clients, "old"), known, wait)
    assert ([each.words for each in additions.found], additions.unanswered) == (words, ())
    for each in additions.found:
        each.remove()
    assert not find_additions(Environment(clients, "old"), known, wait).found


def _environment(clients: StubClients, found: Mapping[str, FoundResource]) -> Any:
    """Return an environment of which this was found, by type."""

    def find(type_name: str) -> tuple[FoundResource, ...]:
        return (found[type_name],) if type_name in found else ()

    return SimpleNamespace(clients=clients, find=find)


def _found(type_name: str, **description: Any) -> dict[str, FoundResource]:
    return {type_name: FoundResource(type_name, "ours", "id-of-ours", "arn-of-ours", description)}


def _look(
    found: Mapping[str, FoundResource], wait: Waiting, **answers: Any
) -> tuple[StubClients, tuple[Addition, ...]]:
    clients = StubClients(
        **{"elbv2__describe_load_balancer_attributes": {"Attributes": []}, **answers}
    )
    additions = find_additions(_environment(clients, found), {"in-the-state"}, wait)
    assert not additions.unanswered
    return clients, additions.found


_NO_SCALING = {"application-autoscaling.describe_scalable_targets": {"ScalableTargets": []}}
_EMPTY_CLUSTER = {
    "ecs.list_services": {"serviceArns": []},
    "ecs.list_tasks": {"taskArns": []},
    "ecs.list_container_instances": {"containerInstanceArns": []},
}


@pytest.mark.parametrize(
    ("found", "answers", "words", "call"),
    [
        (
            _found("log delivery source") | _found("log delivery destination"),
            {
                "logs.describe_deliveries": {
                    "deliveries": [
                        {
                            "id": number,
                            "deliverySourceName": source,
                            "deliveryDestinationArn": destination,
                        }
                        for number, source, destination in (
                            ("in-the-state", "ours", "arn-of-ours"),
                            ("d-1", "other", "arn-of-other"),
                            ("d-2", "other", "arn-of-ours"),
                        )
                    ]
                }
            },
            "the log delivery d-2 goes from other to arn-of-ours",
            ("logs.delete_delivery", {"id": "d-2"}),
        ),
        (
            _found("log group", deletionProtectionEnabled=True),
            {},
            "the log group ours is protected from deletion",
            (
                "logs.put_log_group_deletion_protection",
                {"logGroupIdentifier": "ours", "deletionProtectionEnabled": False},
            ),
        ),
        (
            _found("Aurora cluster"),
            {
                "application-autoscaling.describe_scalable_targets": {
                    "ScalableTargets": [
                        {
                            "ServiceNamespace": "rds",
                            "ResourceId": "cluster:id-of-ours",
                            "ScalableDimension": "rds:cluster:ReadReplicaCount",
                            "MinCapacity": 1,
                        }
                    ]
                }
            },
            "Application Auto Scaling adds readers to id-of-ours",
            (
                "application-autoscaling.deregister_scalable_target",
                {
                    "ServiceNamespace": "rds",
                    "ResourceId": "cluster:id-of-ours",
                    "ScalableDimension": "rds:cluster:ReadReplicaCount",
                },
            ),
        ),
        (
            _found("ECS cluster") | _found("ECS service"),
            {**_EMPTY_CLUSTER, "ecs.list_services": {"serviceArns": ["id-of-ours", "s/other"]}},
            "the cluster ours has another service, other",
            ("ecs.delete_service", {"cluster": "ours", "service": "s/other", "force": True}),
        ),
        (
            _found("ECS cluster"),
            {
                **_EMPTY_CLUSTER,
                "ecs.list_tasks": {"taskArns": ["t-1", "t-2"]},
                "ecs.describe_tasks": {
                    "tasks": [
                        {"taskArn": "t-1", "group": "service:ours"},
                        {"taskArn": "t-2", "group": "family:ours"},
                    ]
                },
            },
            "the cluster ours has a task of no service, t-2",
            (
                "ecs.stop_task",
                {"cluster": "ours", "task": "t-2", "reason": "The environment is removed"},
            ),
        ),
        (
            _found("ECS cluster"),
            {**_EMPTY_CLUSTER, "ecs.list_container_instances": {"containerInstanceArns": ["c/i"]}},
            "the cluster ours has a container instance, i",
            (
                "ecs.deregister_container_instance",
                {"cluster": "ours", "containerInstance": "c/i", "force": True},
            ),
        ),
        (
            _found(
                "ECS cluster",
                capacityProviders=["FARGATE_SPOT", "machines"],
                defaultCapacityProviderStrategy=[
                    {"capacityProvider": "machines"},
                    {"capacityProvider": "FARGATE_SPOT"},
                ],
            ),
            _EMPTY_CLUSTER,
            "the cluster ours has the capacity providers machines",
            (
                "ecs.put_cluster_capacity_providers",
                {
                    "cluster": "ours",
                    "capacityProviders": ["FARGATE_SPOT"],
                    "defaultCapacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT"}],
                },
            ),
        ),
    ],
)
def test_what_the_emulated_aws_does_not_have_is_found_as_well(
    found: dict[str, FoundResource], answers: dict[str, Any], words: str, call: Any, wait: Waiting
) -> None:
    """What is the program's own, or another's, is left alone."""
    named = {name.replace(".", "__"): answer for name, answer in answers.items()}
    clients, additions = _look(found, wait, **named)
    assert [each.words for each in additions] == [words]
    additions[0].remove()
    assert clients.asked[-1] == call


def _clusters(status: str, *members: str) -> dict[str, Any]:
    names = [{"DBInstanceIdentifier": member} for member in members]
    return {"DBClusters": [{"Status": status, "DBClusterMembers": names}]}


def test_stopped_cluster_is_started_and_awaited(wait: Waiting) -> None:
    starting = [_clusters("starting"), _clusters("available")]
    answers = {"rds__describe_db_clusters": starting} | {
        name.replace(".", "__"): answer for name, answer in _NO_SCALING.items()
    }
    clients, (addition,) = _look(_found("Aurora cluster", Status="stopped"), wait, **answers)
    assert addition.words == "the cluster id-of-ours is stopped: it has to start first"
    addition.remove()
    assert ("rds.start_db_cluster", {"DBClusterIdentifier": "id-of-ours"}) in clients.asked
    assert wait.waited == [10]


def test_instance_that_does_not_go_ends_in_words(wait: Waiting) -> None:
    member = [{"DBInstanceIdentifier": name} for name in ("in-the-state", "extra")]
    answers = {"rds__describe_db_clusters": _clusters("available", "extra")} | {
        name.replace(".", "__"): answer for name, answer in _NO_SCALING.items()
    }
    found = _found("Aurora cluster", DBClusterMembers=member)
    _, (addition,) = _look(found, wait, **answers)
    with pytest.raises(CommandError, match="^After 30 minutes the instance extra is not gone; run"):
        addition.remove()
    assert sum(wait.waited) == 1800


def test_refused_look_is_told_and_the_others_go_on(wait: Waiting) -> None:
    found = {**_found("load balancer"), **_found("log group", deletionProtectionEnabled=True)}
    clients = StubClients(elbv2__describe_load_balancer_attributes=refusal("AccessDenied"))
    additions = find_additions(_environment(clients, found), (), wait)
    assert len(additions.found) == 1
    assert additions.unanswered == (
        "An error occurred (AccessDenied) when calling the Operation operation: No.",
    )
