"""docs/bootstrap.md: every command in it, as it is typed, in the emulated AWS."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dev.program import TAP
from emulator.resources.aws import Aws
from emulator.server.server import Server
from lib.region import read_region
from ops.commands.policy import Who, policies
from ops.policy.scope import read_scope
from tests.support.aws_cli import aws_cli
from tests.support.in_process import in_process
from tests.unit.ops.policy.asked import ACCOUNT

_PAGE = (TAP.parent / "docs/bootstrap.md").read_text(encoding="utf-8")
_BLOCKS = re.findall(r"^```bash\n(.*?)^```$", _PAGE, re.DOTALL | re.MULTILINE)

_GH = """#!/bin/sh
printf '%s\\n' "$*" >>"$0.lines"
case "$*" in *.owner.id) echo 123456;; *.id) echo 456789;; esac
"""


class Bootstrap:
    """An account in which the page was followed to its end, and what gh was told."""

    def __init__(self, aws: Aws, gh: list[str], commands: list[list[str]]) -> None:
        self.aws = aws
        self.gh = gh
        self.commands = commands

    def attached(self, role: str) -> list[Any]:
        """Return the policies of a role, in the order of their names."""
        found = self.aws.call("iam.list_attached_role_policies", RoleName=role)["AttachedPolicies"]
        arns = sorted(each["PolicyArn"] for each in found)
        return [self.policy(arn) for arn in arns]

    def policy(self, arn: str) -> Any:
        """Return a policy's document."""
        version = self.aws.call("iam.get_policy_version", PolicyArn=arn, VersionId="v1")
        return version["PolicyVersion"]["Document"]

    def trust(self, role: str) -> Any:
        """Return the statement that says who may take a role."""
        document = self.aws.call("iam.get_role", RoleName=role)["Role"]["AssumeRolePolicyDocument"]
        return document["Statement"][0]


@pytest.fixture(name="done", scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bootstrap]:
    """The page's blocks, one after the other in one shell that stops at the first error."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / "gh").write_text(_GH)
    (folder / "gh").chmod(0o755)
    with in_process(Server(read_region())) as server, aws_cli(server.aws(), folder) as commands:
        variables = {
            "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
            "TMPDIR": str(folder),
            "HOME": str(folder),
        }
        script = "\n".join(("set -euo pipefail", *_BLOCKS))
        shell = subprocess.run(
            ["bash", "-c", script],
            cwd=TAP.parent,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (shell.returncode, shell.stderr) == (0, "")
        lines = (folder / "gh.lines").read_text(encoding="utf-8").splitlines()
        yield Bootstrap(server.aws(), lines, commands)


def test_every_command_was_run(done: Bootstrap) -> None:
    typed = set(re.findall(r"\baws ([a-z0-9]+ [a-z-]+)", "\n".join(_BLOCKS)))
    assert typed == {" ".join(words[:2]) for words in done.commands}
    assert len(typed) > 9


@pytest.mark.parametrize("group", ["preview", "long-lived"])
def test_state_is_kept_and_encrypted_for_each_group(done: Bootstrap, group: str) -> None:
    bucket = f"flask-api-state-{group}-{ACCOUNT}"
    blocked = done.aws.call("s3.get_public_access_block", Bucket=bucket)
    assert set(blocked["PublicAccessBlockConfiguration"].values()) == {True}
    assert done.aws.call("s3.get_bucket_versioning", Bucket=bucket)["Status"] == "Enabled"
    key = done.aws.call("kms.describe_key", KeyId=f"alias/flask-api-state-{group}")["KeyMetadata"]
    rotation = done.aws.call("kms.get_key_rotation_status", KeyId=key["KeyId"])
    assert rotation["KeyRotationEnabled"]


@pytest.mark.parametrize("group", ["preview", "long-lived"])
def test_jobs_of_the_github_environment_alone_take_a_role(done: Bootstrap, group: str) -> None:
    """Both forms of the subject."""
    statement = done.trust(f"flask-api-{group}")
    (provider,) = done.aws.call("iam.list_open_id_connect_providers")["OpenIDConnectProviderList"]
    assert statement["Principal"] == {"Federated": provider["Arn"]}
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    issuer = "token.actions.githubusercontent.com"
    assert statement["Condition"] == {
        "StringEquals": {
            f"{issuer}:aud": "sts.amazonaws.com",
            f"{issuer}:sub": [
                f"repo:acme/shop:environment:{group}",
                f"repo:acme@123456/shop@456789:environment:{group}",
            ],
        }
    }


@pytest.mark.parametrize(
    ("role", "who", "suffixes"),
    [
        ("preview", Who.DEPLOYER, "preview"),
        ("long-lived", Who.DEPLOYER, "dev,prod"),
        ("reader", Who.READER, ""),
    ],
)
def test_roles_have_the_policies_that_are_printed(
    done: Bootstrap, role: str, who: Who, suffixes: str
) -> None:
    scope = read_scope(suffixes, read_region(), ACCOUNT)
    assert done.attached(f"flask-api-{role}") == policies(who, scope)


def test_boundary_has_the_name_that_the_policies_ask_for(done: Bootstrap) -> None:
    scope = read_scope("preview", read_region(), ACCOUNT)
    assert [done.policy(scope.boundary)] == policies(Who.BOUNDARY, scope)
    (line,) = [line for line in done.gh if "PREVIEW_SETTINGS" in line]
    assert line.endswith(f"--config tap:permissionsBoundary={scope.boundary}")


def test_people_of_the_account_take_the_readers_role(done: Bootstrap) -> None:
    statement = done.trust("flask-api-reader")
    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


def test_github_knows_the_label_and_where_each_group_is(done: Bootstrap) -> None:
    told = "\n".join(done.gh)
    assert "label create preview --repo acme/shop" in told
    for group in ("preview", "long-lived"):
        assert f"api --method PUT repos/acme/shop/environments/{group}\n" in told
        values = {
            "AWS_ROLE": f"arn:aws:iam::{ACCOUNT}:role/flask-api-{group}",
            "PULUMI_BACKEND_URL": f"s3://flask-api-state-{group}-{ACCOUNT}?region={read_region()}",
            "SECRETS_PROVIDER": f"awskms://alias/flask-api-state-{group}?region={read_region()}",
        }
        for name, value in values.items():
            line = f"variable set {name} --repo acme/shop --env {group} --body {value}"
            assert line in done.gh


def test_stand_in_says_what_aws_refuses(done: Bootstrap, tmp_path: Path) -> None:
    with aws_cli(done.aws, tmp_path):
        command = [tmp_path / "aws", "iam", "get-role", "--role-name", "nobody"]
        shell = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (shell.returncode, shell.stdout) == (254, "")
    assert "NoSuchEntity" in shell.stderr
