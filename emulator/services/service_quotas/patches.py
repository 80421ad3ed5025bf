"""Patches of Service Quotas: the quotas of more services than VPC, with what the account has."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from moto.utilities.utils import get_partition

from emulator.server.interception import AwsError, Call, Patch
from emulator.services.service_quotas.quotas import APPLIED_QUOTAS, QUOTAS, SERVICES, Quota

# Where the quotas of services that have no region are told.
_HOME = "us-east-1"

_REASON = "knows VPC's quotas alone, and no account's"
_NOT_HERE = (
    "This service is not available in the current Region. Choose a different Region or a "
    "different service."
)


def _quotas(call: Call) -> Iterable[Quota]:
    """Return the quotas of a call's service; AwsError where there are none in its region."""
    service = call.params["ServiceCode"]
    if service not in SERVICES:
        raise _not_there("the specified service does not exist.")
    found = [quota for (of, _), quota in QUOTAS.items() if of == service]
    here = [quota for quota in found if not quota.everywhere or call.region == _HOME]
    if not here:
        raise AwsError("NoSuchResourceException", _NOT_HERE)
    return here


def _not_there(words: str) -> AwsError:
    return AwsError("NoSuchResourceException", f"The request failed because {words}")


def _described(call: Call, quota: Quota, account: str = "") -> dict[str, Any]:
    """Return a quota as AWS has it for everybody."""
    service = call.params["ServiceCode"]
    region = "" if quota.everywhere else call.region
    prefix = f"arn:{get_partition(call.region)}:servicequotas:{region}:{account}"
    return {
        "ServiceCode": service,
        "ServiceName": SERVICES[service],
        "QuotaArn": f"{prefix}:{service}/{quota.code}",
        "QuotaCode": quota.code,
        "QuotaName": quota.name,
        "Value": quota.default,
        "Unit": "None",
        "Adjustable": quota.adjustable,
        "GlobalQuota": quota.everywhere,
    }


def _applied(call: Call, quota: Quota) -> dict[str, Any]:
    """Return a quota as the account has it."""
    return {
        **_described(call, quota, call.account),
        "Value": APPLIED_QUOTAS[call.params["ServiceCode"], quota.code],
        "QuotaAppliedAtLevel": "ACCOUNT",
    }


_Describe = Callable[[Call, Quota], Mapping[str, Any]]


def _get(describe: _Describe) -> Callable[[Call], Mapping[str, Any]]:
    def answer(call: Call) -> Mapping[str, Any]:
        for quota in _quotas(call):
            if quota.code == call.params["QuotaCode"]:
                return {"Quota": describe(call, quota)}
        raise _not_there("the specified quota and service do not exist.")

    return answer


def _list(describe: _Describe) -> Callable[[Call], Mapping[str, Any]]:
    def answer(call: Call) -> Mapping[str, Any]:
        wanted = call.params.get("QuotaCode")
        found = [each for each in _quotas(call) if wanted in (None, each.code)]
        first = int(call.params.get("NextToken", 0))
        last = first + call.params.get("MaxResults", len(found))
        more = {"NextToken": str(last)} if last < len(found) else {}
        return {"Quotas": [describe(call, each) for each in found[first:last]], **more}

    return answer


PATCHES = tuple(
    Patch("service-quotas", (operation,), _REASON, answer=answer)
    for operation, answer in (
        ("GetServiceQuota", _get(_applied)),
        ("GetAWSDefaultServiceQuota", _get(_described)),
        ("ListServiceQuotas", _list(_applied)),
        ("ListAWSDefaultServiceQuotas", _list(_described)),
    )
)
