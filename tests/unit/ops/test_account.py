"""Whose account it is, and in one line why it can't be worked in."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import (
    ConfigParseError,
    EndpointConnectionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOTokenLoadError,
)

from emulator.server.server import Server
from ops import account
from ops.account import find_account
from ops.errors import CommandError
from tests.unit.ops.support import WHERE, StubClients, refusal


@pytest.fixture(autouse=True)
def _profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    """A machine with a profile `shop`."""
    assert server
    (tmp_path / "config").write_text(
        "[profile shop]\naws_access_key_id = a\naws_secret_access_key = b\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))


@pytest.mark.parametrize(
    ("aws", "variable", "credentials"),
    [
        ({}, "", "the default credentials (env)"),
        ({}, "shop", "the profile shop (AWS_PROFILE)"),
        ({"profile": "shop"}, "other", "the profile shop (aws:profile)"),
        ({"accessKey": "a", "secretKey": "b"}, "", "aws:accessKey"),
        (
            {"assumeRoles": '[{"roleArn": "arn:aws:iam::123456789012:role/deploy"}]'},
            "",
            "the role arn:aws:iam::123456789012:role/deploy (aws:assumeRoles)",
        ),
        (
            {
                "assumeRoles": json.dumps(
                    [
                        {
                            "roleArn": "arn:aws:iam::123456789012:role/deploy",
                            "externalId": "x" * 8,
                            "sessionName": "ci",
                        }
                    ]
                )
            },
            "",
            "the role arn:aws:iam::123456789012:role/deploy (aws:assumeRoles)",
        ),
    ],
)
def test_account_and_credentials_are_those_of_the_provider(
    aws: dict[str, str], variable: str, credentials: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if variable:
        monkeypatch.setenv("AWS_PROFILE", variable)
    found = find_account(aws, WHERE)
    assert str(found) == f"account 123456789012, by {credentials}"
    assert found.clients and found.clients("ec2").meta.region_name == WHERE.name


@pytest.mark.parametrize(
    ("aws", "key"),
    [
        ({"endpoints": "[]"}, "endpoints"),
        ({"accessKey": None, "secretKey": None}, "accessKey"),
        ({"profile": None}, "profile"),
    ],
)
def test_account_of_credentials_that_are_not_followed_is_not_guessed(
    aws: dict[str, str | None], key: str
) -> None:
    """Another account's answers would be worse than none."""
    found = find_account(aws, WHERE)
    assert (str(found), found.clients) == (f"account not looked at, by aws:{key}", None)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ProfileNotFound(profile="x"), "there is no profile shop on this machine; sign in with"),
        (
            PartialCredentialsError(provider="env", cred_var="B"),
            "AWS credentials of the profile shop are missing (Partial",
        ),
        (SSOTokenLoadError(error_msg="x"), "the AWS credentials of the profile shop have expired"),
        (
            EndpointConnectionError(endpoint_url="x"),
            f"AWS does not answer in the region {WHERE} (Could not connect",
        ),
        (ConfigParseError(path="x"), "the AWS credentials of the profile shop can't be used ("),
        (refusal("ExpiredToken"), "the AWS credentials of the profile shop have expired (Expired"),
        (refusal("RequestExpired"), "the AWS credentials of the profile shop have expired (Requ"),
        (
            refusal("InvalidClientTokenId"),
            "AWS does not know the credentials of the profile shop (InvalidClientTokenId: No.)",
        ),
        (
            refusal("AuthFailure", "x\ny"),
            "the AWS credentials of the profile shop are not valid in the region "
            f"{WHERE} (AuthFailure): the region is not enabled in this account, or",
        ),
        (
            refusal("AccessDenied", "x\ny"),
            f"AWS refuses the credentials of the profile shop in the region {WHERE} "
            "(AccessDenied: x y)",
        ),
    ],
)
@pytest.mark.parametrize(
    "operation", ["sts__get_caller_identity", "ec2__describe_availability_zones"]
)
def test_what_keeps_from_working_is_told_in_one_line(
    operation: str, error: Exception, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STS also takes what is valid in no other service of an opt-in region."""
    answers: dict[str, Any] = {"sts__get_caller_identity": {"Account": "1"}, operation: error}
    monkeypatch.setattr(account, "Clients", lambda *_: StubClients(**answers))
    with pytest.raises(CommandError) as raised:
        find_account({"profile": "shop"}, WHERE)
    assert str(raised.value).startswith(told)
    assert "\n" not in str(raised.value)


def test_no_credentials_at_all_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setattr(boto3.Session, "get_credentials", lambda _self: None)
    with pytest.raises(CommandError, match="^AWS credentials are missing "):
        find_account({}, WHERE)


@pytest.mark.parametrize("text", ["{", "[{}]", "[1]"])
def test_roles_that_can_not_be_read_are_told(text: str) -> None:
    with pytest.raises(CommandError, match="^aws:assumeRoles can't be read; allowed: a JSON list"):
        find_account({"assumeRoles": text}, WHERE)
