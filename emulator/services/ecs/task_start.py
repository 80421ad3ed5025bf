"""Why a task can't start: what ECS needs before it can, as far as the emulated AWS can tell.

The texts are ECS's own, shortened.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.server.interception import Call

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
NO_CAPACITY = (
    "Capacity is unavailable at this time. Please try again later or in a different availability "
    "zone"
)

_HTTPS = 443


def reason_not_to_start(call: Call, service: Any) -> str | None:
    """Return why a service's tasks can't start, None when nothing is in the way."""
    definition = call.backend("ecs").describe_task_definition(service.task_definition)
    reasons = (
        reason
        for check in (_role_reasons, _secret_reasons, _log_reasons, _network_reasons)
        for reason in check(call, service, definition)
    )
    return next(reasons, None)


def _role_reasons(call: Call, _service: Any, definition: Any) -> Iterator[str]:
    known = {role.arn: role for role in call.backend("iam").roles.values()}
    # moto's definition has no attribute for a role that it was not given.
    execution, task = (vars(definition).get(f"{each}_role_arn") for each in ("execution", "task"))
    for arn in (execution, task):
        if arn and arn not in known:
            yield f"ECS was unable to assume the role '{arn}' that was provided for this task"
    role = known.get(execution)
    secrets = any(each.get("secrets") for each in definition.container_definitions)
    if role and not role.managed_policies and not role.policies:
        yield f"CannotPullContainerError: {role.arn} is not authorized to pull the image"
    if role and secrets and not role.policies:
        yield (
            "ResourceInitializationError: unable to pull secrets: AccessDeniedException: "
            f"{role.arn} is not authorized to perform: secretsmanager:GetSecretValue"
        )


def _secret_reasons(call: Call, _service: Any, definition: Any) -> Iterator[str]:
    for container in definition.container_definitions:
        for each in container.get("secrets", ()):
            missing = _missing(call, each["valueFrom"])
            if missing:
                yield f"ResourceInitializationError: unable to pull secrets: {missing}"


def _missing(call: Call, reference: str) -> str | None:
    """Return why a secret that a container refers to can't be read, by `arn`, or `arn:key:…`."""
    parts = reference.split(":")
    if parts[2] == "ssm":
        return _missing_parameter(call, parts[5].removeprefix("parameter"))
    arn, key = ":".join(parts[:7]), parts[7] if len(parts) > 7 else ""
    secrets = call.backend("secretsmanager").secrets.values()
    secret = next((each for each in secrets if each.arn == arn), None)
    if secret is None or secret.is_deleted():
        return "ResourceNotFoundException: Secrets Manager can't find the specified secret"
    current = secret.versions.get(secret.default_version_id, {})
    text = current.get("secret_string")
    if text is None:
        return (
            "ResourceNotFoundException: Secrets Manager can't find the specified secret value "
            "for staging label: AWSCURRENT"
        )
    if key and key not in json.loads(text):
        return f"retrieved secret from Secrets Manager did not contain json key {key}"
    return None


def _missing_parameter(call: Call, path: str) -> str | None:
    """Return why an SSM parameter can't be read; outside of a hierarchy its name has no slash."""
    parameters = call.backend("ssm").get_parameters([path, path.removeprefix("/")])
    return None if parameters else f"invalid ssm parameters: {path.removeprefix('/')}"


def _log_reasons(call: Call, _service: Any, definition: Any) -> Iterator[str]:
    groups = call.backend("logs").groups
    for container in definition.container_definitions:
        options = container.get("logConfiguration", {}).get("options", {})
        group = options.get("awslogs-group")
        if group and group not in groups and options.get("awslogs-create-group") != "true":
            yield (
                "ResourceInitializationError: failed to validate logger args: "
                f"ResourceNotFoundException: The specified log group does not exist: {group}"
            )


def security_groups(call: Call, network: Mapping[str, Any]) -> list[str]:
    """Return the ids of the security groups that a task has in a network (awsvpcConfiguration).

    Where it names none, that is the default group of its VPC.
    """
    ec2 = call.backend("ec2")
    vpc_id = ec2.get_subnet(network["subnets"][0]).vpc_id
    return network.get("securityGroups") or [ec2.get_default_security_group(vpc_id).id]


def _network_reasons(call: Call, service: Any, _definition: Any) -> Iterator[str]:
    network = service.network_configuration.get("awsvpcConfiguration", {})
    public = network.get("assignPublicIp") == "ENABLED"
    ec2 = call.backend("ec2")
    for subnet_id in network.get("subnets", ()):
        if not _has_way_out(ec2, subnet_id, public):
            yield (
                f"CannotPullContainerError: {subnet_id} has no route to the internet for this "
                "task: i/o timeout"
            )
    groups = security_groups(call, network) if network else ()
    rules = [rule for each in groups for rule in ec2.get_security_group_from_id(each).egress_rules]
    if groups and not any(_lets_https_out(rule) for rule in rules):
        yield "CannotPullContainerError: no security group lets the task out to port 443: timeout"


def _has_way_out(ec2: Any, subnet_id: str, public: bool) -> bool:
    """Tell whether a task in a subnet reaches the internet: by a NAT gateway, or by its address."""
    tables = ec2.describe_route_tables(filters={"association.subnet-id": [subnet_id]})
    for table in tables:
        for route in table.routes:
            if route.destination_cidr_block != "0.0.0.0/0":
                continue
            if route.nat_gateway is not None or (public and route.gateway is not None):
                return True
    return False


def _lets_https_out(rule: Any) -> bool:
    if rule.ip_range.get("CidrIp") != "0.0.0.0/0":
        return False
    if rule.ip_protocol == "-1":
        return True
    return rule.ip_protocol == "tcp" and rule.from_port <= _HTTPS <= rule.to_port
