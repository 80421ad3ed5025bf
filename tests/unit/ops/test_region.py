"""The region of a command: the variable before the file, and the source of either."""

from pathlib import Path

import pytest

from lib.region import known_regions, read_region
from lib.settings.errors import SettingsError
from ops.region import Region, working_region

OTHER = sorted(known_regions() - {read_region()})[0]
FROM_FILE = Region(read_region(), "lib/AWS_REGION")
FROM_VARIABLE = Region(OTHER, "AWS_REGION")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [({}, FROM_FILE), ({"AWS_REGION": ""}, FROM_FILE), ({"AWS_REGION": OTHER}, FROM_VARIABLE)],
)
def test_variable_comes_before_the_file(variables: dict[str, str], expected: Region) -> None:
    assert working_region(variables) == expected


def test_variables_of_the_process_are_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", OTHER)
    assert working_region() == FROM_VARIABLE
    assert str(working_region()) == f"{OTHER} (from AWS_REGION)"


@pytest.mark.parametrize("variables", [{}, {"AWS_REGION": "milan"}])
def test_what_names_no_region_is_refused(variables: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "AWS_REGION"
    path.write_text("milan\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="AWS_REGION is 'milan'; allowed: "):
        working_region(variables, path)
