"""The README is true: its settings, its commands, its prices, its links into itself."""

import re
from pathlib import Path

import pytest

from lib.settings.container_checks import OWN_VARIABLES
from lib.settings.schema import FIELDS, Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _table(heading: str) -> list[list[str]]:
    """Return the cells of the first table below a heading, without its two head lines."""
    lines = README.split(f"\n## {heading}\n")[1].splitlines()
    rows = [line for line in lines if line.startswith("|")]
    first = lines.index(rows[0])
    table = []
    for line in lines[first:]:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table[2:]


def _default(key: str) -> object:
    settings = Settings()
    for group in vars(settings).values():
        if FIELDS[key].name in vars(group):
            return getattr(group, FIELDS[key].name)
    raise LookupError(key)


def test_the_settings_table_has_every_setting() -> None:
    """Those of the groups, and the two that stand beside them."""
    keys = [row[0].strip("`").removeprefix("tap:") for row in _table("Settings")]
    assert sorted(keys) == sorted([*FIELDS, "environmentSuffix", "profile"])


@pytest.mark.parametrize("key", [key for key in FIELDS if _default(key) is not None])
def test_the_settings_table_tells_the_default(key: str) -> None:
    """As it is typed into the stack's configuration."""
    default = _default(key)
    text = str(default).lower() if isinstance(default, bool) else str(default)
    (row,) = [row for row in _table("Settings") if row[0] == f"`tap:{key}`"]
    assert row[1] == f"`{text}`"


def test_every_make_command_named_is_one() -> None:
    """Whether in a block or in the text."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    jobs = set(re.findall(r"^([a-z]+):.*##", makefile, re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", README, re.MULTILINE))
    assert named <= jobs
    assert {"local", "test", "up", "destroy", "engine"} <= named


def test_every_file_named_is_there() -> None:
    """Whatever is named by its path, a folder or a file."""
    named = re.findall(r"`((?:lib|ops|emulator|tests)/[\w./]*)`", README)
    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_prices_add_up() -> None:
    """Each line by itself, and their sum, per hour and per month of 730 hours."""
    rows = _table("What it costs")
    parts = [(int(row[1]), float(row[2]), float(row[3]), float(row[4])) for row in rows[:-1]]
    for number, each, hour, month in parts:
        assert hour == pytest.approx(number * each, abs=0.0001)
        assert month == pytest.approx(number * each * 730, abs=0.02)
    total_hour, total_month = (float(cell.strip("*")) for cell in rows[-1][3:])
    assert total_hour == pytest.approx(sum(part[2] for part in parts), abs=0.0005)
    assert total_month == pytest.approx(sum(part[3] for part in parts), abs=0.02)


def test_every_link_into_the_readme_leads_somewhere() -> None:
    """A heading's anchor is its text in lower case, joined by hyphens."""
    headings = re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", head.lower()).replace(" ", "-") for head in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", README)) <= anchors


def test_at_least_twelve_errors_are_explained() -> None:
    """Each with its cause and its cure."""
    rows = _table("When something goes wrong")
    assert len(rows) >= 12
    assert all(len(row) == 3 and all(row) for row in rows)


def test_the_image_is_told_what_it_gets() -> None:
    """All variables but the one that is there only to make a new task definition."""
    section = README.split("\n## Your image\n")[1].split("\n## ")[0]
    assert all(name in section for name in OWN_VARIABLES if name != "DB_SECRET_VERSION")
