"""The check of quotas: whether there is room for what the settings need, and for how many more."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from ops.checks import Check, Results, run_checks
from ops.doctor.plan import Plan, where_possible
from ops.doctor.quota_table import QUOTAS, Quota, processors_now

# Less than what all checks have together.
_SECONDS = 8.0

_NO_QUOTA = "NoSuchResourceException"


@dataclass(frozen=True)
class Room:
    """What there is of a quota, what is used of it, what one environment needs, what is needed now.

    `used` is None where it is not known.
    """

    quota: Quota
    value: float
    used: float | None
    each: float
    now: float

    @property
    def free(self) -> float:
        """What is not in use."""
        return self.value - (self.used or 0)

    @property
    def fits(self) -> float:
        """How many such environments fit."""
        return max(0.0, self.free // self.each)

    def __str__(self) -> str:
        """Say of which quota how much is in use."""
        used = "not known how many" if self.used is None else f"{self.used:g}"
        return f"{self.quota.name}: {used} of {self.value:g} in use"


def _look(plan: Plan, results: Results) -> None:
    rooms: dict[str, Room] = {}
    checks = [Check(quota.code, partial(_measure, quota, rooms)) for quota in QUOTAS]
    for report in run_checks(checks, plan, _SECONDS):
        results.notes.extend(report.notes)
        # One action may be missing for all.
        results.unseen.extend(each for each in report.unseen if each not in results.unseen)
    known = [room for quota in QUOTAS if (room := rooms.get(quota.code))]
    for room in known:
        _compare(plan, room, results)
    if known:
        tightest = min(known, key=lambda room: (room.fits, room.free))
        results.summary = f"room for {tightest.fits:g} such environments; tightest: {tightest}"


def _measure(quota: Quota, rooms: dict[str, Room], plan: Plan, results: Results) -> None:
    each = quota.needed(plan)
    if not each:
        return
    told = _roles_told(plan) if quota.service == "iam" else _told(quota, plan)
    if told is None:
        results.note(f"Service Quotas knows no quota of {quota.name} here")
        return
    now = each
    if plan.is_living:
        now = processors_now(plan) if quota.service == "fargate" else 0
    used = quota.used(plan, told)
    if used is None:
        results.note(f"how much of {quota.name} is in use, AWS does not say")
    rooms[quota.code] = Room(quota, told["Value"], used, each, now)


def _told(quota: Quota, plan: Plan) -> Mapping[str, Any] | None:
    """Return what Service Quotas says of a quota: that of the account, else that of all."""
    client = plan.clients("service-quotas")
    for ask in (client.get_service_quota, client.get_aws_default_service_quota):
        try:
            return ask(ServiceCode=quota.service, QuotaCode=quota.code)["Quota"]
        except ClientError as error:
            if error.response["Error"]["Code"] != _NO_QUOTA:
                raise
    return None


def _roles_told(plan: Plan) -> Mapping[str, Any]:
    """Return what IAM itself says of its roles, in any region."""
    summary = plan.clients("iam").get_account_summary()["SummaryMap"]
    return {"Value": summary["RolesQuota"], "Used": summary["Roles"]}


def _compare(plan: Plan, room: Room, results: Results) -> None:
    if room.now <= room.free:
        return
    quota = room.quota
    wanted = (room.used or 0) + max(room.now, room.each)
    results.find(
        f"{room}, and {room.now:g} more needed",
        f"aws service-quotas request-service-quota-increase --service-code {quota.service} "
        f"--quota-code {quota.code} --desired-value {wanted:g} "
        f"--region {quota.region or plan.region}; or remove an environment that nobody needs",
    )


QUOTA_CHECK = where_possible("quotas", _look, "account")
