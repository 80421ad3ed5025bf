"""The settings of an environment, read from AWS: each from the one place that decides it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lib.names import (
    alb_log_group,
    database_log_group,
    http_rule_part,
    resource_name,
    task_log_group,
    vpc_log_group,
)
from lib.service.container import PLACEHOLDER_IMAGE
from lib.settings.container_checks import OWN_VARIABLES
from lib.settings.database import SERVERLESS
from lib.settings.expiry import EXPIRES_TAG
from lib.settings.schema import (
    FARGATE_STOP_SECONDS,
    ContainerSettings,
    DatabaseSettings,
    IdentitySettings,
    LifetimeSettings,
    LogSettings,
    NetworkSettings,
    RegistrySettings,
    RuntimeSettings,
    ScalingSettings,
    TaskSettings,
    UpkeepSettings,
)
from ops.inventory.environment import Environment
from ops.inventory.tags import tags_of
from tests.integration.answers import pairs

_NAT_GATEWAYS = {0: "none", 1: "single"}


def task_definition(environment: Environment) -> dict[str, Any]:
    """Return the task definition that the service runs."""
    name = environment.service.description["taskDefinition"]
    return environment.clients("ecs").describe_task_definition(taskDefinition=name)[
        "taskDefinition"
    ]


def running_tasks(environment: Environment) -> list[dict[str, Any]]:
    """Return the tasks that are to run, with their tags."""
    ecs, cluster = environment.clients("ecs"), environment.cluster.id
    pages = ecs.get_paginator("list_tasks").paginate(
        cluster=cluster, serviceName=environment.service.name, desiredStatus="RUNNING"
    )
    # As many as one page has can be described at once.
    return [
        task
        for page in pages
        if page["taskArns"]
        for task in ecs.describe_tasks(cluster=cluster, tasks=page["taskArns"], include=["TAGS"])[
            "tasks"
        ]
    ]


def inline_policies(environment: Environment, role: str) -> dict[str, dict[str, Any]]:
    """Return the documents of a role's own policies, by name."""
    iam = environment.clients("iam")
    pages = iam.get_paginator("list_role_policies").paginate(RoleName=role)
    return {
        name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for page in pages
        for name in page["PolicyNames"]
    }


def _others(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if name not in OWN_VARIABLES}


def rule_parts(settings: "ObservedSettings") -> list[str]:
    """Return the parts of the names of all rules of the security groups."""
    port = settings.container.container_port
    return [
        *map(http_rule_part, settings.network.allowed_cidrs),
        f"alb-out-tasks-{port}",
        f"ecs-in-alb-{port}",
        *("ecs-out-https", "ecs-out-database", "rds-in-tasks"),
    ]


@dataclass
class ObservedSettings:
    """The settings that make an environment what it is in AWS, in the groups of lib.settings.

    A group is read when it is first asked for, so that a part that is not there (NotFound) fails
    what rests on it and nothing else. What AWS does not show is the default: whether zones, a
    version of the database or its windows were asked for, and how often its password was changed.
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
            allowed_cidrs=self._allowed_cidrs,
            keep_underscore_headers=self._keeps_underscore_headers,
        )

    @cached_property
    def _allowed_cidrs(self) -> tuple[str, ...]:
        group = self.environment.part("security group", "alb-sg").id
        rules = [rule.description for rule in self.environment.find("security group rule")]
        return tuple(
            rule["CidrIpv4"]
            for rule in rules
            if rule["GroupId"] == group and not rule["IsEgress"] and "CidrIpv4" in rule
        )

    @cached_property
    def _keeps_underscore_headers(self) -> bool:
        answer = self.environment.clients("elbv2").describe_load_balancer_attributes(
            LoadBalancerArn=self.environment.load_balancer.arn
        )
        attributes = pairs(answer["Attributes"], "Key", "Value")
        return attributes["routing.http.drop_invalid_header_fields.enabled"] == "false"

    @cached_property
    def container(self) -> ContainerSettings:
        """From the container, the target group's health check, and the execution role."""
        container = self._task_definition["containerDefinitions"][0]
        image = self.running_image
        return ContainerSettings(
            image=None if image == PLACEHOLDER_IMAGE else image,
            container_port=container["portMappings"][0]["containerPort"],
            health_check_path=self.environment.target_group.description["HealthCheckPath"],
            environment=_others(pairs(container["environment"], "name", "value")),
            secrets=_others(pairs(container["secrets"], "name", "valueFrom")),
            decryption_keys=self._decryption_keys,
        )

    @cached_property
    def running_image(self) -> str:
        """The whole name of the image that the tasks run."""
        return self._task_definition["containerDefinitions"][0]["image"]

    @cached_property
    def _decryption_keys(self) -> tuple[str, ...]:
        role = self.environment.part("IAM role", "execution-role").name
        documents = inline_policies(self.environment, role).values()
        statements = [each for document in documents for each in document["Statement"]]
        return tuple(
            key
            for each in statements
            if each["Action"] == "kms:Decrypt"
            for key in each["Resource"]
        )

    @cached_property
    def runtime(self) -> RuntimeSettings:
        """From the container, and the service."""
        container = self._task_definition["containerDefinitions"][0]
        service = self.environment.service.description
        return RuntimeSettings(
            readonly_root_filesystem=container["readonlyRootFilesystem"],
            tmp_mebibytes=container["linuxParameters"]["tmpfs"][0]["size"],
            exec_command=service["enableExecuteCommand"],
            start_seconds=service["healthCheckGracePeriodSeconds"],
            stop_seconds=container.get("stopTimeout", FARGATE_STOP_SECONDS),
        )

    @cached_property
    def task(self) -> TaskSettings:
        """From the task definition, and the service."""
        return TaskSettings(
            cpu=int(self._task_definition["cpu"]),
            memory=int(self._task_definition["memory"]),
            cpu_architecture=self._task_definition["runtimePlatform"]["cpuArchitecture"],
            spot=bool(self.environment.service.description.get("capacityProviderStrategy")),
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
        """From the instances, and the cluster: one that was serverless keeps its capacities."""
        instances = self.environment.all("Aurora instance")
        instance_class = instances[0].description["DBInstanceClass"]
        scaling = self.environment.database.description.get("ServerlessV2ScalingConfiguration", {})
        capacities = {
            "database_min_capacity": scaling.get("MinCapacity"),
            "database_max_capacity": scaling.get("MaxCapacity"),
        }
        return DatabaseSettings(
            database_instance_class=instance_class,
            database_instances=len(instances),
            **(capacities if instance_class == SERVERLESS else {}),
        )

    @cached_property
    def upkeep(self) -> UpkeepSettings:
        """From the cluster, and an instance; windows that nobody chose are AWS's."""
        cluster = self.environment.database.description
        instance = self.environment.all("Aurora instance")[0].description
        return UpkeepSettings(
            backup_retention_days=cluster["BackupRetentionPeriod"],
            performance_insights=instance.get("PerformanceInsightsEnabled", False),
        )

    @cached_property
    def logs(self) -> LogSettings:
        """From log groups, the load balancer's deliveries, the ECS cluster and the database."""
        group = self.environment.named("log group", task_log_group(self.environment.suffix))
        cluster = self.environment.cluster.description
        flags = pairs(cluster["settings"], "name", "value")
        sources = self.environment.find("log delivery")
        parts = ("alb-log", "alb-connection-log", "alb-health-check-log")
        suffix = self.environment.suffix
        delivered = [
            part
            for part in parts
            if resource_name(f"{part}-source", suffix) in [source.name for source in sources]
        ]
        return LogSettings(
            log_retention_days=group.description["retentionInDays"],
            database_logs="postgresql" in self._exported or self._has_group(database_log_group),
            alb_logs="alb-log" in delivered or not delivered and self._has_group(alb_log_group),
            alb_connection_logs="alb-connection-log" in delivered,
            alb_health_check_logs="alb-health-check-log" in delivered,
            container_insights=flags["containerInsights"] == "enabled",
        )

    @property
    def _exported(self) -> list[str]:
        return self.environment.database.description.get("EnabledCloudwatchLogsExports", [])

    @cached_property
    def identity(self) -> IdentitySettings:
        """From a role."""
        role = self.environment.part("IAM role", "task-role").description
        boundary = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        return IdentitySettings(permissions_boundary=boundary, role_path=role["Path"])

    @cached_property
    def registry(self) -> RegistrySettings:
        """From the repository's lifecycle policy."""
        repository = self.environment.part("ECR repository", "repo").name
        policy = self.environment.clients("ecr").get_lifecycle_policy(repositoryName=repository)
        rules = json.loads(policy["lifecyclePolicyText"])["rules"]
        counts = [
            rule["selection"]["countNumber"]
            for rule in rules
            if rule["selection"]["countType"] == "imageCountMoreThan"
        ]
        return RegistrySettings(images_kept=counts[0] if counts else None)

    @cached_property
    def lifetime(self) -> LifetimeSettings:
        """From the cluster's tags."""
        return LifetimeSettings(tags_of(self.environment.cluster.description).get(EXPIRES_TAG))

    # Where a part of what a setting asks for is there, the setting is on and the rest is missing.
    def _has(self, type_name: str) -> bool:
        return bool(self.environment.find(type_name))

    def _has_group(self, name: Callable[[str], str]) -> bool:
        groups = self.environment.find("log group")
        return name(self.environment.suffix) in [group.name for group in groups]

    @cached_property
    def _task_definition(self) -> dict[str, Any]:
        return task_definition(self.environment)
