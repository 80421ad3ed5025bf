"""`python -m ops policy`: what is printed, written and refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lib.settings.errors import SettingsError
from ops.app import app
from ops.policy.conditions import tag_conditions
from ops.policy.reference import Action
from ops.policy.scope import PREVIEW_SUFFIXES, PolicyScope, read_scope


def _invoke(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["policy", *arguments])


def _many(count: int) -> str:
    return ",".join(f"pr{number}" for number in range(count))


def test_one_policy_is_printed_as_it_is_and_more_as_a_list() -> None:
    (one, more) = (
        json.loads(_invoke(who, "--suffixes", "preview").stdout) for who in ("boundary", "deployer")
    )
    assert one["Version"] == "2012-10-17"
    assert [each["Version"] for each in more] == ["2012-10-17"] * len(more)


def test_files_have_what_is_printed(tmp_path: Path) -> None:
    printed = json.loads(_invoke("reader", "--suffixes", "preview").stdout)
    done = _invoke("reader", "--suffixes", "preview", "--into", str(tmp_path / "new"))
    paths = [Path(line) for line in done.stdout.splitlines()]
    assert [path.name for path in paths] == [f"reader-{n}.json" for n, _ in enumerate(printed, 1)]
    assert [json.loads(path.read_text(encoding="utf-8")) for path in paths] == printed


@pytest.mark.parametrize(
    ("region", "partition"), [("eu-central-1", "aws"), ("cn-north-1", "aws-cn")]
)
def test_arns_are_of_the_region_and_its_partition(region: str, partition: str) -> None:
    told = _invoke("reader", "--region", region, "--account", "111122223333").stdout
    assert f"arn:{partition}:ecs:{region}:111122223333:cluster/flask-api-cluster-*" in told
    assert f"arn:{partition}:iam::111122223333:role/flask-api-*-role-*" in told


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (("--region", "nowhere"), 2, "--region is 'nowhere'; allowed: the name of an AWS region"),
        (("--account", "12"), 2, "--account is '12'; allowed: the twelve digits of an account"),
        (("--suffixes", "preview,dev*"), 2, "--suffixes is 'dev*'; allowed: lower-case letters"),
        (("--suffixes", _many(60)), 1, "The policies for these suffixes are "),
    ],
)
def test_refused(arguments: tuple[str, ...], exit_code: int, words: str) -> None:
    done = _invoke("deployer", *arguments)
    assert (done.exit_code, done.stdout) == (exit_code, "")
    assert done.stderr.startswith(words)


def test_preview_is_a_suffix_like_others_beside_others() -> None:
    assert read_scope("preview", "eu-south-1").suffixes == PREVIEW_SUFFIXES
    assert read_scope(" preview, dev ", "eu-south-1").suffixes == ("preview", "dev")
    assert read_scope("", "eu-south-1").suffixes == ("*",)
    with pytest.raises(SettingsError):
        read_scope("pr*", "eu-south-1")


def test_a_type_without_a_name_or_tags_is_an_error() -> None:
    action = Action("ec2:CreateX", "Write", {"vpc": (), "": ()})
    with pytest.raises(ValueError, match="whose a ec2:vpc is"):
        tag_conditions(PolicyScope(("dev",), "long-lived", "eu-south-1"), action, "ec2:vpc")
