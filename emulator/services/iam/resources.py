"""The resource types of IAM: roles, and what they are allowed."""

from collections.abc import Mapping
from typing import Any

from emulator.resources.arguments import Arguments, Comparison
from emulator.resources.aws import Aws
from emulator.resources.boto_type import BotoType, Create, Delete, Describe, JoinedId
from emulator.resources.documents import policy
from emulator.resources.state import State
from emulator.resources.tags import ServiceTags
from emulator.resources.updates import Change, Update, by_id, modify, put_or_delete


def _change_trust(change: Change) -> None:
    document = change.state["assumeRolePolicy"]
    change.aws.call(
        "iam.update_assume_role_policy", RoleName=change.state.id, PolicyDocument=document
    )


def _delete_role(aws: Aws, state: State) -> None:
    # AWS refuses to delete a role that still has policies.
    if state.inputs.get("forceDetachPolicies"):
        attached = aws.call("iam.list_attached_role_policies", RoleName=state.id)
        for each in attached["AttachedPolicies"]:
            aws.call("iam.detach_role_policy", RoleName=state.id, PolicyArn=each["PolicyArn"])
        for name in aws.call("iam.list_role_policies", RoleName=state.id)["PolicyNames"]:
            aws.call("iam.delete_role_policy", RoleName=state.id, PolicyName=name)
    aws.call("iam.delete_role", RoleName=state.id)


ROLE = BotoType(
    "aws:iam/role:Role",
    Arguments(
        renames={"assumeRolePolicy": "AssumeRolePolicyDocument", "name": "RoleName"},
        local=("forceDetachPolicies",),
        identity=("name",),
        comparison=Comparison({"assumeRolePolicy": policy}),
    ),
    made_by=Create("iam.create_role", "Role.RoleName"),
    described_by=Describe("iam.get_role", by_id("RoleName"), "Role"),
    deleted_by=_delete_role,
    outputs=("arn",),
    paths={
        "name": "RoleName",
        "permissionsBoundary": "PermissionsBoundary.PermissionsBoundaryArn",
        "uniqueId": "RoleId",
    },
    updates=(
        Update(("assumeRolePolicy",), _change_trust),
        modify("iam.update_role", by_id("RoleName"), "description", "maxSessionDuration"),
        put_or_delete(
            "permissionsBoundary",
            "iam.put_role_permissions_boundary",
            "iam.delete_role_permissions_boundary",
            by_id("RoleName"),
        ),
    ),
    tags=ServiceTags("iam", by_id("RoleName"), "tag_role", "untag_role", "list_role_tags"),
)


def _inline_policy(state: State) -> Mapping[str, Any]:
    return {"RoleName": state["role"], "PolicyName": state["name"]}


_POLICY_ID = JoinedId(":", ("role", "name"))

ROLE_POLICY = BotoType(
    "aws:iam/rolePolicy:RolePolicy",
    Arguments(
        renames={"name": "PolicyName", "policy": "PolicyDocument", "role": "RoleName"},
        identity=("role", "name"),
        comparison=Comparison({"policy": policy}),
    ),
    made_by=Create("iam.put_role_policy", _POLICY_ID.join),
    described_by=Describe("iam.get_role_policy", _inline_policy, "@", joined=_POLICY_ID),
    deleted_by=Delete("iam.delete_role_policy", _inline_policy),
    updates=(modify("iam.put_role_policy", _inline_policy, "policy"),),
)

_ATTACHMENT_ID = JoinedId("/", ("role", "policyArn"))

ROLE_POLICY_ATTACHMENT = BotoType(
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    Arguments(renames={"role": "RoleName"}, identity=("role", "policyArn")),
    made_by=Create("iam.attach_role_policy", _ATTACHMENT_ID.join),
    described_by=Describe(
        "iam.list_attached_role_policies",
        lambda state: {"RoleName": state["role"]},
        lambda state: f"AttachedPolicies[?PolicyArn=='{state['policyArn']}'] | [0]",
        joined=_ATTACHMENT_ID,
    ),
    deleted_by=Delete(
        "iam.detach_role_policy",
        lambda state: {"RoleName": state["role"], "PolicyArn": state["policyArn"]},
    ),
)
