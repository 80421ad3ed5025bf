"""Patches of load balancing: the health of the tasks that are targets."""

from collections.abc import Mapping
from typing import Any

from emulator.server.interception import Call, Patch
from emulator.services.elbv2.target_health import target_health


def _describe_health(call: Call) -> Mapping[str, Any]:
    arn, asked = call.params["TargetGroupArn"], call.params.get("Targets", ())
    return {"TargetHealthDescriptions": target_health(call, arn, asked)}


PATCHES = (
    Patch(
        "elbv2",
        ("DescribeTargetHealth",),
        "calls each target healthy, and forgets those that drain",
        answer=_describe_health,
    ),
)
