"""The resource types of CloudWatch Logs: groups, who may write, delivery of AWS's own logs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.resources.arguments import Arguments, Comparison, Inputs
from emulator.resources.aws import Aws
from emulator.resources.boto_type import Arn, BotoType, Create, Creation, Delete, Describe
from emulator.resources.documents import policy
from emulator.resources.state import ResourceError, State
from emulator.resources.tags import ServiceTags
from emulator.resources.updates import (
    Change,
    Update,
    by_arn,
    by_id,
    modify,
    modify_others,
    put_or_delete,
)

_TAGS = ServiceTags("logs", by_arn("resourceArn"))


def _read_settings(aws: Aws, state: State) -> Mapping[str, Any]:
    answer = aws.call("logs.describe_log_groups", logGroupNamePrefix=state.id)
    group = next(each for each in answer["logGroups"] if each["logGroupName"] == state.id)
    # 0 days, and none given, is for ever.
    found = {"retentionInDays": group.get("retentionInDays", 0), "kmsKeyId": group.get("kmsKeyId")}
    return {name: value for name, value in found.items() if name in state.inputs}


LOG_GROUP = BotoType(
    "aws:cloudwatch/logGroup:LogGroup",
    Arguments(renames={"name": "logGroupName"}, local=("skipDestroy",), identity=("name",)),
    made_by=Create("logs.create_log_group", lambda inputs: inputs["name"]),
    described_by=Describe(
        "logs.describe_log_groups",
        by_id("logGroupNamePrefix"),
        lambda state: f"logGroups[?logGroupName=='{state.id}'] | [0]",
    ),
    deleted_by=Delete("logs.delete_log_group", by_id("logGroupName")),
    outputs=(Arn("logs", "log-group:"),),
    paths={"name": "logGroupName"},
    updates=(
        put_or_delete(
            "retentionInDays",
            "logs.put_retention_policy",
            "logs.delete_retention_policy",
            by_id("logGroupName"),
            new=True,
            read=_read_settings,
        ),
        put_or_delete(
            "kmsKeyId", "logs.associate_kms_key", "logs.disassociate_kms_key", by_id("logGroupName")
        ),
    ),
    tags=_TAGS,
)


def _scopes(inputs: Inputs) -> list[str]:
    """Return what a policy is of: the account, where it has a name, or one log group."""
    return [inputs[name] for name in ("policyName", "resourceArn") if inputs.get(name)]


def _make_resource_policy(new: Creation) -> str:
    if len(_scopes(new.inputs)) != 1:
        raise ResourceError("a log resource policy has exactly one of policyName and resourceArn")
    return Create("logs.put_resource_policy", lambda inputs: _scopes(inputs)[0])(new)


def _resource_policy(state: State) -> Mapping[str, Any]:
    if state.inputs.get("resourceArn"):
        return {"resourceArn": state.id, "expectedRevisionId": state["revisionId"]}
    return {"policyName": state.id}


def _change_resource_policy(change: Change) -> None:
    document = change.state["policyDocument"]
    which = _resource_policy(change.state)
    change.aws.call("logs.put_resource_policy", policyDocument=document, **which)


@dataclass(frozen=True)
class _DescribePolicy(Describe):
    """Finds a policy in one of the two lists that AWS keeps: the account's, and each group's."""

    def item_of(self, aws: Aws, state: State) -> Mapping[str, Any] | None:
        """Return what AWS says of the policy, None when it is gone."""
        listed = aws.call(self.operation, **self.target(state)).get("resourcePolicies", ())
        return next((each for each in listed if state.id in _scopes(each)), None)


def _policy_list(state: State) -> Mapping[str, Any]:
    if state.id.startswith("arn:"):
        return {"resourceArn": state.id, "policyScope": "RESOURCE"}
    return {}


RESOURCE_POLICY = BotoType(
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
    Arguments(
        identity=("policyName", "resourceArn"), comparison=Comparison({"policyDocument": policy})
    ),
    made_by=_make_resource_policy,
    described_by=_DescribePolicy("logs.describe_resource_policies", _policy_list, "@"),
    deleted_by=Delete("logs.delete_resource_policy", _resource_policy),
    outputs=("revisionId",),
    updates=(Update(("policyDocument",), _change_resource_policy),),
)

DELIVERY_SOURCE = BotoType(
    "aws:cloudwatch/logDeliverySource:LogDeliverySource",
    Arguments(identity=("name",)),
    made_by=Create("logs.put_delivery_source", "deliverySource.name"),
    described_by=Describe("logs.get_delivery_source", by_id("name"), "deliverySource"),
    deleted_by=Delete("logs.delete_delivery_source", by_id("name")),
    outputs=("arn", "service"),
    paths={"resourceArn": "resourceArns[0]"},
    tags=_TAGS,
)

_DESTINATION = "deliveryDestinationConfiguration"


def _another_service(old: Inputs, new: Inputs) -> bool:
    """A delivery destination may move within a service, not to another."""

    def service(inputs: Inputs) -> list[str]:
        configuration = inputs.get(_DESTINATION) or {}
        return str(configuration.get("destinationResourceArn", "")).split(":")[2:3]

    return service(old) != service(new)


DELIVERY_DESTINATION = BotoType(
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
    Arguments(
        identity=("name",),
        comparison=Comparison(
            replaces_if={f"{_DESTINATION}.destinationResourceArn": _another_service}
        ),
    ),
    made_by=Create("logs.put_delivery_destination", "deliveryDestination.name"),
    described_by=Describe("logs.get_delivery_destination", by_id("name"), "deliveryDestination"),
    deleted_by=Delete("logs.delete_delivery_destination", by_id("name")),
    outputs=("arn", "deliveryDestinationType"),
    updates=(modify("logs.put_delivery_destination", by_id("name"), _DESTINATION),),
    tags=_TAGS,
)

DELIVERY = BotoType(
    "aws:cloudwatch/logDelivery:LogDelivery",
    Arguments(
        renames={"s3DeliveryConfigurations": "s3DeliveryConfiguration"},
        identity=("deliverySourceName", "deliveryDestinationArn"),
    ),
    made_by=Create("logs.create_delivery", "delivery.id"),
    described_by=Describe("logs.get_delivery", by_id("id"), "delivery"),
    deleted_by=Delete("logs.delete_delivery", by_id("id")),
    outputs=("arn",),
    updates=(modify_others("logs.update_delivery_configuration", by_id("id")),),
    tags=_TAGS,
)
