"""What is left late: log groups that a service makes again, and inactive task definitions."""

from collections.abc import Iterator

from botocore.exceptions import ClientError

from lib.names import log_groups, resource_name
from ops.clients import Clients, answers
from ops.waiting import Wait

_SECONDS_BETWEEN = 10.0

# DeleteTaskDefinitions takes ten at a time.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteTaskDefinitions.html
_DEFINITIONS_A_CALL = 10

# Gone in the meantime, or to be tried again.
_LATER_CODES = ("ResourceNotFoundException", "OperationAbortedException")


def sweep_log_groups(clients: Clients, suffix: str) -> tuple[str, ...]:
    """Delete the log groups of a removed environment, by exact name, and return which there were.

    Container Insights and Aurora write on after they are gone, and CloudWatch makes the group again
    (aws/amazon-ecs-agent#2213, hashicorp/terraform-provider-aws#42858): without tags or retention,
    and in the way of the next `up`. Raises ClientError where AWS refuses.
    """
    return tuple(_sweep(clients, suffix))


def _sweep(clients: Clients, suffix: str) -> Iterator[str]:
    client = clients("logs")
    for name in log_groups(suffix):
        # Groups are listed by name: the first of a prefix is the one that is no longer than it.
        first = client.describe_log_groups(logGroupNamePrefix=name, limit=1)["logGroups"]
        if name in [group["logGroupName"] for group in first]:
            try:
                client.delete_log_group(logGroupName=name)
            except ClientError as error:
                if error.response["Error"]["Code"] not in _LATER_CODES:
                    raise
            yield name


def sweep_late_log_groups(
    clients: Clients, suffix: str, seconds: float, wait: Wait
) -> tuple[str, ...]:
    """Sweep log groups for so many seconds, since services may take that long to make them again.

    Returns each that there was, once. Raises ClientError where AWS refuses.
    """
    swept = dict.fromkeys(sweep_log_groups(clients, suffix))
    waited = 0.0
    while waited < seconds:
        wait(_SECONDS_BETWEEN)
        waited += _SECONDS_BETWEEN
        swept.update(dict.fromkeys(sweep_log_groups(clients, suffix)))
    return tuple(swept)


def inactive_task_definitions(clients: Clients, suffix: str) -> tuple[str, ...]:
    """Return the ARNs of the inactive task definitions of an environment.

    ECS keeps what was deregistered for ever unless it is told to delete it, and lists it for a
    while after that. Raises ClientError where AWS refuses.
    """
    # The prefix of a family is the whole name of it: that of pr1 does not list those of pr12.
    family = resource_name("task", suffix)
    given = {"familyPrefix": family, "status": "INACTIVE"}
    return tuple(
        arn
        for answer in answers(clients("ecs"), "list_task_definitions", given)
        for arn in answer["taskDefinitionArns"]
        if arn.rpartition("/")[2].partition(":")[0] == family
    )


def delete_task_definitions(clients: Clients, suffix: str) -> int:
    """Delete the inactive task definitions of an environment; return how many.

    Raises ClientError where AWS refuses.
    """
    client, arns = clients("ecs"), inactive_task_definitions(clients, suffix)
    for start in range(0, len(arns), _DEFINITIONS_A_CALL):
        chosen = list(arns[start : start + _DEFINITIONS_A_CALL])
        client.delete_task_definitions(taskDefinitions=chosen)
    return len(arns)
