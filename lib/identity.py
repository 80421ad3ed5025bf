"""IAM roles, as the account asks for them."""

import json

import pulumi
import pulumi_aws as aws

from lib import policies
from lib.location import Location
from lib.scope import Scope
from lib.settings.schema import IdentitySettings


def build_role(
    scope: Scope, settings: IdentitySettings, location: Location, part: str, service: str
) -> aws.iam.Role:
    """Make a role that one AWS service can take, for this account alone.

    Policies that somebody adds by hand go with it: IAM deletes no role that has any. The path is
    the creation's: another one would replace the role while tasks run with it.
    """
    return aws.iam.Role(
        scope.name(part),
        name=scope.name(part),
        path=settings.role_path if settings.role_path != "/" else None,
        permissions_boundary=settings.permissions_boundary,
        assume_role_policy=json.dumps(policies.trust(service, location.account_id)),
        force_detach_policies=True,
        tags=scope.tags(part),
        opts=scope.options(ignore_changes=["path"]),
    )


def build_policy(
    scope: Scope,
    part: str,
    role: aws.iam.Role,
    document: pulumi.Input[str],
    depends_on: list[pulumi.Resource] | None = None,
) -> aws.iam.RolePolicy:
    """Make an inline policy of a role."""
    return aws.iam.RolePolicy(
        scope.name(part),
        name=scope.name(part),
        role=role.name,
        policy=document,
        opts=scope.options(depends_on=depends_on),
    )
