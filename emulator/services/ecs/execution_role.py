"""What a task's execution role may do, by its policies, and the service's words where it may not.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from dataclasses import dataclass
from typing import Any

from moto.utilities.utils import get_partition

from emulator.server.interception import Call
from emulator.services.iam.evaluation import (
    AccessRequest,
    Decision,
    PolicyDocument,
    evaluate_policies,
)
from emulator.services.iam.patterns import RequestContext
from emulator.services.iam.simulation import identity_policies, permissions_boundary


@dataclass(frozen=True)
class ExecutionRole:
    """moto's role, as ECS has assumed it for a task: the session is named by the task's id."""

    call: Call
    role: Any
    task_id: str

    def refusal(self, action: str, resource: str, resource_policy: str = "") -> str | None:
        """Return what AWS says when it may not do an action on an ARN; None where it may.

        `resource_policy` is the resource's own policy, as JSON.
        """
        call = self.call
        context = RequestContext(
            {
                "aws:PrincipalArn": self.role.arn,
                "aws:PrincipalAccount": call.account,
                "aws:RequestedRegion": call.region,
                "aws:ResourceAccount": call.account,
                "aws:SecureTransport": "true",
            }
        )
        found = evaluate_policies(
            AccessRequest(action, resource, context, self.role.arn),
            list(identity_policies(call, "role", self.role)),
            boundary=permissions_boundary(call, self.role),
            resource_policy=PolicyDocument.read(resource_policy) if resource_policy else None,
        )
        if found.decision is Decision.ALLOWED:
            return None
        why = f"because no identity-based policy allows the {action} action"
        if found.decision is Decision.EXPLICIT_DENY:
            why = "with an explicit deny in an identity-based policy"
        elif found.within_boundary is False:
            why = f"because no permissions boundary allows the {action} action"
        session = f"assumed-role/{self.role.name}/{self.task_id}"
        user = f"arn:{get_partition(call.region)}:sts::{call.account}:{session}"
        return (
            f"AccessDeniedException: User: {user} is not authorized to perform: {action} on "
            f"resource: {resource} {why}"
        )
