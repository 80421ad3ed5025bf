"""The region of a command: the variable before the file, and the source of either."""

import pytest

from lib.region import known_regions, read_region
from lib.settings.errors import SettingsError
from ops.region import Region, working_region

OTHER = sorted(known_regions() - {read_region()})[0]


def test_without_the_variable_the_file_names_the_region():
    """Neither a missing nor an empty variable counts."""
    expected = Region(read_region(), "lib/AWS_REGION")
    assert working_region({}) == expected
    assert working_region({"AWS_REGION": ""}) == expected


def test_the_variable_comes_before_the_file():
    """The file is not even read."""
    found = working_region({"AWS_REGION": OTHER}, path=None)
    assert found == Region(OTHER, "AWS_REGION")


def test_the_variables_of_the_process_are_the_default(monkeypatch):
    """Called without arguments it reads os.environ."""
    monkeypatch.setenv("AWS_REGION", OTHER)
    assert working_region() == Region(OTHER, "AWS_REGION")


def test_a_region_in_words_tells_its_source():
    """Messages show both."""
    assert str(Region(OTHER, "AWS_REGION")) == f"{OTHER} (from AWS_REGION)"


def test_a_variable_that_names_no_region_is_refused():
    """In the words of every other setting."""
    with pytest.raises(SettingsError, match="^AWS_REGION is 'milan'; allowed: "):
        working_region({"AWS_REGION": "milan"})


def test_a_file_that_names_no_region_is_refused(tmp_path):
    """The file's own problem is told."""
    path = tmp_path / "AWS_REGION"
    path.write_text("milan\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="AWS_REGION is 'milan'"):
        working_region({}, path)
