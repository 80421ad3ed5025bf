"""What E2E=aws refuses before it begins; no account is needed to see it."""

import re
from pathlib import Path

import pytest
import yaml

from dev.workplace import Workplace
from lib.names import suffix_problems
from ops.errors import CommandError
from ops.inventory.environment import Discovery, Unanswered
from ops.inventory.resource_type import FoundResource
from tests.e2e.account import (
    demand_what_lasts,
    leave,
    make_workplace_in_aws,
    own_suffix,
    refuse_what_is_there,
)

_NOTHING = Discovery((), ())
_VPC = FoundResource("VPC", "flask-api-vpc-e2eabcdef", "vpc-1", None, {})
_GIVEN = {"PULUMI_BACKEND_URL": "s3://states", "PULUMI_CONFIG_PASSPHRASE": "secret"}


def test_each_run_has_a_suffix_of_its_own() -> None:
    suffixes = {own_suffix() for _ in range(20)}
    assert len(suffixes) == 20
    for suffix in suffixes:
        assert re.fullmatch("e2e[a-z]{6}", suffix)
        assert not suffix_problems(suffix)


@pytest.mark.parametrize("backend", ["s3://states", "https://api.pulumi.com", "file:///srv/states"])
def test_a_backend_that_lasts_is_taken(backend: str) -> None:
    demand_what_lasts({**_GIVEN, "PULUMI_BACKEND_URL": backend})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"PULUMI_BACKEND_URL": ""}, "PULUMI_BACKEND_URL is missing"),
        ({"PULUMI_BACKEND_URL": "file:///tmp/states"}, "file:///tmp/states, which does not last"),
        ({"PULUMI_BACKEND_URL": "file:///srv/../tmp/x"}, "which does not last"),
        ({"PULUMI_BACKEND_URL": "mem://"}, "which does not last"),
        ({"PULUMI_CONFIG_PASSPHRASE": ""}, "a passphrase is missing"),
    ],
)
def test_what_would_not_last_is_refused(given: dict[str, str], words: str) -> None:
    with pytest.raises(CommandError, match=re.escape(words)):
        demand_what_lasts({**_GIVEN, **given})


def test_a_temporary_folder_of_the_shell_does_not_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.e2e.account._FLEETING", (str(tmp_path),))
    with pytest.raises(CommandError, match="does not last"):
        demand_what_lasts({**_GIVEN, "PULUMI_BACKEND_URL": (tmp_path / "states").as_uri()})


def test_nothing_and_other_environments_are_in_nobodys_way() -> None:
    refuse_what_is_there("e2eabcdef", ["dev", "acme/shop-dev", "e2eabcdefg"], _NOTHING)


@pytest.mark.parametrize(
    ("stacks", "discovery", "words"),
    [
        (["dev", "e2eabcdef"], _NOTHING, "the stack e2eabcdef"),
        (["acme/TapStacke2eabcdef"], _NOTHING, "the stack acme/TapStacke2eabcdef"),
        (["acme/shop/nightly-e2eabcdef"], _NOTHING, "the stack acme/shop/nightly-e2eabcdef"),
        ([], Discovery((_VPC,), ()), "flask-api-vpc-e2eabcdef"),
        ([], Discovery((), (Unanswered("VPC", "denied"),)), r"perhaps a VPC \(denied\)"),
    ],
)
def test_what_is_there_is_not_touched(stacks: list[str], discovery: Discovery, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        refuse_what_is_there("e2eabcdef", stacks, discovery)


def test_a_workplace_in_aws_has_the_providers_and_the_shells_backend() -> None:
    place = make_workplace_in_aws({**_GIVEN, "AWS_PROFILE": "shop"})
    assert place.variables == _GIVEN
    assert yaml.safe_load((place.folder / "Pulumi.yaml").read_text())["plugins"] == {}
    leave(place, "e2eabcdef", "")
    assert not place.folder.exists()


def test_the_folder_of_what_could_not_be_removed_is_kept_and_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as raised:
        leave(Workplace(tmp_path, _GIVEN), "e2eabcdef", "VPC: DependencyViolation")
    assert tmp_path.exists()
    for words in (str(tmp_path), "s3://states", "--stack e2eabcdef", "DependencyViolation"):
        assert words in str(raised.value)
