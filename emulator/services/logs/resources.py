"""Kinds of logs: log groups, who may write to one, and the delivery of AWS's own logs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.resources import documents
from emulator.resources.aws import Aws
from emulator.resources.boto_type import BotoType, Create, Find, Remove
from emulator.resources.resource_type import Arguments
from emulator.resources.state import Inputs, ResourceError, State
from emulator.resources.tags import Tags
from emulator.resources.updates import Change, Step, modify


def _set_retention(change: Change) -> None:
    # 0 days, and none given, is for ever.
    if change.state.inputs.get("retentionInDays"):
        change.call(
            "logs.put_retention_policy", logGroupName="{id}", retentionInDays="{retentionInDays}"
        )
    elif change.old.get("retentionInDays"):
        change.call("logs.delete_retention_policy", logGroupName="{id}")


def _set_key(change: Change) -> None:
    if change.state.inputs.get("kmsKeyId"):
        change.call("logs.associate_kms_key", logGroupName="{id}", kmsKeyId="{kmsKeyId}")
    else:
        change.call("logs.disassociate_kms_key", logGroupName="{id}")


def _read_settings(aws: Aws, state: State) -> Mapping[str, Any]:
    answer = aws.call("logs.describe_log_groups", logGroupNamePrefix=state.id)
    group = next(each for each in answer["logGroups"] if each["logGroupName"] == state.id)
    found = {"retentionInDays": group.get("retentionInDays", 0), "kmsKeyId": group.get("kmsKeyId")}
    return {name: value for name, value in found.items() if name in state.inputs}


LOG_GROUP = BotoType(
    "aws:cloudwatch/logGroup:LogGroup",
    Arguments(
        renames={"name": "logGroupName"}, local=frozenset({"skipDestroy"}), identity=("name",)
    ),
    make=Create("logs.create_log_group", "{name}"),
    find=Find(
        "logs.describe_log_groups",
        {"logGroupNamePrefix": "{id}"},
        "logGroups[?logGroupName=='{id}'] | [0]",
        outputs={"arn": "arn:logs:log-group:{id}", "name": "logGroupName"},
    ),
    remove=Remove("logs.delete_log_group", {"logGroupName": "{id}"}),
    own_steps=(
        Step(frozenset({"retentionInDays"}), _set_retention, _read_settings),
        Step(frozenset({"kmsKeyId"}), _set_key, creates=False),
    ),
    tags=Tags("logs"),
)


def _make_resource_policy(aws: Aws, kind: BotoType, inputs: Inputs) -> str:
    """Put a policy: of the account, which has a name, or of one log group, which has none."""
    scopes = [name for name in ("policyName", "resourceArn") if inputs.get(name)]
    if len(scopes) != 1:
        raise ResourceError(
            f"a log resource policy has {' and '.join(scopes) or 'neither'}; "
            "allowed: exactly one of policyName and resourceArn"
        )
    return Create("logs.put_resource_policy", f"{{{scopes[0]}}}")(aws, kind, inputs)


def _change_resource_policy(change: Change) -> None:
    inputs = change.state.inputs
    if inputs.get("resourceArn"):
        which = {"resourceArn": "{id}", "expectedRevisionId": "{revisionId}"}
    else:
        which = {"policyName": "{id}"}
    change.call("logs.put_resource_policy", policyDocument="{policyDocument}", **which)


def _remove_resource_policy(aws: Aws, state: State) -> None:
    if state.inputs.get("resourceArn"):
        revision = state.outputs["revisionId"]
        aws.call("logs.delete_resource_policy", resourceArn=state.id, expectedRevisionId=revision)
    else:
        aws.call("logs.delete_resource_policy", policyName=state.id)


@dataclass(frozen=True)
class _FindPolicy(Find):
    """Finds a policy in one of the two lists that AWS keeps: the account's, and each group's."""

    def look(self, aws: Aws, state: State) -> Mapping[str, Any] | None:
        """Return what AWS says of the policy, None when it is gone."""
        own = state.id.startswith("arn:")
        where = {"resourceArn": state.id, "policyScope": "RESOURCE"} if own else {}
        listed = aws.call("logs.describe_resource_policies", **where)["resourcePolicies"]
        names = ("policyName", "resourceArn")
        return next((each for each in listed if state.id in map(each.get, names)), None)


RESOURCE_POLICY = BotoType(
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
    Arguments(
        meanings={"policyDocument": documents.policy}, identity=("policyName", "resourceArn")
    ),
    make=_make_resource_policy,
    find=_FindPolicy(
        "logs.describe_resource_policies", {}, "@", outputs={"revisionId": "revisionId"}
    ),
    remove=_remove_resource_policy,
    own_steps=(Step(frozenset({"policyDocument"}), _change_resource_policy, creates=False),),
)

DELIVERY_SOURCE = BotoType(
    "aws:cloudwatch/logDeliverySource:LogDeliverySource",
    Arguments(identity=("name",)),
    make=Create("logs.put_delivery_source", "deliverySource.name"),
    find=Find(
        "logs.get_delivery_source",
        {"name": "{id}"},
        "deliverySource",
        outputs={"arn": "arn", "service": "service"},
        observed={"resourceArn": "resourceArns[0]"},
    ),
    remove=Remove("logs.delete_delivery_source", {"name": "{id}"}),
    tags=Tags("logs"),
)

DELIVERY_DESTINATION = BotoType(
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
    Arguments(identity=("name",)),
    make=Create("logs.put_delivery_destination", "deliveryDestination.name"),
    find=Find(
        "logs.get_delivery_destination",
        {"name": "{id}"},
        "deliveryDestination",
        outputs={"arn": "arn", "deliveryDestinationType": "deliveryDestinationType"},
    ),
    remove=Remove("logs.delete_delivery_destination", {"name": "{id}"}),
    own_steps=(
        modify("logs.put_delivery_destination", "deliveryDestinationConfiguration", name="{id}"),
    ),
    tags=Tags("logs"),
)

DELIVERY = BotoType(
    "aws:cloudwatch/logDelivery:LogDelivery",
    Arguments(
        renames={"s3DeliveryConfigurations": "s3DeliveryConfiguration"},
        identity=("deliverySourceName", "deliveryDestinationArn"),
    ),
    make=Create("logs.create_delivery", "delivery.id"),
    find=Find("logs.get_delivery", {"id": "{id}"}, "delivery", outputs={"arn": "arn"}),
    remove=Remove("logs.delete_delivery", {"id": "{id}"}),
    own_steps=(
        modify(
            "logs.update_delivery_configuration",
            "fieldDelimiter",
            "recordFields",
            "s3DeliveryConfigurations",
            id="{id}",
        ),
    ),
    tags=Tags("logs"),
)

RESOURCE_TYPES = (LOG_GROUP, RESOURCE_POLICY, DELIVERY_SOURCE, DELIVERY_DESTINATION, DELIVERY)
