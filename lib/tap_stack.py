"""TapStack: one environment of the Flask API, from the network to the last scaling rule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi

from lib.database.cluster import build_database
from lib.database.connection_secret import build_secret
from lib.database.engine_version import choose_engine_version
from lib.edge.access_logs import build_access_logs
from lib.edge.load_balancer import build_load_balancer
from lib.location import locate
from lib.names import suffix_problems
from lib.network.flow_logs import build_flow_logs
from lib.network.security_groups import build_firewall
from lib.network.vpc import build_network
from lib.provider import build_provider
from lib.scope import Scope
from lib.service.repository import build_registry
from lib.service.roles import build_roles
from lib.service.scaling import build_scaling
from lib.service.service import Surroundings, build_service
from lib.settings.errors import SettingsError
from lib.settings.schema import Settings
from lib.tags import environment_tags, tag_problems

DEFAULT_SUFFIX = "dev"


@dataclass(frozen=True)
class TapStackArgs:
    """What an environment is asked to be: its suffix (`dev` if none), own tags, settings.

    Raises SettingsError, with every problem, for a suffix or tags that AWS would not take.
    """

    environment_suffix: str | None = None
    tags: Mapping[str, str] | None = None
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        problems = suffix_problems(self.suffix) + tag_problems(self.tags or {})
        if problems:
            raise SettingsError(problems)

    @property
    def suffix(self) -> str:
        """The environment's suffix."""
        return DEFAULT_SUFFIX if self.environment_suffix is None else self.environment_suffix


# Its parts and its outputs are its interface; each is an attribute, as Pulumi components have them.
class TapStack(pulumi.ComponentResource):  # pylint: disable=too-many-instance-attributes
    """One environment: VPC, load balancer, ECS service, Aurora, ECR, secret, logs.

    The parts are attributes (`network`, `firewall`, `registry`, `database`, `secret`, `roles`,
    `load_balancer`, `service`, `scaling`; `flow_logs` and `access_logs` where they are on), and so
    are the outputs. It uses the AWS provider of its options, else makes one for the region that
    lib/AWS_REGION names. Raises SettingsError, before any AWS resource is made, when the region
    can't hold the environment.
    """

    def __init__(
        self,
        name: str,
        args: TapStackArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:stack:TapStack", name, None, opts)
        args = args or TapStackArgs()
        settings = args.settings
        provider = self.get_provider("aws:ec2/vpc:Vpc") or build_provider(args.suffix, self)
        lookup = pulumi.InvokeOptions(parent=self, provider=provider)
        self.location = location = locate(lookup)
        version = choose_engine_version(settings.database.database_engine_version, self, lookup)
        tags = environment_tags(args.suffix, args.tags or {})
        scope = Scope(args.suffix, tags, provider, self)
        retention = settings.logs.log_retention_days

        self.network = build_network(scope, settings.network, location)
        self.flow_logs = (
            build_flow_logs(scope, self.network.vpc, location, retention)
            if settings.network.flow_logs
            else None
        )
        self.firewall = build_firewall(scope, self.network.vpc, settings.container.container_port)
        self.registry = build_registry(scope)
        self.database = build_database(
            scope, settings, network=self.network, firewall=self.firewall, engine_version=version
        )
        self.secret = build_secret(scope, self.database)
        self.roles = build_roles(scope, location, settings.container, self.secret.secret)
        self.load_balancer = build_load_balancer(
            scope, self.network, self.firewall, settings.container.health_check_path
        )
        self.access_logs = (
            build_access_logs(scope, self.load_balancer.load_balancer, location, retention)
            if settings.logs.alb_logs
            else None
        )
        surroundings = Surroundings(
            network=self.network,
            firewall=self.firewall,
            load_balancer=self.load_balancer,
            registry=self.registry,
            database=self.database,
            secret=self.secret,
            roles=self.roles,
        )
        self.service = build_service(scope, settings, surroundings, location.region)
        self.scaling = build_scaling(scope, settings.scaling, self.service)

        self.outputs = self._collect_outputs(args.suffix)
        for output, value in self.outputs.items():
            setattr(self, output, value)
        self.register_outputs(self.outputs)

    def _collect_outputs(self, suffix: str) -> dict[str, pulumi.Input[Any]]:
        domain = self.load_balancer.load_balancer.dns_name
        cluster = self.database.cluster
        return {
            "vpc_id": self.network.vpc.id,
            "public_subnet_ids": [subnet.id for subnet in self.network.public_subnets],
            "private_subnet_ids": [subnet.id for subnet in self.network.private_subnets],
            "alb_dns_name": domain,
            "url": pulumi.Output.concat("http://", domain),
            "ecr_repository_url": self.registry.repository.repository_url,
            "ecr_repository_uri": self.registry.repository.repository_url,
            "rds_cluster_endpoint": cluster.endpoint,
            "rds_reader_endpoint": cluster.reader_endpoint,
            "ecs_cluster_name": self.service.cluster.name,
            "ecs_service_name": self.service.service.name,
            "db_secret_arn": self.secret.secret.arn,
            "log_group_name": self.service.log_group.name,
            "database_engine_version": cluster.engine_version_actual,
            "container_image": self.service.image,
            "environment_suffix": suffix,
            "region": self.location.region,
        }
