"""The screen of `show`, from what was found: what is not known has no line."""

from datetime import UTC, datetime, timedelta

import pytest

from ops.account import Account
from ops.region import Region
from ops.show.model import Database, EnvironmentShown, Image, Part, Service
from ops.show.view import Place, age, environment_lines, in_bytes

_NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
_PLACE = Place(Region("eu-south-1", "a test"), Account("1", "a test", None))


def test_what_is_not_known_is_left_out() -> None:
    shown = EnvironmentShown(
        environment="dev",
        region="eu-south-1",
        verdict="1 part.",
        exit_code=0,
        image=Image(name="shop@sha256:ab", digest="sha256:ab"),
        service=Service(desired=3, running=1, pending=2, task_definition="flask-api-task-dev:1"),
        database=Database(name="aurora", status="creating", version="15.10"),
        parts=(Part(type="listener", name="HTTP:80", id="arn:aws:a"),),
    )
    assert list(environment_lines(shown, _PLACE, _NOW)) == [
        "show: environment dev in eu-south-1 (from a test)",
        "account 1, by a test",
        "",
        "Image       shop@sha256:ab",
        "Tasks       1 of 3 running; 2 pending; flask-api-task-dev:1",
        "Database    Aurora PostgreSQL 15.10, creating",
        "Parts (1)",
        "  listener HTTP:80",
        "",
        "1 part.",
    ]


def test_image_says_since_when_and_by_whom() -> None:
    image = Image(name="shop:v1", since=_NOW - timedelta(hours=3), registered_by="arn:aws:iam::1:x")
    shown = EnvironmentShown(
        environment="dev", region="r", verdict="", exit_code=0, author="Jane", image=image
    )
    lines = list(environment_lines(shown, _PLACE, _NOW))
    assert lines[3:6] == [
        "Made by     Jane, from unknown",
        "Image       shop:v1",
        "            since 2026-11-25 09:00 UTC (3 h ago), by arn:aws:iam::1:x",
    ]


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1536, "1.5 KiB"),
        (5 * 2**40, "5 TiB"),
        (2**60, "1.05e+06 TiB"),
    ],
)
def test_sizes(count: int, words: str) -> None:
    assert in_bytes(count) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(5, "0 min"), (90, "1 min"), (7200, "2 h"), (200_000, "2 d")]
)
def test_ages(seconds: int, words: str) -> None:
    now = datetime.now(UTC)
    assert age(now - timedelta(seconds=seconds), now) == words
