"""The README and docs/ are true: settings, commands, files, prices, links."""

import re
from pathlib import Path

import pytest

from lib.settings.container_checks import OWN_VARIABLES
from lib.settings.schema import FIELDS, Settings

ROOT = Path(__file__).parents[2]
PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", ROOT / "emulator/README.md", *(ROOT / "docs").glob("*.md"))
}
README = PAGES["README.md"]


def _table(page: str) -> list[list[str]]:
    """Return the cells of the first table of a page, without its two head lines."""
    block = re.search(r"(?:^\|.*\n)+", PAGES[page], re.MULTILINE)
    assert block, page
    lines = block.group().splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def _default(key: str) -> object:
    settings = Settings()
    groups = [group for group in vars(settings).values() if FIELDS[key].name in vars(group)]
    return getattr(groups[0], FIELDS[key].name)


def test_the_settings_table_has_every_setting_and_no_other() -> None:
    keys = [row[0].strip("`").removeprefix("tap:") for row in _table("docs/settings.md")]
    assert sorted(keys) == sorted([*FIELDS, "environmentSuffix", "profile"])


@pytest.mark.parametrize("key", [key for key in FIELDS if _default(key) not in (None, ())])
def test_the_settings_table_tells_the_default_as_it_is_typed(key: str) -> None:
    default = _default(key)
    listed = ",".join(default) if isinstance(default, tuple) else default
    text = str(listed).lower() if isinstance(listed, bool) else str(listed)
    (row,) = [row for row in _table("docs/settings.md") if row[0] == f"`tap:{key}`"]
    assert row[1] == f"`{text}`"


def test_every_make_command_named_is_one() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    jobs = set(re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE))
    named = {
        name
        for text in PAGES.values()
        for name in re.findall(r"(?:`|^)make ([a-z-]+)", text, re.MULTILINE)
    }
    assert named <= jobs
    assert {"local", "test", "serve", "up", "preview", "destroy"} <= named


def test_every_file_named_is_there() -> None:
    pattern = r"`((?:lib|ops|emulator|dev|tests|docs|tools)/[\w./-]*)`"
    named = [path for text in PAGES.values() for path in re.findall(pattern, text)]
    assert len(named) > 30
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_service_of_the_emulator_is_in_the_table_of_the_readme() -> None:
    services = {path.parent.name for path in (ROOT / "emulator/services").glob("*/resources.py")}
    assert services - {"random"} <= set(re.findall(r"`emulator/services/(\w+)/`", README))


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    headings = re.findall(r"^#+ (.+)$", PAGES[page], re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", head.lower()).replace(" ", "-") for head in headings}
    links = re.findall(r"\]\(([^)]+)\)", PAGES[page])
    assert {link[1:] for link in links if link.startswith("#")} <= anchors
    files = [link.partition("#")[0] for link in links if not re.match(r"https?:|#", link)]
    assert [file for file in files if not ((ROOT / page).parent / file).exists()] == []


def test_every_page_is_named_in_the_readme() -> None:
    assert [page for page in PAGES if page not in README] == []


def test_the_prices_add_up() -> None:
    """Each line by itself, and their sum, per hour and per month of 730 hours."""
    rows = _table("docs/cost.md")
    parts = [(int(row[1]), float(row[2]), float(row[3]), float(row[4])) for row in rows[:-1]]
    for number, each, hour, month in parts:
        assert hour == pytest.approx(number * each, abs=0.0001)
        assert month == pytest.approx(number * each * 730, abs=0.02)
    total_hour, total_month = (float(cell.strip("*")) for cell in rows[-1][3:])
    assert total_hour == pytest.approx(sum(part[2] for part in parts), abs=0.0005)
    assert total_month == pytest.approx(sum(part[3] for part in parts), abs=0.02)


def test_every_error_has_a_cause_and_a_cure() -> None:
    rows = _table("docs/troubleshooting.md")
    assert len(rows) >= 12
    assert all(len(row) == 3 and all(row) for row in rows)


def test_the_image_is_told_all_variables_that_it_gets() -> None:
    """But for the one that is there only to make a new task definition."""
    section = README.split("\n## Your image\n")[1].split("\n## ")[0]
    assert all(name in section for name in OWN_VARIABLES if name != "DB_SECRET_VERSION")
