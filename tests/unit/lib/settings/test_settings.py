"""Settings: each by its row of the table, and what does not fit together."""

import json
from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest

from lib.settings.errors import SettingsError
from lib.settings.profiles import PROFILES
from lib.settings.read import read_arguments
from lib.settings.schema import FARGATE_MEMORY, FIELDS, Settings
from tests.unit.setting_rows import KEY, ROWS, SECRET
from tests.unit.support import GivenInputs, with_all

_SERVERLESS = {"database_instance_class": "db.serverless"}
CPU_ALLOWED = ROWS["cpu"].allowed


def _problems(**changes: Any) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        Settings.of(**changes)
    return caught.value.problems


def _read(key: str, text: str) -> Settings:
    settings = with_all({key: text})
    return read_arguments(GivenInputs({f"tap:{k}": v for k, v in settings.items()})).settings


def _value(settings: Settings, name: str) -> Any:
    (value,) = [vars(group)[name] for group in vars(settings).values() if name in vars(group)]
    return value


def test_the_table_has_every_setting() -> None:
    """The defaults are what the profile `standard` is; no group grows too large to be read."""
    assert {key: setting.name for key, setting in FIELDS.items()} == {
        key: row.name for key, row in ROWS.items()
    }
    assert Settings() == Settings.of("standard", **{row.name: row.default for row in ROWS.values()})
    assert not PROFILES["standard"]
    assert all(len(fields(group.type)) <= 7 for group in fields(Settings))


@pytest.mark.parametrize("key", ROWS)
def test_texts_that_can_be_used(key: str) -> None:
    """The first is not the default, so that a setting that is not read is noticed."""
    row = ROWS[key]
    assert next(iter(row.good.values())) != row.default == _value(Settings(), row.name)
    for text, value in row.good.items():
        read = _value(_read(key, text), row.name)
        assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize("key", ROWS)
def test_texts_that_cannot_be_used(key: str) -> None:
    """Refused with one problem: the key, the value unless it is confidential, what is allowed."""
    row = ROWS[key]
    for text in row.bad:
        with pytest.raises(SettingsError) as caught:
            _read(key, text)
        shown = ["not usable"] if row.confidential else [repr(text), text]
        allowed = [f"tap:{key} is {each}; allowed: {row.allowed}" for each in shown]
        (problem,) = caught.value.problems
        assert problem in allowed


@pytest.mark.parametrize("key", ROWS)
def test_values_that_a_program_cannot_use(key: str) -> None:
    """Of another type, although they look alike."""
    for value in ROWS[key].bad_values:
        (problem,) = _problems(**{ROWS[key].name: value})
        assert problem.startswith(f"tap:{key} is ")
        assert "; allowed: " in problem


@pytest.mark.parametrize("key", ROWS)
@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", ""),
        ("2026-11-25 00:00:00 +0000 UTC", "YAML read a date that is not in quotes: quote it"),
    ],
)
def test_what_yaml_makes_of_nothing_and_of_a_date(key: str, text: str, hint: str) -> None:
    """`~`, and a date that is not in quotes, are no value of any setting."""
    with pytest.raises(SettingsError) as caught:
        _read(key, text)
    (problem,) = caught.value.problems
    assert problem.startswith(f"tap:{key} is ")
    assert problem.endswith(f" ({hint})") is (bool(hint) and not ROWS[key].confidential)


@pytest.mark.parametrize("text", ["15.1", "16.1", "17.1"])
def test_what_yaml_makes_of_a_version(text: str) -> None:
    """No such version is offered; whoever has it in the file wrote another one."""
    with pytest.raises(SettingsError) as caught:
        _read("databaseEngineVersion", text)
    assert caught.value.problems == (
        f"tap:databaseEngineVersion is {text!r}; allowed: 15.N, 16.N or 17.N, such as 15.10 "
        f'(YAML reads an unquoted {text}0 so: quote it, "{text}0")',
    )


@pytest.mark.parametrize("key", ["environment", "secrets"])
@pytest.mark.parametrize(
    "value", [1, 1.5, True, None, ["hush"], {"B": "hush"}, "2026-11-25 00:00:00 +0000 UTC"]
)
def test_variables_that_are_no_text_are_named(key: str, value: Any) -> None:
    """By `config set --path`, or by YAML: which variable, never its value."""
    with pytest.raises(SettingsError) as caught:
        _read(key, json.dumps({"FINE": SECRET, "PORT": value}))
    (problem,) = caught.value.problems
    assert problem == (
        f"tap:{key} is not usable; allowed: {ROWS[key].allowed} (no text: PORT; write the value in "
        "quotes, or set it with pulumi config set --path --type string)"
    )


def test_settings_do_not_change() -> None:
    """Neither by attribute nor by way of a default that all share."""
    with pytest.raises(FrozenInstanceError):
        Settings().task.cpu = 256  # type: ignore[misc]
    assert Settings().container.environment is not Settings().container.environment


def test_the_sizes_that_fargate_has() -> None:
    """CPU units with their memory, from AWS's table; every pair can be used, none outside."""
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
    for cpu, sizes in FARGATE_MEMORY.items():
        assert all(Settings.of(cpu=cpu, memory=memory).task.memory == memory for memory in sizes)
        allowed = ", ".join(map(str, sizes))
        assert _problems(cpu=cpu, memory=max(sizes) - 1) == (
            f"tap:memory is {max(sizes) - 1} with tap:cpu {cpu}; allowed: {allowed}",
        )


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        (
            {"min_tasks": 5, "max_tasks": 2},
            ["tap:minTasks is 5 with tap:maxTasks 2; allowed: minTasks no larger than maxTasks"],
        ),
        ({"min_tasks": 5, "max_tasks": 5}, []),
        (
            {"environment": {"A": "1", "B": "2"}, "secrets": {"B": SECRET, "A": SECRET}},
            ["tap:environment and tap:secrets both name A, B; allowed: a name in one of the two"],
        ),
        (
            {"exec_command": True},
            [
                "tap:execCommand is True with tap:readonlyRootFilesystem True; allowed: "
                "execCommand with readonlyRootFilesystem false (ECS Exec writes to the file system)"
            ],
        ),
        (
            {"decryption_keys": (KEY,)},
            [
                "tap:decryptionKeys is given without tap:secrets; allowed: the keys that "
                "tap:secrets are encrypted with"
            ],
        ),
        *(
            (
                {name: FIELDS[key].check.parse(text)},
                [
                    "one of tap:backupWindow and tap:maintenanceWindow is given; allowed: both or "
                    "none"
                ],
            )
            for name, key, text in (
                ("backup_window", "backupWindow", "01:00-02:00"),
                ("maintenance_window", "maintenanceWindow", "sun:03:30-sun:04:30"),
            )
        ),
        *(
            (
                {"backup_window": backup, "maintenance_window": maintenance},
                [
                    f"tap:backupWindow is '{backup}' with tap:maintenanceWindow '{maintenance}'; "
                    "allowed: windows that do not overlap"
                ],
            )
            for backup, maintenance in (
                ("03:00-04:00", "sun:03:30-sun:04:30"),
                ("04:00-05:00", "sun:03:30-sun:04:30"),
                ("23:30-00:30", "mon:00:00-mon:01:00"),
                ("00:00-01:00", "sun:23:30-mon:00:30"),
                ("03:00-05:00", "sun:03:30-sun:04:00"),
                ("03:30-04:00", "sun:03:00-sun:05:00"),
            )
        ),
        ({"backup_window": "04:30-05:30", "maintenance_window": "sun:03:30-sun:04:30"}, []),
        ({"backup_window": "03:00-03:30", "maintenance_window": "sun:03:30-sun:04:30"}, []),
        (
            {"tmp_mebibytes": 2048},
            [
                "tap:tmpMebibytes is 2048 with tap:memory 2048; allowed: tmpMebibytes less than "
                "memory"
            ],
        ),
        ({"tmp_mebibytes": 2047}, []),
        (
            {"spot": True, "stop_seconds": 120},
            [
                "tap:stopSeconds is 120 with tap:spot True; allowed: less than the 120 seconds of "
                "notice that Fargate Spot gives"
            ],
        ),
        ({"spot": True, "stop_seconds": 119}, []),
        ({"stop_seconds": 120}, []),
        (
            {"database_min_capacity": 0.5, "database_max_capacity": 1},
            [
                f"tap:database{which}Capacity is {value} with tap:databaseInstanceClass "
                "db.t3.medium; allowed: with db.serverless alone"
                for which, value in (("Min", 0.5), ("Max", 1))
            ],
        ),
        (
            {**_SERVERLESS, "database_min_capacity": 4},
            [
                "tap:databaseMinCapacity is 4 with tap:databaseMaxCapacity 2; allowed: "
                "databaseMinCapacity no larger than databaseMaxCapacity"
            ],
        ),
        ({**_SERVERLESS, "database_min_capacity": 2}, []),
        (
            {**_SERVERLESS, "database_min_capacity": 1.25},
            ["tap:databaseMinCapacity is 1.25; allowed: a number from 0 to 256, in steps of 0.5"],
        ),
        *(
            (
                {**_SERVERLESS, "database_engine_version": version},
                [
                    f"tap:databaseMinCapacity is 0 with tap:databaseEngineVersion {version}; "
                    f"allowed: 0 from {first} on, else 0.5 or more"
                ],
            )
            for version, first in (("15.6", "15.7"), ("16.2", "16.3"))
        ),
        *(
            ({**_SERVERLESS, "database_engine_version": version}, [])
            for version in ("15.7", "16.3", "17.4")
        ),
        (
            {**_SERVERLESS, "database_engine_version": "15.6", "database_min_capacity": 0.5},
            [],
        ),
        # What settings are together is judged where each of a group is usable by itself.
        (
            {"flow_logs": 1, "cpu": 1000, "memory": 8192, "min_tasks": 5, "max_tasks": 2},
            [
                "tap:flowLogs is 1; allowed: true, false",
                f"tap:cpu is 1000; allowed: {CPU_ALLOWED}",
                "tap:minTasks is 5 with tap:maxTasks 2; allowed: minTasks no larger than maxTasks",
            ],
        ),
        (
            {"cpus": 256, "cpu": 1, "nat": "single"},
            ["there is no setting 'cpus'"] + ["there is no setting 'nat'"],
        ),
    ],
)
def test_what_does_not_fit_together(changes: dict[str, Any], problems: list[str]) -> None:
    if problems:
        assert list(_problems(**changes)) == problems
    else:
        Settings.of(**changes)


def test_an_error_reads_as_its_problems() -> None:
    """A line each; it is a ValueError for programs that know no other."""
    error = SettingsError(iter(["one", "two"]))
    assert isinstance(error, ValueError)
    assert (str(error), error.problems) == ("one\ntwo", ("one", "two"))


def test_what_is_given_wins_over_the_profile() -> None:
    """A profile is a set of differences from the defaults, and what is given differs from it."""
    settings = Settings.of("ephemeral", memory=1024, spot=False)
    assert settings == Settings.of(**{**PROFILES["ephemeral"], "memory": 1024, "spot": False})
    assert settings != Settings.of("ephemeral")
    assert settings.database.pauses


def test_a_profile_that_is_not_there_yet() -> None:
    """It is refused with the reason: production without protection would be none."""
    with pytest.raises(SettingsError) as caught:
        Settings.of("production")
    assert caught.value.problems == (
        "tap:profile is 'production'; allowed: ephemeral, standard (it comes with its protection "
        "from removal, and that is not there yet)",
    )
