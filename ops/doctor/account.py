"""Checks of the account: who works in it, and whether its region and credentials can be used."""

import json
from collections.abc import Sequence

from botocore.exceptions import ClientError

from ops.checks import DENIED_CODES, Results
from ops.doctor.plan import Plan, said, where_possible

_ON = ("ENABLED", "ENABLED_BY_DEFAULT")

# How ops/account.py goes on where the region, or the token in it, may be the reason.
_OF_REGION = ": the region is not enabled"
_NEW_TOKEN = (
    "enable the region; if it is, the session token is of version 1: sign in again with "
    "AWS_STS_REGIONAL_ENDPOINTS=regional (see docs/operations.md)"
)


def _look_at_region(plan: Plan, results: Results) -> None:
    """Ask whether the account has the region on: a region that has not refuses all else.

    https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    """
    region = plan.region
    if plan.target.account.clients is None:
        results.miss("not looked at: there are no credentials (see account)")
        return
    try:
        answer = plan.clients("account").get_region_opt_status(RegionName=region)
    except ClientError as error:
        if not (plan.can_ask and error.response["Error"]["Code"] in DENIED_CODES):
            raise
        # Whoever may not ask sees by EC2's answer that it is on.
        results.summary = f"EC2 answers in {region}"
        return
    status = answer["RegionOptStatus"]
    results.summary = f"{region} is {status.lower().replace('_', ' ')}"
    if status == "ENABLING":
        results.find(
            f"the region {region} is still being enabled in this account",
            f"wait until `aws account get-region-opt-status --region-name {region}` says ENABLED; "
            "it takes minutes to hours",
        )
    elif status not in _ON:
        results.find(
            f"the region {region} is not enabled in this account ({status})",
            f"aws account enable-region --region-name {region}, or name another region in "
            "lib/AWS_REGION",
        )


def _look_at_account(plan: Plan, results: Results) -> None:
    account = plan.target.account
    results.summary = f"{account.number or 'not known'}, by {account.credentials}"
    if plan.refused:
        results.find(*_refusal(plan.refused))
        return
    if account.clients is None:
        results.miss(
            f"the credentials come from {account.credentials}, which the provider alone can follow"
        )
        return
    allowed, forbidden = (
        _numbers(plan.asked.of("aws").get(key))
        for key in ("allowedAccountIds", "forbiddenAccountIds")
    )
    if account.number in forbidden or (allowed and account.number not in allowed):
        expected = f"aws:allowedAccountIds names {', '.join(allowed)}" if allowed else ""
        results.find(
            f"the account is {account.number}, but "
            + (expected or "aws:forbiddenAccountIds names it"),
            "sign in to the other account (AWS_PROFILE=… or aws:profile)",
        )


def _refusal(words: str) -> tuple[str, str]:
    valid, of_region, _ = words.partition(_OF_REGION)
    if of_region:
        return valid, _NEW_TOKEN
    return said(words, "see docs/operations.md, or try again later")


def _numbers(text: str | None) -> Sequence[str]:
    """Return the numbers of accounts that a key of `aws:` has, as the provider takes them."""
    try:
        read = json.loads(text or "[]")
    except ValueError:
        return ()
    return [str(each) for each in read] if isinstance(read, list) else [str(read)]


REGION = where_possible("region", _look_at_region, needs_settings=False, needs_aws=False)
ACCOUNT = where_possible(
    "account", _look_at_account, "region", needs_settings=False, needs_aws=False
)
