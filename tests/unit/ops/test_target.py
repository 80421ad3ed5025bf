"""The environment that is looked at: its file, its region, and whose credentials."""

from pathlib import Path

import pytest

from lib.settings.errors import SettingsError
from ops.errors import CommandError
from ops.region import Region
from ops.target import LookRequest, find_target
from tests.unit.ops.support import WHERE


def _write(folder: Path, stack: str, *lines: str) -> None:
    text = "\n".join(["config:", *(f"  {line}" for line in lines)])
    (folder / f"Pulumi.{stack}.yaml").write_text(text)


@pytest.mark.parametrize(
    ("stacks", "stack", "suffix", "chosen"),
    [
        (["dev", "prod"], "", "dev", "dev"),
        (["TapStackdev", "prod"], "", "dev", "TapStackdev"),
        (["prod"], "", "dev", None),
        # It may hold the environment `shop-dev`.
        (["shop-dev"], "", "dev", None),
        (["shop-dev"], "acme/tap/shop-dev", "dev", "shop-dev"),
        (["dev"], "shop-dev", "dev", None),
        (["shop-dev: dev"], "", "dev", "shop-dev"),
        (["shop-dev: prod"], "", "dev", None),
    ],
)
def test_the_file_is_that_of_the_stack(
    stacks: list[str], stack: str, suffix: str, chosen: str | None, tmp_path: Path
) -> None:
    for name, _, said in (each.partition(": ") for each in stacks):
        _write(tmp_path, name, *([f"tap:environmentSuffix: {said}"] if said else ["tap:cpu: 512"]))
    file = LookRequest("verify", suffix, stack=stack, folder=tmp_path).file
    assert (file and file.name) == (chosen and f"Pulumi.{chosen}.yaml")


def test_settings_are_those_of_the_file_and_of_config(tmp_path: Path) -> None:
    _write(tmp_path, "dev", "tap:cpu: 512", "tap:memory: 1024", "aws:profile: shop")
    given = {"tap:memory": "2048"}
    request = LookRequest("doctor", "dev", config=given, folder=tmp_path)
    assert request.asked.texts == {"tap:cpu": "512", "tap:memory": "2048", "aws:profile": "shop"}
    assert LookRequest("doctor", "new", config=given, folder=tmp_path).asked.texts == given


@pytest.mark.parametrize(
    ("suffix", "words"),
    [
        ("", "SUFFIX is missing; say which environment: make show SUFFIX=dev"),
        ("A", "SUFFIX is 'A'"),
    ],
)
def test_a_suffix_that_can_not_be_is_refused(suffix: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        LookRequest("show", suffix)


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("command", "option", "region"),
    [
        ("verify", "", Region("eu-west-1", "AWS_REGION")),
        ("verify", "us-east-1", Region("us-east-1", "--region")),
        # What `make up` would do, a variable of the shell does not move.
        ("doctor", "", Region(WHERE.name, "lib/AWS_REGION")),
    ],
)
def test_region(
    command: str, option: str, region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    target = find_target(LookRequest(command, "dev", region=option, folder=tmp_path))
    assert (target.region, target.clients.region) == (region, region)
    assert target.environment.suffix == target.suffix == "dev"


def test_a_region_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--region is 'mars'; allowed: the name of"):
        find_target(LookRequest("verify", "dev", region="mars", folder=tmp_path))


def test_credentials_that_only_the_provider_follows_are_told(tmp_path: Path) -> None:
    _write(tmp_path, "dev", "aws:endpoints: '[]'")
    with pytest.raises(CommandError, match="credentials come from aws:endpoints, which only"):
        find_target(LookRequest("verify", "dev", folder=tmp_path))
