"""Patches of logs: policies of single log groups, deliveries from load balancers, flow logs."""

from collections.abc import Mapping
from typing import Any

from moto.core.utils import unix_time_millis
from moto.logs.models import DeliverySource, LogGroup
from moto.moto_api._internal import mock_random

from emulator.server.interception import AwsError, Call, Patch

_POLICIES = "emulated_resource_policies"

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
_BALANCER_LOGS = ("ALB_ACCESS_LOGS", "ALB_CONNECTION_LOGS", "ALB_HEALTH_CHECK_LOGS")


def _policies(call: Call) -> dict[str, dict[str, Any]]:
    """Return the policies of single log groups, by their ARN; moto's reset forgets them."""
    return vars(call.backend("logs")).setdefault(_POLICIES, {})


def _log_group(call: Call, arn: str) -> LogGroup:
    name = arn.partition(":log-group:")[2].removesuffix(":*")
    groups = call.backend("logs").groups
    if name not in groups:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
    return groups[name]


def _check_revision(call: Call, arn: str) -> None:
    known = _policies(call).get(arn)
    expected = call.params.get("expectedRevisionId")
    if known and expected != known["revisionId"]:
        raise AwsError("OperationAbortedException", "The policy has another revision.")


def _put_policy(call: Call) -> Mapping[str, Any] | None:
    arn = call.params.get("resourceArn")
    if arn is None:
        return None
    if "policyName" in call.params:
        raise AwsError(
            "InvalidParameterException", "A policy has a policyName or a resourceArn, not both."
        )
    _log_group(call, arn)
    _check_revision(call, arn)
    policy = {
        "policyDocument": call.params["policyDocument"],
        "lastUpdatedTime": int(unix_time_millis()),
        "policyScope": "RESOURCE",
        "resourceArn": arn,
        "revisionId": mock_random.get_random_hex(16),
    }
    _policies(call)[arn] = policy
    return {"resourcePolicy": policy, "revisionId": policy["revisionId"]}


def _list_policies(call: Call) -> Mapping[str, Any] | None:
    if call.params.get("policyScope") != "RESOURCE":
        return None
    arn = call.params.get("resourceArn")
    found = [each for each in _policies(call).values() if arn in (None, each["resourceArn"])]
    return {"resourcePolicies": found}


def _drop_policy(call: Call) -> Mapping[str, Any] | None:
    arn = call.params.get("resourceArn")
    if arn is None:
        return None
    if arn not in _policies(call):
        raise AwsError("ResourceNotFoundException", "The policy does not exist.")
    _check_revision(call, arn)
    del _policies(call)[arn]
    return {}


def _drop_with_group(call: Call) -> None:
    suffix = f":log-group:{call.params['logGroupName']}"
    for arn in [each for each in _policies(call) if each.endswith(suffix)]:
        del _policies(call)[arn]


def _set_key(call: Call) -> Mapping[str, Any]:
    arn = call.params.get("resourceIdentifier") or f":log-group:{call.params['logGroupName']}"
    _log_group(call, arn).kms_key_id = call.params.get("kmsKeyId")
    return {}


def _put_source(call: Call) -> Mapping[str, Any] | None:
    arn = call.params["resourceArn"]
    if ":elasticloadbalancing:" not in arn:
        return None
    if arn not in call.backend("elbv2").load_balancers:
        raise AwsError("ResourceNotFoundException", f"The resource {arn} does not exist.")
    log_type = call.params["logType"]
    if log_type not in _BALANCER_LOGS:
        raise AwsError("ValidationException", f"{log_type} is not allowed for this LogSource.")
    backend, name, tags = call.backend("logs"), call.params["name"], call.params.get("tags")
    _check_source(backend.delivery_sources, name, arn, log_type, tags)
    source = DeliverySource(call.account, call.region, name, arn, log_type, tags)
    backend.delivery_sources[name] = source
    if tags:
        backend.tag_resource(source.arn, tags)
    return {"deliverySource": source.to_dict()}


def _check_source(
    sources: Mapping[str, DeliverySource], name: str, arn: str, log_type: str, tags: Any
) -> None:
    """Refuse what AWS does, as moto does for the sources that it knows."""
    known = sources.get(name)
    if known and tags:
        raise _conflict("Tags can only be provided when a resource is being created, not updated.")
    if known and arn not in known.resource_arns:
        raise _conflict(
            "Update to existing Delivery Source with new ResourceId is not allowed. Please create "
            "a new Delivery Source instead."
        )
    for each in sources.values():
        if each.name != name and arn in each.resource_arns and log_type == each.log_type:
            raise _conflict(
                "This ResourceId has already been used in another Delivery Source in this account."
            )


def _conflict(message: str) -> AwsError:
    return AwsError("ConflictException", message)


def _configure_delivery(call: Call) -> Mapping[str, Any]:
    deliveries = call.backend("logs").deliveries
    if call.params["id"] not in deliveries:
        raise AwsError("ResourceNotFoundException", "The delivery does not exist.")
    delivery = deliveries[call.params["id"]]
    delivery.record_fields = call.params.get("recordFields", delivery.record_fields)
    delivery.field_delimiter = call.params.get("fieldDelimiter", delivery.field_delimiter)
    return {}


def _flow_logs_made(call: Call) -> None:
    """Judge a flow log by its log group's ARN; moto looks for a name, which it has not."""
    groups = call.backend("logs").groups
    for flow_log in call.backend("ec2").flow_logs.values():
        name = str(flow_log.log_destination or "").partition(":log-group:")[2].removesuffix(":*")
        if name in groups:
            flow_log.deliver_logs_status = "SUCCESS"
            flow_log.deliver_logs_error_message = None


PATCHES = (
    Patch(
        "logs",
        ("PutResourcePolicy",),
        "knows policies of the account alone, none of a log group",
        answer=_put_policy,
    ),
    Patch("logs", ("DescribeResourcePolicies",), "as PutResourcePolicy", answer=_list_policies),
    Patch("logs", ("DeleteResourcePolicy",), "as PutResourcePolicy", answer=_drop_policy),
    Patch("logs", ("DeleteLogGroup",), "a group's policy goes with it", after=_drop_with_group),
    Patch("logs", ("AssociateKmsKey", "DisassociateKmsKey"), "are not there", answer=_set_key),
    Patch("logs", ("PutDeliverySource",), "refuses a load balancer", answer=_put_source),
    Patch("logs", ("UpdateDeliveryConfiguration",), "is not there", answer=_configure_delivery),
    Patch("ec2", ("CreateFlowLogs",), "says FAILED where the log group is", after=_flow_logs_made),
)
