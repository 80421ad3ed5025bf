"""Settings: what can be chosen about an environment, with what is allowed.

A field's metadata holds its key in Pulumi configuration (`tap:<key>`) and its check; the fields'
defaults are the profile `standard`. Nothing here imports pulumi.
"""

from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

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


def _about(key: str, check: Check) -> Mapping[str, Any]:
    return {"key": key, "check": check}


@dataclass(frozen=True)
class NetworkSettings:
    """The VPC: its addresses, the way out of its private subnets, flow logs."""

    vpc_cidr: str = field(default="10.0.0.0/16", metadata=_about("vpcCidr", checks.private_network))
    nat_gateways: str = field(
        default="perZone",
        metadata=_about("natGateways", checks.one_of("perZone", "single", "none")),
    )
    flow_logs: bool = field(default=True, metadata=_about("flowLogs", checks.boolean))


@dataclass(frozen=True)
class ContainerSettings:
    """The container: what runs, how it is reached, what it is given."""

    image: str | None = field(
        default=None, metadata=_about("image", checks.optional(container_checks.IMAGE))
    )
    container_port: int = field(
        default=5000, metadata=_about("containerPort", checks.whole_number(1, 65535))
    )
    health_check_path: str = field(
        default="/health", metadata=_about("healthCheckPath", container_checks.HEALTH_CHECK_PATH)
    )
    readonly_root_filesystem: bool = field(
        default=True, metadata=_about("readonlyRootFilesystem", checks.boolean)
    )
    environment: Mapping[str, str] = field(
        default_factory=dict, metadata=_about("environment", container_checks.ENVIRONMENT)
    )
    secrets: Mapping[str, str] = field(
        default_factory=dict, metadata=_about("secrets", container_checks.SECRETS)
    )
    exec_command: bool = field(default=False, metadata=_about("execCommand", checks.boolean))

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
class ServiceSettings:
    """The size of one task, in CPU units (1024 are one vCPU) and MiB."""

    cpu: int = field(
        default=1024, metadata=_about("cpu", checks.one_number_of(FARGATE_MEMORY.keys()))
    )
    memory: int = field(default=2048, metadata=_about("memory", checks.whole_number(512, 122880)))
    cpu_architecture: str = field(
        default="X86_64", metadata=_about("cpuArchitecture", checks.one_of("X86_64", "ARM64"))
    )

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

    min_tasks: int = field(
        default=2, metadata=_about("minTasks", checks.whole_number(1, MOST_TASKS))
    )
    max_tasks: int = field(
        default=10, metadata=_about("maxTasks", checks.whole_number(1, MOST_TASKS))
    )
    target_cpu_percent: int = field(
        default=70, metadata=_about("targetCpuPercent", checks.whole_number(1, 100))
    )

    def problems(self) -> list[str]:
        """Tell whether the least is more than the most."""
        if self.min_tasks <= self.max_tasks:
            return []
        return [
            f"tap:minTasks is {self.min_tasks} with tap:maxTasks {self.max_tasks}; "
            "allowed: minTasks no larger than maxTasks"
        ]


@dataclass(frozen=True)
class DatabaseSettings:
    """The Aurora cluster: version, size, backups (days), and the number of its password."""

    database_engine_version: str | None = field(
        default=None,
        metadata=_about(
            "databaseEngineVersion",
            checks.optional(checks.matching(r"15\.[1-9][0-9]?", "15.N, such as 15.10")),
        ),
    )
    database_instance_class: str = field(
        default="db.t3.medium",
        metadata=_about(
            "databaseInstanceClass",
            checks.matching(
                r"db\.((t3|t4g)\.(medium|large)|r[5-8][gi]?\.(large|[0-9]{0,2}xlarge))",
                "a class of Aurora PostgreSQL such as db.t3.medium, db.t4g.medium or db.r6g.large",
            ),
        ),
    )
    database_instances: int = field(
        default=2, metadata=_about("databaseInstances", checks.whole_number(1, 16))
    )
    backup_retention_days: int = field(
        default=7, metadata=_about("backupRetentionDays", checks.whole_number(1, 35))
    )
    password_version: int = field(
        default=1, metadata=_about("passwordVersion", checks.whole_number(1, 999_999))
    )


@dataclass(frozen=True)
class LogSettings:
    """How long logs are kept (days), and which there are beside the container's own."""

    log_retention_days: int = field(
        default=7, metadata=_about("logRetentionDays", checks.one_number_of(RETENTION_DAYS))
    )
    alb_logs: bool = field(default=True, metadata=_about("albLogs", checks.boolean))
    container_insights: bool = field(
        default=True, metadata=_about("containerInsights", checks.boolean)
    )


@dataclass(frozen=True)
class Settings:
    """All settings of an environment, by group.

    Raises SettingsError, with every problem, when one is not allowed or two do not fit together:
    settings that exist can be used.
    """

    network: NetworkSettings = NetworkSettings()
    container: ContainerSettings = field(default_factory=ContainerSettings)
    service: ServiceSettings = ServiceSettings()
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
        if unknown := sorted(values.keys() - {item.name for _, item in _all_fields()}):
            raise SettingsError([f"there is no setting {name!r}" for name in unknown])
        return cls(
            **{
                group.name: group.type(
                    **{
                        item.name: values[item.name]
                        for item in fields(group.type)
                        if item.name in values
                    }
                )
                for group in fields(cls)
            }
        )


def _all_fields() -> Iterator[tuple[Field, Field]]:
    for group in fields(Settings):
        for item in fields(group.type):
            yield group, item


def _group_problems(group: Any) -> list[str]:
    alone = [
        problem
        for item in fields(group)
        for problem in item.metadata["check"].problems(
            item.metadata["key"], getattr(group, item.name)
        )
    ]
    # What a group says of its settings together rests on each being usable by itself.
    if alone or not hasattr(group, "problems"):
        return alone
    return group.problems()


# Key in Pulumi configuration -> the dataclass field that it sets.
FIELDS: Mapping[str, Field] = {item.metadata["key"]: item for _, item in _all_fields()}
