"""Log groups: each is made here before a service would make it by itself."""

import pulumi_aws as aws

from lib.scope import Scope


def build_log_group(
    scope: Scope, kind: str, name: str, retention_days: int
) -> aws.cloudwatch.LogGroup:
    """Make a log group with a retention in days.

    A group that a service makes by itself keeps its logs for ever, outlives the environment, and
    stops its next `up` with ResourceAlreadyExistsException
    (hashicorp/terraform-provider-aws#42858).
    """
    return aws.cloudwatch.LogGroup(
        scope.name(kind),
        name=name,
        retention_in_days=retention_days,
        tags=scope.tags(kind),
        opts=scope.options(),
    )
