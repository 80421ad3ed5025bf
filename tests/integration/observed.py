"""The settings of an environment, read from AWS: each from the one place that decides it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lib.names import alb_log_group, task_log_group, vpc_log_group
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
from ops.inventory.environment import Environment
from tests.integration.answers import pairs

_NAT_GATEWAYS = {0: "none", 1: "single"}


def task_definition(environment: Environment) -> dict[str, Any]:
    """Return the task definition that the service runs."""
    name = environment.service.description["taskDefinition"]
    return environment.clients("ecs").describe_task_definition(taskDefinition=name)[
        "taskDefinition"
    ]


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

    @cached_property
    def network(self) -> NetworkSettings:
        """From the VPC, and what there is in it."""
        gateways = len(self.environment.find("NAT gateway"))
        return NetworkSettings(
            vpc_cidr=self.environment.vpc.description["CidrBlock"],
            nat_gateways=_NAT_GATEWAYS.get(gateways, "perZone"),
            flow_logs=self._has("flow log") or self._has_group(vpc_log_group),
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
            environment=_others(pairs(container["environment"], "name", "value")),
            secrets=_others(pairs(container["secrets"], "name", "valueFrom")),
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
        group = self.environment.named("log group", task_log_group(self.environment.suffix))
        cluster = self.environment.cluster.description
        flags = pairs(cluster["settings"], "name", "value")
        return LogSettings(
            log_retention_days=group.description["retentionInDays"],
            alb_logs=self._has("log delivery") or self._has_group(alb_log_group),
            container_insights=flags["containerInsights"] == "enabled",
        )

    # Where a part of what a setting asks for is there, the setting is on and the rest is missing.
    def _has(self, type_name: str) -> bool:
        return bool(self.environment.find(type_name))

    def _has_group(self, name: Callable[[str], str]) -> bool:
        groups = self.environment.find("log group")
        return name(self.environment.suffix) in [group.name for group in groups]

    @cached_property
    def _task_definition(self) -> dict[str, Any]:
        return task_definition(self.environment)
