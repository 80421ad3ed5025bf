"""Settings: what can be chosen about an environment, with what is allowed.

A setting is a field with its type and its check; its key in Pulumi configuration follows from its
name (`vpc_cidr` is `tap:vpcCidr`), and the fields' defaults are the profile `standard`. Nothing
here imports pulumi.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Annotated, Any, get_type_hints

from lib.names import camel_case
from lib.network.ports import ANYWHERE, CONTAINER_PORT
from lib.settings import checks, container_checks, identity_checks, network_checks
from lib.settings.checks import Check
from lib.settings.database import DatabaseSettings, UpkeepSettings
from lib.settings.errors import SettingsError
from lib.settings.expiry import EXPIRY
from lib.settings.profiles import PROFILES, profile_problems

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
RETENTION_DAYS = frozenset(
    (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731)
    + (1096, 1827, 2192, 2557, 2922, 3288, 3653)
)

# CPU units -> MiB of memory that Fargate takes with them.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
FARGATE_MEMORY: Mapping[int, range | tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: range(1024, 4096 + 1, 1024),
    1024: range(2048, 8192 + 1, 1024),
    2048: range(4096, 16384 + 1, 1024),
    4096: range(8192, 30720 + 1, 1024),
    8192: range(16384, 61440 + 1, 4096),
    16384: range(32768, 122880 + 1, 8192),
}

# Two /24 subnets have 502 usable addresses; a rolling deployment runs twice the tasks, and the load
# balancer, the database and the NAT gateways take some.
MOST_TASKS = 200

# With one task, the circuit breaker gives up at the third that fails; the service has 40 minutes.
MOST_START_SECONDS = 600

# What a container has to stop in unless its definition says otherwise.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
FARGATE_STOP_SECONDS = 30

# How long a task on Fargate Spot has from AWS's notice until it is gone.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
SPOT_NOTICE_SECONDS = 120


@dataclass(frozen=True)
class NetworkSettings:
    """The VPC: its addresses and zones, the ways out and in, flow logs.

    No `zones` means the first two by name that have what is needed.
    """

    vpc_cidr: Annotated[str, network_checks.PRIVATE_NETWORK] = "10.0.0.0/16"
    zones: Annotated[tuple[str, ...], network_checks.ZONES] = ()
    nat_gateways: Annotated[str, checks.one_of("perZone", "single", "none")] = "perZone"
    flow_logs: Annotated[bool, checks.boolean] = True
    allowed_cidrs: Annotated[tuple[str, ...], network_checks.ALLOWED_CIDRS] = (ANYWHERE,)
    keep_underscore_headers: Annotated[bool, checks.boolean] = False


@dataclass(frozen=True)
class ContainerSettings:
    """The container: what runs, how it is reached, what it is told.

    `decryption_keys` are the KMS keys that `secrets` are encrypted with, unless AWS's own are.
    """

    image: Annotated[str | None, checks.optional(container_checks.IMAGE)] = None
    container_port: Annotated[int, checks.whole_number(1, 65535)] = CONTAINER_PORT
    health_check_path: Annotated[str, container_checks.HEALTH_CHECK_PATH] = "/health"
    environment: Annotated[Mapping[str, str], container_checks.ENVIRONMENT] = field(
        default_factory=dict
    )
    secrets: Annotated[Mapping[str, str], container_checks.SECRETS] = field(default_factory=dict)
    decryption_keys: Annotated[tuple[str, ...], container_checks.DECRYPTION_KEYS] = ()

    def problems(self) -> list[str]:
        """Tell what does not fit together among these settings."""
        problems = []
        if both := sorted(self.environment.keys() & self.secrets.keys()):
            problems.append(
                f"tap:environment and tap:secrets both name {', '.join(both)}; "
                "allowed: a name in one of the two"
            )
        if self.decryption_keys and not self.secrets:
            problems.append(
                "tap:decryptionKeys is given without tap:secrets; allowed: the keys that "
                "tap:secrets are encrypted with"
            )
        return problems


@dataclass(frozen=True)
class RuntimeSettings:
    """How the container runs: its file system (MiB), ECS Exec, time to start and stop (seconds)."""

    readonly_root_filesystem: Annotated[bool, checks.boolean] = True
    tmp_mebibytes: Annotated[int, checks.whole_number(1, 65_536)] = 64
    exec_command: Annotated[bool, checks.boolean] = False
    start_seconds: Annotated[int, checks.whole_number(0, MOST_START_SECONDS)] = 60
    stop_seconds: Annotated[int, checks.whole_number(2, 120)] = FARGATE_STOP_SECONDS

    def problems(self) -> list[str]:
        """Tell whether ECS Exec could not write what it needs."""
        if not (self.exec_command and self.readonly_root_filesystem):
            return []
        return [
            "tap:execCommand is True with tap:readonlyRootFilesystem True; allowed: "
            "execCommand with readonlyRootFilesystem false (ECS Exec writes to the file system)"
        ]


@dataclass(frozen=True)
class TaskSettings:
    """The size of one task, in CPU units (1024 are one vCPU) and MiB, and what it runs on.

    `spot` is Fargate's spare capacity: a third of the price, and it can be gone at any time.
    """

    cpu: Annotated[int, checks.one_number_of(FARGATE_MEMORY.keys())] = 1024
    memory: Annotated[int, checks.whole_number(512, 122880)] = 2048
    cpu_architecture: Annotated[str, checks.one_of("X86_64", "ARM64")] = "X86_64"
    spot: Annotated[bool, checks.boolean] = False

    def problems(self) -> list[str]:
        """Tell whether Fargate does not have this CPU with this memory."""
        memory = FARGATE_MEMORY[self.cpu]
        if self.memory in memory:
            return []
        return [
            f"tap:memory is {self.memory} with tap:cpu {self.cpu}; allowed: "
            + ", ".join(map(str, memory))
        ]


@dataclass(frozen=True)
class ScalingSettings:
    """How many tasks run, and at what average CPU use (percent) more are started."""

    min_tasks: Annotated[int, checks.whole_number(1, MOST_TASKS)] = 2
    max_tasks: Annotated[int, checks.whole_number(1, MOST_TASKS)] = 10
    target_cpu_percent: Annotated[int, checks.whole_number(1, 100)] = 70

    def problems(self) -> list[str]:
        """Tell whether the least is more than the most."""
        if self.min_tasks <= self.max_tasks:
            return []
        return [
            f"tap:minTasks is {self.min_tasks} with tap:maxTasks {self.max_tasks}; "
            "allowed: minTasks no larger than maxTasks"
        ]


@dataclass(frozen=True)
class LogSettings:
    """How long logs are kept (days), and which there are beside the container's own."""

    log_retention_days: Annotated[int, checks.one_number_of(RETENTION_DAYS)] = 7
    database_logs: Annotated[bool, checks.boolean] = True
    alb_logs: Annotated[bool, checks.boolean] = True
    alb_connection_logs: Annotated[bool, checks.boolean] = False
    alb_health_check_logs: Annotated[bool, checks.boolean] = False
    container_insights: Annotated[bool, checks.boolean] = True


@dataclass(frozen=True)
class IdentitySettings:
    """What an account asks of every IAM role: its permissions boundary (an ARN) and its path."""

    permissions_boundary: Annotated[
        str | None, checks.optional(identity_checks.PERMISSIONS_BOUNDARY)
    ] = None
    role_path: Annotated[str, identity_checks.ROLE_PATH] = "/"


@dataclass(frozen=True)
class RegistrySettings:
    """How many images the repository keeps; all that have a tag, if None."""

    images_kept: Annotated[int | None, checks.optional(checks.whole_number(1, 10_000))] = None


@dataclass(frozen=True)
class LifetimeSettings:
    """When the environment may be swept (UTC); only with its pull request, if None."""

    expires: Annotated[str | None, checks.optional(EXPIRY)] = None


# Groups of few settings, so that each builder gets what it needs and no more.
@dataclass(frozen=True)
class Settings:  # pylint: disable=too-many-instance-attributes
    """All settings of an environment, by group.

    Raises SettingsError, with every problem, when one is not allowed or two do not fit together:
    settings that exist can be used.
    """

    network: NetworkSettings = NetworkSettings()
    container: ContainerSettings = field(default_factory=ContainerSettings)
    runtime: RuntimeSettings = RuntimeSettings()
    task: TaskSettings = TaskSettings()
    scaling: ScalingSettings = ScalingSettings()
    database: DatabaseSettings = DatabaseSettings()
    upkeep: UpkeepSettings = UpkeepSettings()
    logs: LogSettings = LogSettings()
    identity: IdentitySettings = IdentitySettings()
    registry: RegistrySettings = RegistrySettings()
    lifetime: LifetimeSettings = LifetimeSettings()

    def __post_init__(self) -> None:
        groups = [getattr(self, group.name) for group in fields(self)]
        problems = [problem for group in groups for problem in _group_problems(group)]
        if problems := problems or [*self._problems_between_groups()]:
            raise SettingsError(problems)

    def _problems_between_groups(self) -> Iterator[str]:
        # A tmpfs is memory of the task.
        if self.runtime.tmp_mebibytes >= self.task.memory:
            yield (
                f"tap:tmpMebibytes is {self.runtime.tmp_mebibytes} with tap:memory "
                f"{self.task.memory}; allowed: tmpMebibytes less than memory"
            )
        if self.task.spot and self.runtime.stop_seconds >= SPOT_NOTICE_SECONDS:
            yield (
                f"tap:stopSeconds is {self.runtime.stop_seconds} with tap:spot True; allowed: less "
                f"than the {SPOT_NOTICE_SECONDS} seconds of notice that Fargate Spot gives"
            )

    @classmethod
    def of(cls, profile: str = "standard", /, **changes: Any) -> "Settings":
        """Return a profile's settings with these changes, given by field name: `of(cpu=512)`.

        Raises SettingsError for a profile or a field that there is not, and for values that are
        not allowed.
        """
        if problems := profile_problems(profile):
            raise SettingsError(problems)
        values = {**PROFILES[profile], **changes}
        if unknown := sorted(values.keys() - {setting.name for setting in FIELDS.values()}):
            raise SettingsError([f"there is no setting {name!r}" for name in unknown])
        return cls(**{group.name: _group(group.type, values) for group in fields(cls)})


@dataclass(frozen=True)
class Setting:
    """One setting: its key in Pulumi configuration (`tap:<key>`), its field's name, its check."""

    key: str
    name: str
    check: Check


def _settings_of(group: type) -> Iterator[Setting]:
    """Give the settings of a group, in the order of its fields."""
    hints = get_type_hints(group, include_extras=True)
    for item in fields(group):
        (check,) = hints[item.name].__metadata__
        yield Setting(camel_case(item.name), item.name, check)


def _group(group: type, values: Mapping[str, Any]) -> Any:
    """Return a group with those of the values, by field name, that are its own."""
    return group(**{item.name: values[item.name] for item in fields(group) if item.name in values})


def _group_problems(group: Any) -> list[str]:
    alone = [
        problem
        for setting in _settings_of(type(group))
        for problem in setting.check.problems(setting.key, getattr(group, setting.name))
    ]
    # What a group says of its settings together rests on each being usable by itself.
    if alone or not hasattr(group, "problems"):
        return alone
    return group.problems()


# Key in Pulumi configuration -> the setting.
FIELDS: Mapping[str, Setting] = {
    setting.key: setting for group in fields(Settings) for setting in _settings_of(group.type)
}
