"""TapStack: one environment of the Flask API, from the network to the last scaling rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

from lib.database.cluster import build_database
from lib.database.connection_secret import build_secret
from lib.database.engine_version import choose_engine_version
from lib.database.instance_changes import warn_of_instance_changes
from lib.edge.access_logs import build_access_logs
from lib.edge.load_balancer import build_load_balancer
from lib.location import locate
from lib.names import suffix_problems
from lib.network.flow_logs import build_flow_logs
from lib.network.security_groups import build_firewall
from lib.network.vpc import build_network
from lib.provider import build_provider
from lib.scope import Scope
from lib.service.cluster import build_cluster
from lib.service.dependencies import ServiceDependencies
from lib.service.placeholder import warn_of_placeholder
from lib.service.replacement import warn_of_replacement
from lib.service.repository import build_registry
from lib.service.roles import build_roles
from lib.service.scaling import build_scaling
from lib.service.service import build_service
from lib.service.task import build_task
from lib.settings.errors import SettingsError
from lib.settings.schema import Settings
from lib.tags import CREATION_TAGS, environment_tags, tag_problems

DEFAULT_SUFFIX = "dev"


@dataclass(frozen=True)
class TapStackArgs:
    """What an environment is asked to be: its suffix (`dev` if none), own tags, settings.

    `provider_arguments` are those of the AWS provider that TapStack makes, the region apart: what
    the stack's `aws:` keys say is not read again. Raises SettingsError, with every problem, for a
    suffix or tags that AWS would not take.
    """

    environment_suffix: str | None = None
    tags: Mapping[str, str] | None = None
    settings: Settings = field(default_factory=Settings)
    provider_arguments: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problems = suffix_problems(self.suffix) + tag_problems(self.tags or {}, self._default_tags)
        if problems:
            raise SettingsError(problems)

    @property
    def _default_tags(self) -> Mapping[str, str]:
        """The tags that the provider adds, where they can be read before it does."""
        given = self.provider_arguments.get("default_tags")
        tags = given.get("tags") if isinstance(given, Mapping) else None
        return tags if isinstance(tags, Mapping) else {}

    @property
    def suffix(self) -> str:
        """The environment's suffix."""
        return DEFAULT_SUFFIX if self.environment_suffix is None else self.environment_suffix


# Its parts and its outputs are its interface; each is an attribute, as Pulumi components have them.
class TapStack(pulumi.ComponentResource):  # pylint: disable=too-many-instance-attributes
    """One environment: VPC, load balancer, ECS service, Aurora, ECR, secret, logs.

    The parts are attributes (`network`, `firewall`, `registry`, `database`, `secret`, `roles`,
    `load_balancer`, `cluster`, `task`, `service`, `scaling`; `flow_logs` and `access_logs` where
    they are on), and so are the outputs. It uses the AWS provider of its options, else makes one
    for the region that lib/AWS_REGION names. Raises SettingsError, before any AWS resource is made,
    when the region can't hold the environment.
    """

    vpc_id: pulumi.Output[str]
    public_subnet_ids: pulumi.Output[Sequence[str]]
    private_subnet_ids: pulumi.Output[Sequence[str]]
    alb_dns_name: pulumi.Output[str]
    url: pulumi.Output[str]
    ecr_repository_url: pulumi.Output[str]
    ecr_repository_uri: pulumi.Output[str]
    rds_cluster_endpoint: pulumi.Output[str]
    rds_reader_endpoint: pulumi.Output[str]
    ecs_cluster_name: pulumi.Output[str]
    ecs_service_name: pulumi.Output[str]
    db_secret_arn: pulumi.Output[str]
    log_group_name: pulumi.Output[str]
    database_engine_version: pulumi.Output[str]
    container_image: pulumi.Output[str]
    environment_suffix: str
    region: str

    def __init__(
        self,
        name: str,
        args: TapStackArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        kept = pulumi.ResourceOptions(transformations=[_keep_creation_tags])
        super().__init__("tap:stack:TapStack", name, None, pulumi.ResourceOptions.merge(opts, kept))
        args = args or TapStackArgs()
        provider = self.get_provider("aws:ec2/vpc:Vpc") or build_provider(
            args.suffix, args.provider_arguments, self
        )
        self._build(args, provider)
        self._set_outputs(args.suffix)
        self.register_outputs(self.outputs)

    def _build(self, args: TapStackArgs, provider: pulumi.ProviderResource) -> None:
        settings = args.settings
        tags = environment_tags(args.suffix, args.tags or {})
        scope = Scope(args.suffix, tags, settings.logs.log_retention_days, provider, self)
        lookup = pulumi.InvokeOptions(parent=self, provider=provider)
        self.location = location = locate(settings.network.zones, lookup)
        version = choose_engine_version(
            settings.database.database_engine_version, scope.name("aurora"), self, lookup
        )
        warn_of_placeholder(scope, settings.container, lookup)
        warn_of_replacement(scope, settings.task, lookup)
        warn_of_instance_changes(scope, settings.database, lookup)

        self.network = network = build_network(scope, settings.network, location)
        self.flow_logs = (
            build_flow_logs(scope, settings.identity, location, network)
            if settings.network.flow_logs
            else None
        )
        self.firewall = firewall = build_firewall(scope, settings, network)
        self.registry = build_registry(scope, settings.registry)
        self.database = build_database(scope, settings, network, firewall, version)
        self.secret = build_secret(scope, self.database)
        self.roles = build_roles(scope, settings, location, self.secret)
        self.load_balancer = build_load_balancer(scope, settings, network, firewall)
        self.access_logs = build_access_logs(scope, settings.logs, location, self.load_balancer)
        dependencies = ServiceDependencies(
            network=network,
            firewall=firewall,
            load_balancer=self.load_balancer,
            database=self.database,
            secret=self.secret,
            roles=self.roles,
            needs_database=settings.container.image is not None,
        )
        self.cluster = build_cluster(scope, settings)
        self.task = build_task(scope, settings, location, self.registry, dependencies)
        self.service = build_service(scope, settings, self.cluster, self.task, dependencies)
        self.scaling = build_scaling(scope, settings.scaling, self.cluster, self.service)

    @property
    def outputs(self) -> dict[str, pulumi.Input[Any]]:
        """All outputs, by name."""
        return {name: getattr(self, name) for name in TapStack.__annotations__}

    def _set_outputs(self, suffix: str) -> None:
        database, load_balancer = self.database.cluster, self.load_balancer.load_balancer
        self.vpc_id = self.network.vpc.id
        self.public_subnet_ids = _ids(self.network.public_subnets)
        self.private_subnet_ids = _ids(self.network.private_subnets)
        self.alb_dns_name = load_balancer.dns_name
        self.url = pulumi.Output.concat("http://", load_balancer.dns_name)
        self.ecr_repository_url = self.registry.repository.repository_url
        self.ecr_repository_uri = self.registry.repository.repository_url
        self.rds_cluster_endpoint = database.endpoint
        self.rds_reader_endpoint = database.reader_endpoint
        self.ecs_cluster_name = self.cluster.cluster.name
        self.ecs_service_name = self.service.service.name
        self.db_secret_arn = self.secret.secret.arn
        self.log_group_name = self.task.log_group.name
        self.database_engine_version = database.engine_version_actual
        self.container_image = self.task.image
        self.environment_suffix = suffix
        self.region = self.location.region


def _keep_creation_tags(
    made: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult | None:
    """Have what takes tags keep those of its creation, whoever runs the program later."""
    if "tags" not in made.props:
        return None
    ignored = [f"tags.{key}" for key in CREATION_TAGS]
    options = pulumi.ResourceOptions(ignore_changes=ignored)
    return pulumi.ResourceTransformationResult(
        made.props, pulumi.ResourceOptions.merge(made.opts, options)
    )


def _ids(resources: Sequence[pulumi.CustomResource]) -> pulumi.Output[Sequence[str]]:
    return pulumi.Output.all(*(resource.id for resource in resources))
