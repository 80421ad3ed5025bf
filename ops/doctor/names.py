"""The check of names: what is there under a name that an `up` needs, and is not the stack's."""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lib.database.aurora import major_version
from lib.names import (
    alb_log_group,
    database_log_group,
    insights_log_group,
    parameter_group_part,
    vpc_log_group,
)
from ops.checks import Results
from ops.doctor.plan import Plan, where_possible
from ops.errors import CommandError
from ops.inventory.resource_type import FoundResource
from ops.inventory.tags import tags_of

# What AWS has but once of each name; of VPCs and all else in EC2 there may be several.
_UNIQUE = (
    "load balancer",
    "target group",
    "ECS cluster",
    "Aurora cluster",
    "Aurora instance",
    "Aurora parameter group",
    "Aurora subnet group",
    "ECR repository",
    "secret",
    "log group",
    "log delivery source",
    "log delivery destination",
    "IAM role",
)

# Who made something, by the tags that programs and people give.
_OWNER_TAGS = (
    "EnvironmentSuffix",
    "ManagedBy",
    "Repository",
    "Author",
    "Owner",
    "Project",
    "aws:cloudformation:stack-name",
)


def _look(plan: Plan, results: Results) -> None:
    held = _held(plan, results)
    if plan.is_living and not held:
        results.summary = "the environment is there: its names are its own"
        return
    taken = [
        found
        for type_name in _UNIQUE
        for found in plan.environment.find(type_name)
        if _is_needed(plan, found) and not {found.name, found.id, found.arn} & held
    ]
    results.summary = f"{len(taken)} taken" if taken else "free, or the stack's own"
    for found in taken:
        results.find(*_words(plan, found))


def _held(plan: Plan, results: Results) -> frozenset[str]:
    try:
        return plan.held
    except CommandError:
        if not plan.is_living:
            results.note("what the stack holds is not known (see backend): names by AWS alone")
        return frozenset()


def _is_needed(plan: Plan, found: FoundResource) -> bool:
    """Tell whether these settings have something made of that name."""
    settings, suffix = plan.settings, plan.suffix
    needed: Mapping[str, bool] = {
        vpc_log_group(suffix): settings.network.flow_logs,
        alb_log_group(suffix): settings.logs.alb_logs
        or settings.logs.alb_connection_logs
        or settings.logs.alb_health_check_logs,
        database_log_group(suffix): settings.logs.database_logs,
        insights_log_group(suffix): settings.logs.container_insights,
        plan.name("flow-log-role"): settings.network.flow_logs,
        plan.name("alb-log-source"): settings.logs.alb_logs,
        plan.name("alb-connection-log-source"): settings.logs.alb_connection_logs,
        plan.name("alb-health-check-log-source"): settings.logs.alb_health_check_logs,
    }
    if found.type == "Aurora parameter group":
        return found.name == plan.name(parameter_group_part(major_version(plan.version)))
    return needed.get(found.name, True)


def _words(plan: Plan, found: FoundResource) -> tuple[str, str]:
    described = found.description
    if found.type == "secret" and described.get("DeletedDate"):
        return _waiting_secret(plan, found)
    tags, region = _tags(plan, found), f"--region {plan.region}"
    if found.type == "log group" and not tags and "retentionInDays" not in described:
        return (
            f"the log group {found.name} is there, without tags and kept for ever: a service made "
            "it again after an environment of this suffix was removed",
            f"aws logs delete-log-group --log-group-name {found.name} {region}",
        )
    owner = ", ".join(f"{key}={tags[key]}" for key in _OWNER_TAGS if key in tags)
    if tags.get("EnvironmentSuffix") == plan.suffix:
        words = (
            f"the {found.type} {found.name} is there, and no stack holds it; its tags say {owner}"
        )
    else:
        words = f"the {found.type} {found.name} is somebody else's; " + (
            f"its tags say {owner}" if owner else "no tag says whose"
        )
    if found.type == "IAM role":
        words += " (an account has one of each name, whatever the region)"
    return (
        words,
        f"choose another SUFFIX, or have it removed: python -m ops leftovers --suffix "
        f"{plan.suffix} {region} shows what there is of this suffix",
    )


def _waiting_secret(plan: Plan, found: FoundResource) -> tuple[str, str]:
    region = f"--region {plan.region}"
    until = found.description["DeletedDate"]
    return (
        f"the name of the secret {found.name} is taken: the secret waits for its deletion "
        f"(DeletedDate {until:%Y-%m-%d})",
        f"aws secretsmanager delete-secret --secret-id {found.name} "
        f"--force-delete-without-recovery {region} frees the name at once; "
        f"aws secretsmanager restore-secret --secret-id {found.name} {region} brings it back, "
        "and then it is in the way too",
    )


def _tags(plan: Plan, found: FoundResource) -> Mapping[str, str]:
    """Return a resource's tags; none where nobody may look at them."""
    listed = tags_of(found.description)
    if listed or found.type not in _TAGS:
        return listed
    try:
        return tags_of(_TAGS[found.type](plan, found))
    except (BotoCoreError, ClientError):
        return {}


def _tags_of_elb(plan: Plan, found: FoundResource) -> Mapping[str, Any]:
    answer = plan.clients("elbv2").describe_tags(ResourceArns=[found.arn])
    return answer["TagDescriptions"][0]


def _tags_of_repository(plan: Plan, found: FoundResource) -> Mapping[str, Any]:
    return plan.clients("ecr").list_tags_for_resource(resourceArn=found.arn)


def _tags_of_logs(plan: Plan, found: FoundResource) -> Mapping[str, Any]:
    arn = str(found.arn).removesuffix(":*")
    return plan.clients("logs").list_tags_for_resource(resourceArn=arn)


def _tags_of_rds(plan: Plan, found: FoundResource) -> Mapping[str, Any]:
    return plan.clients("rds").list_tags_for_resource(ResourceName=found.arn)


# Where the operation that lists a type leaves its tags out.
_TAGS: Mapping[str, Callable[[Plan, FoundResource], Mapping[str, Any]]] = {
    "load balancer": _tags_of_elb,
    "target group": _tags_of_elb,
    "ECR repository": _tags_of_repository,
    "log group": _tags_of_logs,
    "log delivery source": _tags_of_logs,
    "log delivery destination": _tags_of_logs,
    "Aurora parameter group": _tags_of_rds,
    "Aurora subnet group": _tags_of_rds,
}

NAMES = where_possible("names", _look, "account")
