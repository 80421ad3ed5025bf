"""IAM's names of what a call does: the action that a policy has to allow.

https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from collections.abc import Mapping

from emulator.server.interception import Call

# boto3's name of a service -> IAM's, where they differ.
_PREFIXES: Mapping[str, str] = {
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "resourcegroupstaggingapi": "tag",
    "service-quotas": "servicequotas",
}


def action_of(call: Call) -> str:
    """Return the action of a call, `elasticloadbalancing:DescribeLoadBalancers`.

    Most have their operation's name; those of S3 that do not (ListObjects) are not looked at.
    """
    return f"{_PREFIXES.get(call.service, call.service)}:{call.operation}"
