"""The settings of an environment, read from AWS: each from the one place that decides it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lib.names import PREFIX
from lib.service.container import PLACEHOLDER_IMAGE
from lib.settings.container_checks import OWN_VARIABLES
from lib.settings.schema import (
    ContainerSettings,
    DatabaseSettings,
    LogSettings,
    NetworkSettings,
    ScalingSettings,
    TaskSettings,
)
from ops.clients import Clients
from ops.inventory.environment import Environment

_NAT_GATEWAYS = {0: "none", 1: "single"}


def task_definition(service: Mapping[str, Any], clients: Clients) -> dict[str, Any]:
    """Return the task definition that a service runs."""
    answer = clients("ecs").describe_task_definition(taskDefinition=service["taskDefinition"])
    return answer["taskDefinition"]


def variables(container: Mapping[str, Any]) -> dict[str, str]:
    """Return a container's environment by name."""
    return {item["name"]: item["value"] for item in container["environment"]}


def references(container: Mapping[str, Any]) -> dict[str, str]:
    """Return what a container's secret variables refer to, by name."""
    return {item["name"]: item["valueFrom"] for item in container["secrets"]}


def _others(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if name not in OWN_VARIABLES}


@dataclass
class ObservedSettings:
    """The settings that make an environment what it is in AWS, in the groups of lib.settings.

    A group is read when it is first asked for, so that a part that is not there (NotFound) fails
    what rests on it and nothing else. What AWS does not show is the default: whether a version of
    the database was asked for, and how often its password was changed.
    """

    environment: Environment
    clients: Clients

    @cached_property
    def network(self) -> NetworkSettings:
        """From the VPC, and what there is in it."""
        gateways = len(self.environment.find("NAT gateway"))
        return NetworkSettings(
            vpc_cidr=self.environment.vpc.description["CidrBlock"],
            nat_gateways=_NAT_GATEWAYS.get(gateways, "perZone"),
            flow_logs=self._has("flow log") or self._has_group("vpc"),
        )

    @cached_property
    def container(self) -> ContainerSettings:
        """From the container, the target group's health check, and the service."""
        container = self._task_definition["containerDefinitions"][0]
        image = container["image"]
        return ContainerSettings(
            image=None if image == PLACEHOLDER_IMAGE else image,
            container_port=container["portMappings"][0]["containerPort"],
            health_check_path=self.environment.target_group.description["HealthCheckPath"],
            readonly_root_filesystem=container["readonlyRootFilesystem"],
            environment=_others(variables(container)),
            secrets=_others(references(container)),
            exec_command=self.environment.service.description["enableExecuteCommand"],
        )

    @cached_property
    def task(self) -> TaskSettings:
        """From the task definition."""
        return TaskSettings(
            cpu=int(self._task_definition["cpu"]),
            memory=int(self._task_definition["memory"]),
            cpu_architecture=self._task_definition["runtimePlatform"]["cpuArchitecture"],
        )

    @cached_property
    def scaling(self) -> ScalingSettings:
        """From the scalable target and its policy."""
        target = self.environment.all("scaling target")[0].description
        policy = self.environment.part("scaling policy", "cpu-scaling").description
        percent = policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
        return ScalingSettings(
            min_tasks=target["MinCapacity"],
            max_tasks=target["MaxCapacity"],
            target_cpu_percent=int(percent),
        )

    @cached_property
    def database(self) -> DatabaseSettings:
        """From the instances, and the cluster."""
        instances = self.environment.all("Aurora instance")
        cluster = self.environment.database.description
        return DatabaseSettings(
            database_instance_class=instances[0].description["DBInstanceClass"],
            database_instances=len(instances),
            backup_retention_days=cluster["BackupRetentionPeriod"],
        )

    @cached_property
    def logs(self) -> LogSettings:
        """From the container's log group, the load balancer's delivery, and the ECS cluster."""
        group = self.environment.named("log group", f"/ecs/{PREFIX}-{self.environment.suffix}")
        cluster = self.environment.cluster.description
        flags = {item["name"]: item["value"] for item in cluster["settings"]}
        return LogSettings(
            log_retention_days=group.description["retentionInDays"],
            alb_logs=self._has("log delivery") or self._has_group("alb"),
            container_insights=flags["containerInsights"] == "enabled",
        )

    # A thing that is there without what belongs to it is one that something is missing of: the
    # setting is on.
    def _has(self, kind: str) -> bool:
        return bool(self.environment.find(kind))

    def _has_group(self, service: str) -> bool:
        name = f"/aws/{service}/{PREFIX}-{self.environment.suffix}"
        return name in [group.name for group in self.environment.find("log group")]

    @cached_property
    def _task_definition(self) -> dict[str, Any]:
        return task_definition(self.environment.service.description, self.clients)
