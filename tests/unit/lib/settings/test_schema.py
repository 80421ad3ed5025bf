"""Settings: their defaults, what each allows, and what does not fit together."""

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from lib.settings.errors import SettingsError
from lib.settings.profiles import PROFILES
from lib.settings.schema import (
    FARGATE_MEMORY,
    FIELDS,
    RETENTION_DAYS,
    ContainerSettings,
    DatabaseSettings,
    LogSettings,
    NetworkSettings,
    ScalingSettings,
    ServiceSettings,
    Settings,
)

# Key -> field, default, a few values that are allowed, a few that are not.
SETTINGS: dict[str, tuple[str, Any, tuple, tuple]] = {
    "vpcCidr": ("vpc_cidr", "10.0.0.0/16", ("172.16.0.0/20",), ("10.0.0.0/21", "8.0.0.0/16", 1)),
    "natGateways": ("nat_gateways", "perZone", ("perZone", "single", "none"), ("two", "", None)),
    "flowLogs": ("flow_logs", True, (True, False), ("true", 1, None)),
    "image": ("image", None, (None, "v1", "nginx:1"), ("", "v 1", 1)),
    "containerPort": ("container_port", 5000, (1, 80, 65535), (0, 65536, -1, "80", True)),
    "healthCheckPath": ("health_check_path", "/health", ("/",), ("", "health", "/ ", None)),
    "readonlyRootFilesystem": ("readonly_root_filesystem", True, (True, False), ("no", None)),
    "environment": ("environment", {}, ({"A": "1"},), ({"A": 1}, {"DB_HOST": "x"}, "A", None)),
    "secrets": ("secrets", {}, ({},), ({"A": "x"}, {"DB_HOST": "x"}, "A", None)),
    "execCommand": ("exec_command", False, (False,), ("true", None)),
    "cpu": ("cpu", 1024, (512, 1024), (0, 1000, 255, -1024, "1024", None)),
    "memory": ("memory", 2048, (2048, 3072, 8192), (0, 511, 2049, 1024, 122881, -1, "2048")),
    "cpuArchitecture": ("cpu_architecture", "X86_64", ("X86_64", "ARM64"), ("x86_64", "", None)),
    "minTasks": ("min_tasks", 2, (1, 2, 10), (0, -1, 11, 201, "2", True)),
    "maxTasks": ("max_tasks", 10, (2, 10, 200), (0, 201, -1, "10", None)),
    "targetCpuPercent": ("target_cpu_percent", 70, (1, 70, 100), (0, 101, 70.5, "70")),
    "databaseEngineVersion": (
        "database_engine_version",
        None,
        (None, "15.8", "15.10", "15.99"),
        ("", "15", "15.0", "15.08", "16.1", "15.100", "15.8\n", 15.8),
    ),
    "databaseInstanceClass": (
        "database_instance_class",
        "db.t3.medium",
        ("db.t3.large", "db.t4g.medium", "db.r6g.large", "db.r6g.2xlarge", "db.r7g.16xlarge"),
        ("", "t3.medium", "db.t3.micro", "db.t2.medium", "db.m5.large", "db.r6g.small", None),
    ),
    "databaseInstances": ("database_instances", 2, (1, 2, 16), (0, 17, -1, "2", None)),
    "backupRetentionDays": ("backup_retention_days", 7, (1, 35), (0, 36, -1, "7")),
    "passwordVersion": ("password_version", 1, (1, 2, 999_999), (0, 1_000_000, "1", None)),
    "logRetentionDays": ("log_retention_days", 7, (1, 7, 365, 3653), (0, 2, 8, 366, -1, "7")),
    "albLogs": ("alb_logs", True, (True, False), ("true", 0)),
    "containerInsights": ("container_insights", True, (True, False), ("enabled", None)),
}


def _problems(**changes: Any) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        Settings.of(**changes)
    return caught.value.problems


def test_the_table_has_every_setting() -> None:
    """With its field and its default; the defaults are what the profile `standard` is."""
    assert {key: item.name for key, item in FIELDS.items()} == {
        key: row[0] for key, row in SETTINGS.items()
    }
    assert Settings() == Settings.of("standard", **{row[0]: row[1] for row in SETTINGS.values()})
    assert PROFILES == {"standard": {}}


def test_the_defaults_of_each_group() -> None:
    """Whole groups, so that a setting that moves is noticed."""
    assert Settings() == Settings(
        network=NetworkSettings(vpc_cidr="10.0.0.0/16", nat_gateways="perZone", flow_logs=True),
        container=ContainerSettings(
            image=None,
            container_port=5000,
            health_check_path="/health",
            readonly_root_filesystem=True,
            environment={},
            secrets={},
            exec_command=False,
        ),
        service=ServiceSettings(cpu=1024, memory=2048, cpu_architecture="X86_64"),
        scaling=ScalingSettings(min_tasks=2, max_tasks=10, target_cpu_percent=70),
        database=DatabaseSettings(
            database_engine_version=None,
            database_instance_class="db.t3.medium",
            database_instances=2,
            backup_retention_days=7,
            password_version=1,
        ),
        logs=LogSettings(log_retention_days=7, alb_logs=True, container_insights=True),
    )


@pytest.mark.parametrize("key", SETTINGS)
def test_values_that_are_allowed(key: str) -> None:
    """Each can be set by itself."""
    field, _, allowed, _ = SETTINGS[key]
    for value in allowed:
        settings = Settings.of(**{field: value})
        groups = vars(settings).values()
        assert [vars(group)[field] for group in groups if field in vars(group)] == [value]


@pytest.mark.parametrize("key", SETTINGS)
def test_values_that_are_not_allowed(key: str) -> None:
    """Each is refused with one problem, which starts with the key."""
    field, _, _, refused = SETTINGS[key]
    for value in refused:
        (problem,) = _problems(**{field: value})
        assert f"tap:{key} is" in problem
        assert "; allowed: " in problem


def test_secrets_of_the_containers_own() -> None:
    """By their ARNs."""
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf"
    assert Settings.of(secrets={"SECRET_KEY": arn}).container.secrets == {"SECRET_KEY": arn}


def test_settings_do_not_change() -> None:
    """Neither by attribute nor by way of a default that all share."""
    with pytest.raises(FrozenInstanceError):
        Settings().service.cpu = 256  # type: ignore[misc]
    assert Settings().container.environment is not Settings().container.environment


def test_the_sizes_that_fargate_has() -> None:
    """CPU units with their memory, from AWS's table."""
    gib = 1024
    assert {cpu: list(memory) for cpu, memory in FARGATE_MEMORY.items()} == {
        256: [512, 1 * gib, 2 * gib],
        512: [n * gib for n in (1, 2, 3, 4)],
        1024: [n * gib for n in range(2, 9)],
        2048: [n * gib for n in range(4, 17)],
        4096: [n * gib for n in range(8, 31)],
        8192: [n * gib for n in range(16, 61, 4)],
        16384: [n * gib for n in range(32, 121, 8)],
    }


@pytest.mark.parametrize("cpu", FARGATE_MEMORY)
def test_each_size_can_be_used(cpu: int) -> None:
    """Every pair of the table, none outside."""
    for memory in FARGATE_MEMORY[cpu]:
        assert Settings.of(cpu=cpu, memory=memory).service.memory == memory
    assert _problems(cpu=cpu, memory=max(FARGATE_MEMORY[cpu]) - 1) == (
        f"tap:memory is {max(FARGATE_MEMORY[cpu]) - 1} with tap:cpu {cpu}; allowed: "
        + ", ".join(str(memory) for memory in FARGATE_MEMORY[cpu]),
    )


def test_the_retentions_that_cloudwatch_logs_knows() -> None:
    """Days, from AWS's table."""
    assert sorted(RETENTION_DAYS) == [
        *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
        *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
    ]


def test_least_and_most_tasks() -> None:
    """They may be the same, not the other way round."""
    assert Settings.of(min_tasks=5, max_tasks=5).scaling.max_tasks == 5
    assert _problems(min_tasks=5, max_tasks=2) == (
        "tap:minTasks is 5 with tap:maxTasks 2; allowed: minTasks no larger than maxTasks",
    )


def test_a_name_in_environment_and_secrets() -> None:
    """ECS refuses it; neither value is told."""
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf"
    both = {"B": arn, "A": arn, "C": arn}
    assert _problems(environment={"A": "1", "B": "2", "D": "3"}, secrets=both) == (
        "tap:environment and tap:secrets both name A, B; allowed: a name in one of the two",
    )


def test_exec_command_needs_a_writable_root() -> None:
    """ECS Exec writes to the container's file system."""
    changes = {"exec_command": True, "readonly_root_filesystem": False}
    assert Settings.of(**changes).container.exec_command
    assert _problems(exec_command=True) == (
        "tap:execCommand is True with tap:readonlyRootFilesystem True; allowed: execCommand with "
        "readonlyRootFilesystem false (ECS Exec writes to the file system)",
    )


def test_every_problem_is_told_at_once() -> None:
    """Of all groups; what settings are together is judged where each is usable by itself."""
    assert _problems(
        flow_logs=1, cpu=1000, memory=8192, min_tasks=5, max_tasks=2, alb_logs="no"
    ) == (
        "tap:flowLogs is 1; allowed: true, false",
        "tap:cpu is 1000; allowed: 256, 512, 1024, 2048, 4096, 8192, 16384",
        "tap:minTasks is 5 with tap:maxTasks 2; allowed: minTasks no larger than maxTasks",
        "tap:albLogs is 'no'; allowed: true, false",
    )


def test_an_error_reads_as_its_problems() -> None:
    """A line each; it is a ValueError for programs that know no other."""
    error = SettingsError(iter(["one", "two"]))
    assert isinstance(error, ValueError)
    assert (str(error), error.problems) == ("one\ntwo", ("one", "two"))


def test_a_profile_that_there_is_not() -> None:
    """The problem names those that there are."""
    with pytest.raises(SettingsError) as caught:
        Settings.of("luxury", cpu=1000)
    assert caught.value.problems == ("tap:profile is 'luxury'; allowed: standard",)


def test_what_is_given_wins_over_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile is a set of differences from the defaults, and what is given differs from it."""
    small = {"cpu": 256, "memory": 512, "alb_logs": False}
    monkeypatch.setattr("lib.settings.schema.PROFILES", {"small": small})
    settings = Settings.of("small", memory=1024)
    assert settings == Settings.of("small", memory=1024, database_instances=2)
    assert (settings.service.cpu, settings.service.memory) == (256, 1024)
    assert not settings.logs.alb_logs


def test_a_field_that_there_is_not() -> None:
    """A program's slip is not passed over."""
    assert _problems(cpus=256, cpu=1, nat="single") == (
        "there is no setting 'cpus'",
        "there is no setting 'nat'",
    )
