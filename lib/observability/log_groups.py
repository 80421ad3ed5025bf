"""Log groups: each is made here before a service would make it by itself."""

import pulumi_aws as aws

from lib.scope import Scope


def build_log_group(scope: Scope, part: str, name: str) -> aws.cloudwatch.LogGroup:
    """Make a log group of this name, with the environment's retention.

    A group that a service makes by itself keeps its logs for ever, outlives the environment, and
    stops its next `up` with ResourceAlreadyExistsException
    (hashicorp/terraform-provider-aws#42858).
    """
    return aws.cloudwatch.LogGroup(
        scope.name(part),
        name=name,
        retention_in_days=scope.log_retention_days,
        tags=scope.tags(part),
        opts=scope.options(),
    )
