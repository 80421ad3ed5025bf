"""Additions: what a hand added inside the resources of an environment, and what holds them up.

AWS refuses to delete a resource of ours while one of these is there, and the provider does not take
it away by itself. Each lives inside of something that is ours, and goes with it.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from ops.clients import Clients, answers
from ops.errors import CommandError
from ops.inventory.environment import Environment
from ops.inventory.resource_type import FoundResource
from ops.waiting import Wait, wait_until

# A stopped cluster takes its time to start, an instance to go.
_MINUTES = 30
_SECONDS_BETWEEN = 10.0

_FARGATE = ("FARGATE", "FARGATE_SPOT")


@dataclass(frozen=True)
class Addition:
    """One thing in the way of a removal, in words, and the call that takes it away."""

    words: str
    remove: Callable[[], Any]


@dataclass(frozen=True)
class Additions:
    """What was found in the way, and what could not be looked at, in words."""

    found: tuple[Addition, ...]
    unanswered: tuple[str, ...]


@dataclass(frozen=True)
class _Search:
    """Where to look; `known` are the ids that the state has, which the engine removes."""

    environment: Environment
    known: Collection[str]
    wait: Wait

    @property
    def clients(self) -> Clients:
        """The clients of the environment's region."""
        return self.environment.clients

    def each(self, type_name: str) -> tuple[FoundResource, ...]:
        """Return the environment's resources of a type."""
        return self.environment.find(type_name)

    def await_that(self, done: Callable[[], bool], otherwise: str) -> None:
        """Wait; raises CommandError where it is not done in time."""
        if not wait_until(done, _MINUTES * 60, _SECONDS_BETWEEN, self.wait):
            raise CommandError(f"After {_MINUTES} minutes {otherwise}; run the command again.")


def find_additions(environment: Environment, known: Collection[str], wait: Wait) -> Additions:
    """Return what stands in the way of removing the environment, in the order of taking it away.

    `known` are the ids of the resources in the state; `wait` lets seconds pass.
    """
    search = _Search(environment, known, wait)
    found: list[Addition] = []
    unanswered: list[str] = []
    for look in _LOOKS:
        try:
            found.extend(look(search))
        except (ClientError, ResponseParserError) as error:
            unanswered.append(str(error).splitlines()[0])
    return Additions(tuple(found), tuple(unanswered))


def _replicas(search: _Search) -> Iterator[Addition]:
    client = search.clients("secretsmanager")
    for secret in search.each("secret"):
        replicas = secret.description.get("ReplicationStatus", [])
        regions = [replica["Region"] for replica in replicas]
        if regions:
            yield Addition(
                f"the secret {secret.name} has replicas in {', '.join(regions)}",
                partial(
                    client.remove_regions_from_replication,
                    SecretId=secret.id,
                    RemoveReplicaRegions=regions,
                ),
            )


def _deliveries(search: _Search) -> Iterator[Addition]:
    client = search.clients("logs")
    sources = {each.name for each in search.each("log delivery source")}
    destinations = {each.arn for each in search.each("log delivery destination")}
    if not sources and not destinations:
        return
    for answer in answers(client, "describe_deliveries", {}):
        for each in answer.get("deliveries", []):
            ends = each["deliverySourceName"], each["deliveryDestinationArn"]
            touches = ends[0] in sources or ends[1] in destinations
            if touches and each["id"] not in search.known:
                yield Addition(
                    f"the log delivery {each['id']} goes from {ends[0]} to {ends[1]}",
                    partial(client.delete_delivery, id=each["id"]),
                )


def _protected_load_balancers(search: _Search) -> Iterator[Addition]:
    client = search.clients("elbv2")
    key = "deletion_protection.enabled"
    for balancer in search.each("load balancer"):
        answer = client.describe_load_balancer_attributes(LoadBalancerArn=balancer.id)
        if {"Key": key, "Value": "true"} in answer["Attributes"]:
            yield Addition(
                f"the load balancer {balancer.name} is protected from deletion",
                partial(
                    client.modify_load_balancer_attributes,
                    LoadBalancerArn=balancer.id,
                    Attributes=[{"Key": key, "Value": "false"}],
                ),
            )


def _protected_log_groups(search: _Search) -> Iterator[Addition]:
    client = search.clients("logs")
    for group in search.each("log group"):
        if group.description.get("deletionProtectionEnabled"):
            yield Addition(
                f"the log group {group.name} is protected from deletion",
                partial(
                    client.put_log_group_deletion_protection,
                    logGroupIdentifier=group.name,
                    deletionProtectionEnabled=False,
                ),
            )


def _databases(search: _Search) -> Iterator[Addition]:
    client = search.clients("rds")
    for cluster in search.each("Aurora cluster"):
        identifier, described = cluster.id, cluster.description

        if described.get("Status") == "stopped":
            yield Addition(
                f"the cluster {identifier} is stopped: it has to start first",
                partial(_start, search, identifier),
            )
        if described.get("DeletionProtection"):
            yield Addition(
                f"the cluster {identifier} is protected from deletion",
                partial(
                    client.modify_db_cluster,
                    DBClusterIdentifier=identifier,
                    DeletionProtection=False,
                    ApplyImmediately=True,
                ),
            )
        yield from _scaled_readers(search, identifier)
        for member in described.get("DBClusterMembers", []):
            yield from _extra_instance(search, cluster, member["DBInstanceIdentifier"])


def _start(search: _Search, cluster: str) -> None:
    client = search.clients("rds")

    def is_available() -> bool:
        answer = client.describe_db_clusters(DBClusterIdentifier=cluster)
        return answer["DBClusters"][0]["Status"] == "available"

    client.start_db_cluster(DBClusterIdentifier=cluster)
    search.await_that(is_available, f"the cluster {cluster} has not started")


def _scaled_readers(search: _Search, cluster: str) -> Iterator[Addition]:
    """Application Auto Scaling would make readers anew."""
    client = search.clients("application-autoscaling")
    answer = client.describe_scalable_targets(
        ServiceNamespace="rds", ResourceIds=[f"cluster:{cluster}"]
    )
    for target in answer["ScalableTargets"]:
        given = {
            name: target[name] for name in ("ServiceNamespace", "ResourceId", "ScalableDimension")
        }
        yield Addition(
            f"Application Auto Scaling adds readers to {cluster}",
            partial(client.deregister_scalable_target, **given),
        )


def _extra_instance(search: _Search, cluster: FoundResource, name: str) -> Iterator[Addition]:
    client = search.clients("rds")

    def is_gone() -> bool:
        answer = client.describe_db_clusters(DBClusterIdentifier=cluster.id)
        members = answer["DBClusters"][0]["DBClusterMembers"]
        return name not in [member["DBInstanceIdentifier"] for member in members]

    def remove() -> None:
        client.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
        search.await_that(is_gone, f"the instance {name} is not gone")

    if name not in search.known:
        yield Addition(f"the cluster {cluster.id} has another instance, {name}", remove)


def _cluster_contents(search: _Search) -> Iterator[Addition]:
    client = search.clients("ecs")
    for cluster in search.each("ECS cluster"):
        name, ours = cluster.name, {each.id for each in search.each("ECS service")}
        services = _all(client, "list_services", "serviceArns", cluster=name)
        for arn in (each for each in services if each not in ours):
            yield Addition(
                f"the cluster {name} has another service, {arn.rpartition('/')[2]}",
                partial(client.delete_service, cluster=name, service=arn, force=True),
            )
        yield from _tasks(client, name)
        instances = _all(client, "list_container_instances", "containerInstanceArns", cluster=name)
        for arn in instances:
            yield Addition(
                f"the cluster {name} has a container instance, {arn.rpartition('/')[2]}",
                partial(
                    client.deregister_container_instance,
                    cluster=name,
                    containerInstance=arn,
                    force=True,
                ),
            )
        yield from _capacity_providers(client, cluster)


def _tasks(client: Any, cluster: str) -> Iterator[Addition]:
    """Find the tasks that no service runs, and so none stops."""
    arns = _all(client, "list_tasks", "taskArns", cluster=cluster)
    for start in range(0, len(arns), 100):
        answer = client.describe_tasks(cluster=cluster, tasks=arns[start : start + 100])
        for task in answer["tasks"]:
            if not task.get("group", "").startswith("service:"):
                yield Addition(
                    f"the cluster {cluster} has a task of no service, {task['taskArn']}",
                    partial(
                        client.stop_task,
                        cluster=cluster,
                        task=task["taskArn"],
                        reason="The environment is removed",
                    ),
                )


def _capacity_providers(client: Any, cluster: FoundResource) -> Iterator[Addition]:
    given = cluster.description.get("capacityProviders", [])
    kept = [name for name in given if name in _FARGATE]
    if others := [name for name in given if name not in _FARGATE]:
        strategy = cluster.description.get("defaultCapacityProviderStrategy", [])
        yield Addition(
            f"the cluster {cluster.name} has the capacity providers {', '.join(others)}",
            partial(
                client.put_cluster_capacity_providers,
                cluster=cluster.name,
                capacityProviders=kept,
                defaultCapacityProviderStrategy=[
                    each for each in strategy if each["capacityProvider"] in kept
                ],
            ),
        )


def _all(client: Any, method: str, key: str, **arguments: str) -> list[str]:
    return [item for answer in answers(client, method, arguments) for item in answer[key]]


_LOOKS: tuple[Callable[[_Search], Iterator[Addition]], ...] = (
    _replicas,
    _deliveries,
    _protected_load_balancers,
    _protected_log_groups,
    _databases,
    _cluster_contents,
)
