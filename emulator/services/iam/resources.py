"""Kinds of identity: IAM roles, and what they are allowed."""

from emulator.resources import documents
from emulator.resources.aws import Aws
from emulator.resources.boto_type import BotoType, Create, Find, Remove
from emulator.resources.resource_type import Arguments
from emulator.resources.state import State
from emulator.resources.tags import Tags
from emulator.resources.updates import Change, Step, modify


def _change_trust(change: Change) -> None:
    change.call(
        "iam.update_assume_role_policy", RoleName="{id}", PolicyDocument="{assumeRolePolicy}"
    )


def _change_boundary(change: Change) -> None:
    if change.state.inputs.get("permissionsBoundary"):
        boundary = "{permissionsBoundary}"
        change.call(
            "iam.put_role_permissions_boundary", RoleName="{id}", PermissionsBoundary=boundary
        )
    else:
        change.call("iam.delete_role_permissions_boundary", RoleName="{id}")


def _remove_role(aws: Aws, state: State) -> None:
    # AWS refuses to remove a role that still has policies.
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
        local=frozenset({"forceDetachPolicies"}),
        meanings={"assumeRolePolicy": documents.policy},
        identity=("name",),
    ),
    make=Create("iam.create_role", "Role.RoleName"),
    find=Find(
        "iam.get_role",
        {"RoleName": "{id}"},
        "Role",
        outputs={"arn": "Arn", "name": "RoleName", "uniqueId": "RoleId"},
        observed={"permissionsBoundary": "PermissionsBoundary.PermissionsBoundaryArn"},
    ),
    remove=_remove_role,
    own_steps=(
        Step(frozenset({"assumeRolePolicy"}), _change_trust, creates=False),
        modify("iam.update_role", "description", "maxSessionDuration", RoleName="{id}"),
        Step(frozenset({"permissionsBoundary"}), _change_boundary, creates=False),
    ),
    tags=Tags("iam", "{id}"),
)

ROLE_POLICY = BotoType(
    "aws:iam/rolePolicy:RolePolicy",
    Arguments(
        renames={"name": "PolicyName", "policy": "PolicyDocument", "role": "RoleName"},
        meanings={"policy": documents.policy},
        identity=("role", "name"),
    ),
    make=Create("iam.put_role_policy", "{role}:{name}"),
    find=Find(
        "iam.get_role_policy",
        {"RoleName": "{role}", "PolicyName": "{name}"},
        "@",
        id_parts="(?P<role>[^:]+):(?P<name>.+)",
    ),
    remove=Remove("iam.delete_role_policy", {"RoleName": "{role}", "PolicyName": "{name}"}),
    own_steps=(modify("iam.put_role_policy", "policy", RoleName="{role}", PolicyName="{name}"),),
)

ROLE_POLICY_ATTACHMENT = BotoType(
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    Arguments(renames={"role": "RoleName"}, identity=("role", "policyArn")),
    make=Create("iam.attach_role_policy", "{role}/{policyArn}"),
    find=Find(
        "iam.list_attached_role_policies",
        {"RoleName": "{role}"},
        "AttachedPolicies[?PolicyArn=='{policyArn}'] | [0]",
        id_parts="(?P<role>[^/]+)/(?P<policyArn>.+)",
    ),
    remove=Remove("iam.detach_role_policy", {"RoleName": "{role}", "PolicyArn": "{policyArn}"}),
)

RESOURCE_TYPES = (ROLE, ROLE_POLICY, ROLE_POLICY_ATTACHMENT)
