"""Patches of IAM: AWS's own policies, each made when it is first named."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy

from emulator.server.interception import Call, Patch


@cache
def _policies() -> Mapping[str, tuple[str, Mapping[str, Any]]]:
    """Return the names and contents of AWS's own policies, by what their ARNs end in."""
    known = json.loads(aws_managed_policies_data)
    return {data["Path"] + name: (name, data) for name, data in known.items()}


def _know(call: Call) -> None:
    """Have moto know the policy that a call names, if it is one of AWS's own."""
    backend = call.backend("iam")
    for member in ("PolicyArn", "PermissionsBoundary"):
        arn = call.params.get(member, "")
        _, own, ending = arn.partition(":iam::aws:policy")
        if own and arn not in backend.managed_policies and ending in _policies():
            name, data = _policies()[ending]
            policy = AWSManagedPolicy.from_data(name, call.account, call.region, data)
            backend.managed_policies[policy.arn] = policy


PATCHES = (
    Patch(
        "iam",
        ("AttachRolePolicy", "CreateRole", "GetPolicy", "PutRolePermissionsBoundary"),
        "takes seconds to make all of AWS's own policies",
        answer=_know,
    ),
)
