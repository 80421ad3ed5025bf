"""Settings: what can be chosen about an environment, with what is allowed.

A setting is a field with its type and its check; its key in Pulumi configuration follows from its
name (`vpc_cidr` is `tap:vpcCidr`), and the fields' defaults are the profile `standard`. Nothing
here imports pulumi.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Annotated, Any, get_type_hints

from lib.names import camel_case
from lib.network.ports import CONTAINER_PORT
from lib.settings import checks, container_checks
from lib.settings.checks import Check
from lib.settings.errors import SettingsError
from lib.settings.profiles import PROFILES

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


@dataclass(frozen=True)
class NetworkSettings:
    """The VPC: its addresses, the way out of its private subnets, flow logs."""

    vpc_cidr: Annotated[str, checks.private_network] = "10.0.0.0/16"
    nat_gateways: Annotated[str, checks.one_of("perZone", "single", "none")] = "perZone"
    flow_logs: Annotated[bool, checks.boolean] = True


@dataclass(frozen=True)
class ContainerSettings:
    """The container: what runs, how it is reached, what it is given."""

    image: Annotated[str | None, checks.optional(container_checks.IMAGE)] = None
    container_port: Annotated[int, checks.whole_number(1, 65535)] = CONTAINER_PORT
    health_check_path: Annotated[str, container_checks.HEALTH_CHECK_PATH] = "/health"
    readonly_root_filesystem: Annotated[bool, checks.boolean] = True
    environment: Annotated[Mapping[str, str], container_checks.ENVIRONMENT] = field(
        default_factory=dict
    )
    secrets: Annotated[Mapping[str, str], container_checks.SECRETS] = field(default_factory=dict)
    exec_command: Annotated[bool, checks.boolean] = False

    def problems(self) -> list[str]:
        """Tell what does not fit together among these settings."""
        problems = []
        if both := sorted(self.environment.keys() & self.secrets.keys()):
            problems.append(
                f"tap:environment and tap:secrets both name {', '.join(both)}; "
                "allowed: a name in one of the two"
            )
        if self.exec_command and self.readonly_root_filesystem:
            problems.append(
                "tap:execCommand is True with tap:readonlyRootFilesystem True; allowed: "
                "execCommand with readonlyRootFilesystem false (ECS Exec writes to the file system)"
            )
        return problems


@dataclass(frozen=True)
class TaskSettings:
    """The size of one task, in CPU units (1024 are one vCPU) and MiB."""

    cpu: Annotated[int, checks.one_number_of(FARGATE_MEMORY.keys())] = 1024
    memory: Annotated[int, checks.whole_number(512, 122880)] = 2048
    cpu_architecture: Annotated[str, checks.one_of("X86_64", "ARM64")] = "X86_64"

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


_ENGINE_VERSION = checks.matching(r"15\.[1-9][0-9]?", "15.N, such as 15.10")
_INSTANCE_CLASS = checks.matching(
    r"db\.((t3|t4g)\.(medium|large)|r[5-8][gi]?\.(large|[0-9]{0,2}xlarge))",
    "a class of Aurora PostgreSQL such as db.t3.medium, db.t4g.medium or db.r6g.large",
)


@dataclass(frozen=True)
class DatabaseSettings:
    """The Aurora cluster: version, size, backups (days), and the number of its password."""

    database_engine_version: Annotated[str | None, checks.optional(_ENGINE_VERSION)] = None
    database_instance_class: Annotated[str, _INSTANCE_CLASS] = "db.t3.medium"
    database_instances: Annotated[int, checks.whole_number(1, 16)] = 2
    backup_retention_days: Annotated[int, checks.whole_number(1, 35)] = 7
    password_version: Annotated[int, checks.whole_number(1, 999_999)] = 1


@dataclass(frozen=True)
class LogSettings:
    """How long logs are kept (days), and which there are beside the container's own."""

    log_retention_days: Annotated[int, checks.one_number_of(RETENTION_DAYS)] = 7
    alb_logs: Annotated[bool, checks.boolean] = True
    container_insights: Annotated[bool, checks.boolean] = True


@dataclass(frozen=True)
class Settings:
    """All settings of an environment, by group.

    Raises SettingsError, with every problem, when one is not allowed or two do not fit together:
    settings that exist can be used.
    """

    network: NetworkSettings = NetworkSettings()
    container: ContainerSettings = field(default_factory=ContainerSettings)
    task: TaskSettings = TaskSettings()
    scaling: ScalingSettings = ScalingSettings()
    database: DatabaseSettings = DatabaseSettings()
    logs: LogSettings = LogSettings()

    def __post_init__(self) -> None:
        groups = [getattr(self, group.name) for group in fields(self)]
        problems = [problem for group in groups for problem in _group_problems(group)]
        if problems:
            raise SettingsError(problems)

    @classmethod
    def of(cls, profile: str = "standard", /, **changes: Any) -> "Settings":
        """Return a profile's settings with these changes, given by field name: `of(cpu=512)`.

        Raises SettingsError for a profile or a field that there is not, and for values that are
        not allowed.
        """
        if profile not in PROFILES:
            raise SettingsError(
                [f"tap:profile is {profile!r}; allowed: {', '.join(sorted(PROFILES))}"]
            )
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
