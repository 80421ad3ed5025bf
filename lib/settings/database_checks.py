"""Checks of the database: its version, its size, and the hours in which AWS works on it."""

import re

from lib.settings import checks

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_MINUTES = 24 * 60
_WEEK_MINUTES = len(_DAYS) * _DAY_MINUTES
_LEAST_MINUTES = 30

_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_DAY_TIME = rf"(?:{'|'.join(_DAYS)}):{_TIME}"


def _version_hint(value: object) -> str:
    """No major version has a minor one below 2 on offer; 15.10 without quotes is 15.1 in YAML."""
    if isinstance(value, str) and re.fullmatch(r"1[567]\.1", value):
        return f'YAML reads an unquoted {value}0 so: quote it, "{value}0"'
    return checks.date_hint(value)


# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/AuroraPostgreSQL.Updates.html
ENGINE_VERSION = checks.matching(
    r"1[567]\.([2-9]|[1-9][0-9])",
    "15.N, 16.N or 17.N, such as 15.10",
    hint=_version_hint,
)

INSTANCE_CLASS = checks.matching(
    r"db\.(serverless|(t3|t4g)\.(medium|large)|r[5-8][gi]?\.(large|[0-9]{0,2}xlarge))",
    "a class of Aurora PostgreSQL such as db.t3.medium, db.r6g.large or db.serverless",
)

_MOST_CAPACITY = 256


def _parse_capacity(text: str) -> float | str:
    if not re.fullmatch(r"[0-9]{1,3}(\.[05])?", text):
        return text
    number = float(text)
    return int(number) if number.is_integer() else number


# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ServerlessV2ScalingConfiguration.html
def capacity(least: int) -> checks.Check:
    """Aurora capacity units from `least` on, in half steps."""
    return checks.Check(
        f"a number from {least} to {_MOST_CAPACITY}, in steps of 0.5",
        lambda value: (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and least <= value <= _MOST_CAPACITY
            and value * 2 % 1 == 0
        ),
        _parse_capacity,
    )


def _week_minute(text: str) -> int:
    """Return the minute of the week that `sun:02:30` names, or of the day that `02:30` does."""
    *day, hour, minute = text.split(":")
    return sum(_DAYS.index(each) for each in day) * _DAY_MINUTES + int(hour) * 60 + int(minute)


def _window(text: str, period: int) -> tuple[int, int]:
    """Return the first minute of a window and how many it lasts; it may pass the period's end."""
    first, last = map(_week_minute, text.split("-"))
    return first, (last - first) % period


def _is_backup_window(value: object) -> bool:
    return (
        isinstance(value, str)
        and re.fullmatch(f"{_TIME}-{_TIME}", value) is not None
        and _window(value, _DAY_MINUTES)[1] >= _LEAST_MINUTES
    )


def _is_maintenance_window(value: object) -> bool:
    return (
        isinstance(value, str)
        and re.fullmatch(f"{_DAY_TIME}-{_DAY_TIME}", value) is not None
        and _LEAST_MINUTES <= _window(value, _WEEK_MINUTES)[1] < _DAY_MINUTES
    )


def windows_overlap(backup: str, maintenance: str) -> bool:
    """Tell whether a daily and a weekly window have a minute in common."""
    first, backup_length = _window(backup, _DAY_MINUTES)
    second, maintenance_length = _window(maintenance, _WEEK_MINUTES)
    between = (second - first) % _DAY_MINUTES
    return between < backup_length or between + maintenance_length > _DAY_MINUTES


# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
BACKUP_WINDOW = checks.Check(
    f"hh:mm-hh:mm in UTC, {_LEAST_MINUTES} minutes at least, such as 02:00-03:00",
    _is_backup_window,
)
MAINTENANCE_WINDOW = checks.Check(
    f"ddd:hh:mm-ddd:hh:mm in UTC and lower case, {_LEAST_MINUTES} minutes at least and less than a "
    "day, such as sun:03:30-sun:04:30",
    _is_maintenance_window,
)
