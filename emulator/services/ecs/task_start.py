"""Why a task can't start: what ECS needs before it can, as far as the emulated AWS can tell.

The texts are ECS's own, shortened.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
"""

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from moto.utilities.utils import get_partition

from emulator.server.interception import Call
from emulator.services.ecs.execution_role import ExecutionRole
from emulator.services.ecs.secret_references import (
    SecretError,
    SecretReference,
    registry_unavailable,
)

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
NO_CAPACITY = (
    "Capacity is unavailable at this time. Please try again later or in a different availability "
    "zone"
)

_HTTPS = 443
_CURRENT = "AWSCURRENT"

# The image of an ECR repository of an account; public ones need no right.
_ECR = re.compile(r"\d{12}\.dkr\.ecr\.")


def reason_not_to_start(call: Call, service: Any, task_id: str) -> str | None:
    """Return why a service's task can't start, None when nothing is in the way."""
    definition = call.backend("ecs").describe_task_definition(service.task_definition)
    known = {role.arn: role for role in call.backend("iam").roles.values()}
    for each in ("execution", "task"):
        # moto's definition has no attribute for a role that it was not given.
        arn = vars(definition).get(f"{each}_role_arn")
        if arn and arn not in known:
            return f"ECS was unable to assume the role '{arn}' that was provided for this task"
    found = known.get(vars(definition).get("execution_role_arn"))
    role = ExecutionRole(call, found, task_id) if found else None
    reasons = chain(
        _registry_reasons(role, definition),
        _secret_reasons(call, role, definition),
        _log_reasons(call, role, definition),
        _network_reasons(call, service),
    )
    return next(reasons, None)


def _registry_reasons(role: ExecutionRole | None, definition: Any) -> Iterator[str]:
    private = any(_ECR.match(each["image"]) for each in definition.container_definitions)
    refusal = role.refusal("ecr:GetAuthorizationToken", "*") if role and private else None
    if refusal:
        yield registry_unavailable(refusal)


def _secret_reasons(call: Call, role: ExecutionRole | None, definition: Any) -> Iterator[str]:
    for container in definition.container_definitions:
        for each in container.get("secrets", ()):
            reference = SecretReference.read(each["valueFrom"], call.region, call.account)
            parameter = reference.service == "ssm"
            reason = (_parameter_reason if parameter else _secret_reason)(call, role, reference)
            if reason:
                yield reason


def _secret_reason(
    call: Call, role: ExecutionRole | None, reference: SecretReference
) -> str | None:
    """Return why the execution role gets no value of a secret, or not the key that is wanted."""
    secrets = call.backend("secretsmanager").secrets.values()
    secret = next((each for each in secrets if each.arn == reference.arn), None)
    policy = secret.policy or "" if secret else ""
    why = role.refusal(reference.action, reference.arn, policy) if role else None
    if why is None and secret is None:
        why = "ResourceNotFoundException: Secrets Manager can't find the specified secret."
    elif why is None and secret.is_deleted():
        why = (
            "InvalidRequestException: You can't perform this operation on the secret because it "
            "was marked for deletion."
        )
    if why is not None:
        return reference.unavailable(why)
    text = _secret_text(secret, reference)
    if text is None:
        which = f"VersionId: {reference.version}" if reference.version else "staging label: "
        return reference.unavailable(
            "ResourceNotFoundException: Secrets Manager can't find the specified secret value "
            f"for {which}" + ("" if reference.version else reference.stage or _CURRENT)
        )
    try:
        reference.select(text)
    except SecretError as error:
        return str(error)
    return None


def _secret_text(secret: Any, reference: SecretReference) -> str | None:
    """Return the text of the version that is meant: AWSCURRENT, unless another one is named."""
    stage = reference.stage or ("" if reference.version else _CURRENT)
    for version_id, version in secret.versions.items():
        named = reference.version in ("", version_id)
        if named and (not stage or stage in version["version_stages"]):
            return version.get("secret_string")
    return None


def _parameter_reason(
    call: Call, role: ExecutionRole | None, reference: SecretReference
) -> str | None:
    """Return why the execution role gets no value of an SSM parameter."""
    why = role.refusal(reference.action, reference.arn) if role else None
    if why is not None:
        return reference.unavailable(why)
    names = reference.parameter_names
    if not call.backend("ssm").get_parameters(list(names)):
        return reference.unavailable(f"invalid ssm parameters: {names[1]}")
    return None


def _log_reasons(call: Call, role: ExecutionRole | None, definition: Any) -> Iterator[str]:
    groups = call.backend("logs").groups
    for container in definition.container_definitions:
        options = container.get("logConfiguration", {}).get("options", {})
        group = options.get("awslogs-group")
        if not group:
            continue
        arn = (
            f"arn:{get_partition(call.region)}:logs:{call.region}:{call.account}:log-group:{group}"
        )
        creates = options.get("awslogs-create-group") == "true"
        why = None
        if group not in groups and not creates:
            why = f"ResourceNotFoundException: The specified log group does not exist: {group}"
        elif group not in groups and role:
            why = role.refusal("logs:CreateLogGroup", arn)
        if why is None and role:
            stream = log_stream(options, container["name"], role.task_id)
            why = role.refusal("logs:CreateLogStream", f"{arn}:log-stream:{stream}")
        if why:
            yield f"ResourceInitializationError: failed to validate logger args: {why}"


def log_stream(options: Mapping[str, str], container: str, task_id: str) -> str:
    """Return the name of the log stream of a container, by the options of its log driver."""
    parts = (options.get("awslogs-stream-prefix"), container, task_id)
    return "/".join(part for part in parts if part)


def security_groups(call: Call, network: Mapping[str, Any]) -> list[str]:
    """Return the ids of the security groups that a task has in a network (awsvpcConfiguration).

    Where it names none, that is the default group of its VPC.
    """
    ec2 = call.backend("ec2")
    vpc_id = ec2.get_subnet(network["subnets"][0]).vpc_id
    return network.get("securityGroups") or [ec2.get_default_security_group(vpc_id).id]


def _network_reasons(call: Call, service: Any) -> Iterator[str]:
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
    """Tell whether a task in a subnet reaches the internet: by a NAT gateway, or by its address.

    A subnet that no route table is associated with uses the main one of its VPC.
    https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
    """
    tables = ec2.describe_route_tables(filters={"association.subnet-id": [subnet_id]})
    if not tables:
        vpc_id = ec2.get_subnet(subnet_id).vpc_id
        tables = ec2.describe_route_tables(
            filters={"vpc-id": [vpc_id], "association.main": ["true"]}
        )
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
