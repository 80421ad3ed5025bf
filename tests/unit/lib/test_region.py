"""The region: one line in one file, and a name that AWS knows."""

from pathlib import Path

import pytest

from lib.region import REGION_FILE, known_regions, read_region, region_problems
from lib.settings.errors import SettingsError


def test_the_file_names_a_region() -> None:
    assert REGION_FILE.parts[-2:] == ("lib", "AWS_REGION")
    assert REGION_FILE.read_text(encoding="utf-8") == f"{read_region()}\n"
    assert read_region() in known_regions()


def test_every_partition_has_regions() -> None:
    assert {"us-east-1", "cn-north-1", "us-gov-west-1"} <= known_regions()
    assert len(known_regions()) > 30


def test_a_profile_that_there_is_not_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What AWS_PROFILE names is the provider's to complain of."""
    monkeypatch.setenv("AWS_PROFILE", "nowhere")
    assert known_regions.__wrapped__() == known_regions()


@pytest.mark.parametrize("text", ["us-west-2", "us-west-2\n", "\n us-west-2 \n\n"])
def test_blanks_do_not_matter(region_file: Path, text: str) -> None:
    region_file.write_text(text, encoding="utf-8")
    assert read_region() == "us-west-2"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "can't be read ("),
        (b"\xff\xfe", "can't be read ("),
        (b"", "is empty; allowed: one line with one AWS region"),
        (b" \n\n", "is empty; allowed: one line with one AWS region"),
        (b"us-west-2\nus-east-1\n", "names 2 regions (us-west-2, us-east-1); allowed: one line"),
        (b"us-weast-2\n", "is 'us-weast-2'; allowed: the name of an AWS region"),
    ],
)
def test_files_that_name_no_region(region_file: Path, content: bytes | None, problem: str) -> None:
    """The problem names the file and what it holds."""
    if content is not None:
        region_file.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        read_region()
    (found,) = caught.value.problems
    assert found.startswith(f"lib/AWS_REGION {problem}")


def test_a_name_from_elsewhere() -> None:
    assert not region_problems("us-east-1", "AWS_REGION")
    assert region_problems("mars-1", "AWS_REGION") == [
        "AWS_REGION is 'mars-1'; allowed: the name of an AWS region"
    ]
