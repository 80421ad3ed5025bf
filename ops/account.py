"""The account: whose credentials a command works with, and whether they are valid in the region."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import boto3
from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError

from ops.clients import Clients
from ops.errors import CommandError
from ops.region import Region

# With one of these of `aws:`, the provider finds credentials or AWS itself in a way of its own. So
# it does with keys that are encrypted.
_NOT_FOLLOWED = (
    "assumeRoleWithWebIdentity",
    "endpoints",
    "sharedConfigFiles",
    "sharedCredentialsFiles",
)
_KEYS = {
    "accessKey": "aws_access_key_id",
    "secretKey": "aws_secret_access_key",
    "token": "aws_session_token",
}

_SIGN_IN = "sign in with `aws sso login`, `aws login` or `aws configure`, or set AWS_PROFILE"

_EXPIRED = (
    exceptions.CredentialRetrievalError,
    exceptions.LoginError,
    exceptions.SSOError,
    exceptions.TokenRetrievalError,
)
_MISSING = (exceptions.NoCredentialsError, exceptions.PartialCredentialsError)
_UNREACHED = (exceptions.HTTPClientError, exceptions.ConnectionError)

# Services say the same in their own codes: the query protocol, EC2, JSON.
_EXPIRED_CODES = ("ExpiredToken", "ExpiredTokenException", "RequestExpired")
_UNKNOWN_CODES = (
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
)
_OFF_CODES = ("AuthFailure", "OptInRequired", "RegionDisabledException")

_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Account:
    """The account that is worked in: its number, and by which credentials.

    `clients` are those with which a command itself looks at AWS; None, as the number is, where the
    provider's credentials are found in a way that is not followed here.
    """

    number: str | None
    credentials: str
    clients: Clients | None

    def __str__(self) -> str:
        """Return the number and the credentials in one line."""
        return f"account {self.number or 'not looked at'}, by {self.credentials}"


class AccountError(CommandError):
    """What keeps the credentials from being used; `account` is what is known of it all the same."""

    def __init__(self, words: str, account: Account | None = None) -> None:
        super().__init__(words)
        self.account = account


def find_account(aws: Mapping[str, str | None], region: Region) -> Account:
    """Return the account that the provider works in when the stack's `aws:` keys are these.

    Raises AccountError, in one line, where the credentials are missing, have expired or are not
    valid in the region.
    """
    followed = {"profile", "assumeRoles", *_KEYS}
    encrypted = {key for key, text in aws.items() if key in followed and text is None}
    if others := sorted(aws.keys() & set(_NOT_FOLLOWED) | encrypted):
        return Account(None, f"aws:{others[0]}", None)
    profile = aws.get("profile") or os.environ.get("AWS_PROFILE")
    session, source = _told(lambda: _session(aws, profile, region), profile, region)
    clients = Clients(region, session)
    account = Account(None, source, clients)
    try:
        number = _told(lambda: _number(clients), profile, region)
        account = replace(account, number=number)
        # STS also takes what is valid in no other service of an opt-in region.
        _told(lambda: _zones(clients), profile, region)
    except CommandError as error:
        raise AccountError(str(error), account) from None
    return account


def _session(
    aws: Mapping[str, str | None], profile: str | None, region: Region
) -> tuple[boto3.Session, str]:
    keys = {argument: aws[key] for key, argument in _KEYS.items() if aws.get(key)}
    session = boto3.Session(profile_name=None if keys else profile, **keys)
    credentials = session.get_credentials()
    if keys:
        source = "aws:accessKey"
    elif aws.get("profile"):
        source = f"the profile {profile} (aws:profile)"
    elif profile:
        source = f"the profile {profile} (AWS_PROFILE)"
    else:
        source = f"the default credentials ({credentials.method})" if credentials else "none"
    for role in json.loads(aws.get("assumeRoles") or "[]"):
        session = _assumed(session, role, region)
        source = f"the role {role['roleArn']} (aws:assumeRoles)"
    return session, source


def _number(clients: Clients) -> str:
    return clients("sts").get_caller_identity()["Account"]


def _zones(clients: Clients) -> Any:
    zones = [{"Name": "zone-type", "Values": ["availability-zone"]}]
    return clients("ec2").describe_availability_zones(Filters=zones)


def _assumed(session: boto3.Session, role: Mapping[str, Any], region: Region) -> boto3.Session:
    external = {"ExternalId": role["externalId"]} if role.get("externalId") else {}
    answer = session.client("sts", region_name=region.name).assume_role(
        RoleArn=role["roleArn"],
        RoleSessionName=role.get("sessionName") or "flask-api",
        **external,
    )["Credentials"]
    return boto3.Session(
        aws_access_key_id=answer["AccessKeyId"],
        aws_secret_access_key=answer["SecretAccessKey"],
        aws_session_token=answer["SessionToken"],
    )


def _told(look: Callable[[], _Answer], profile: str | None, region: Region) -> _Answer:
    """Return what a look at AWS finds; what keeps it from looking is told in one line."""
    named = f" of the profile {profile}" if profile else ""
    try:
        return look()
    except exceptions.ProfileNotFound:
        reason = f"there is no profile {profile} on this machine; {_SIGN_IN}"
    except _MISSING as error:
        reason = f"AWS credentials{named} are missing ({error}); {_SIGN_IN}"
    except _EXPIRED as error:
        reason = f"the AWS credentials{named} have expired ({error}); {_SIGN_IN}"
    except _UNREACHED as error:
        reason = f"AWS does not answer in the region {region} ({error})"
    except BotoCoreError as error:
        reason = f"the AWS credentials{named} can't be used ({error}); {_SIGN_IN}"
    except ClientError as error:
        reason = _refusal(error, named, region)
    except (AttributeError, KeyError, TypeError, ValueError):
        reason = "aws:assumeRoles can't be read; allowed: a JSON list of objects with roleArn"
    raise AccountError(" ".join(reason.split()))


def _refusal(error: ClientError, named: str, region: Region) -> str:
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code in _EXPIRED_CODES:
        return f"the AWS credentials{named} have expired ({code}); {_SIGN_IN}"
    if code in _UNKNOWN_CODES:
        return f"AWS does not know the credentials{named} ({code}: {message}); {_SIGN_IN}"
    if code in _OFF_CODES:
        return (
            f"the AWS credentials{named} are not valid in the region {region} ({code}): the region "
            "is not enabled in this account, or the session token is of version 1 "
            "(AWS_STS_REGIONAL_ENDPOINTS=regional gets another); see docs/operations.md"
        )
    return f"AWS refuses the credentials{named} in the region {region} ({code}: {message})"
