"""Kinds of secrets: Secrets Manager's secret, and each of its values."""

from collections.abc import Mapping
from typing import Any

from emulator.resources import documents
from emulator.resources.aws import Aws
from emulator.resources.boto_type import BotoType, Create, Find
from emulator.resources.resource_type import Arguments
from emulator.resources.state import State
from emulator.resources.tags import Tags
from emulator.resources.updates import Change, Step, modify


def _set_policy(change: Change) -> None:
    if change.state.inputs.get("policy"):
        change.call(
            "secretsmanager.put_resource_policy", SecretId="{id}", ResourcePolicy="{policy}"
        )
    else:
        change.call("secretsmanager.delete_resource_policy", SecretId="{id}")


def _read_policy(aws: Aws, state: State) -> Mapping[str, Any]:
    answer = aws.call("secretsmanager.get_resource_policy", SecretId=state.id)
    return {"policy": answer.get("ResourcePolicy", "")} if "policy" in state.inputs else {}


def _remove_secret(aws: Aws, state: State) -> None:
    days = state.inputs["recoveryWindowInDays"]
    how = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
    aws.call("secretsmanager.delete_secret", SecretId=state.id, **how)


SECRET = BotoType(
    "aws:secretsmanager/secret:Secret",
    Arguments(
        local=frozenset({"forceOverwriteReplicaSecret", "recoveryWindowInDays"}),
        meanings={"policy": documents.policy},
        defaults={"recoveryWindowInDays": 30},
        identity=("name",),
    ),
    make=Create("secretsmanager.create_secret", "ARN"),
    find=Find(
        "secretsmanager.describe_secret",
        {"SecretId": "{id}"},
        # In its recovery window a secret is gone, but for its name.
        "[@][?!DeletedDate] | [0]",
        outputs={"arn": "ARN", "name": "Name"},
    ),
    remove=_remove_secret,
    own_steps=(
        modify("secretsmanager.update_secret", "description", "kmsKeyId", SecretId="{id}"),
        Step(frozenset({"policy"}), _set_policy, _read_policy),
    ),
    tags=Tags("secretsmanager"),
)

_CURRENT = "AWSCURRENT"
_AWS_MOVES = (_CURRENT, "AWSPREVIOUS")


def _make_version(aws: Aws, kind: BotoType, inputs: Mapping[str, Any]) -> str:
    version = Create("secretsmanager.put_secret_value", "VersionId")(aws, kind, inputs)
    return f"{inputs['secretId']}|{version}"


def _drop_label(aws: Aws, state: State, label: str) -> None:
    aws.call(
        "secretsmanager.update_secret_version_stage",
        SecretId=state.inputs["secretId"],
        VersionStage=label,
        RemoveFromVersionId=state.outputs["versionId"],
    )


def _remove_version(aws: Aws, state: State) -> None:
    """Take the version's labels, but for that of the current one, as the provider does.

    A value is not removed before its secret is.
    """
    for label in state.outputs["versionStages"]:
        if label != _CURRENT:
            _drop_label(aws, state, label)


def _move_labels(change: Change) -> None:
    wanted = set(change.state.inputs.get("versionStages", [_CURRENT]))
    secret = change.call("secretsmanager.describe_secret", SecretId="{secretId}")
    mine = change.state.outputs["versionId"]
    holders = {
        label: version
        for version, labels in secret["VersionIdsToStages"].items()
        for label in labels
    }
    for label in sorted(each for each in wanted if holders.get(each) != mine):
        holder = {"RemoveFromVersionId": holders[label]} if label in holders else {}
        change.call(
            "secretsmanager.update_secret_version_stage",
            SecretId="{secretId}",
            VersionStage=label,
            MoveToVersionId=mine,
            **holder,
        )
    for label in change.state.outputs["versionStages"]:
        if label not in {*wanted, *_AWS_MOVES}:
            _drop_label(change.aws, change.state, label)


SECRET_VERSION = BotoType(
    "aws:secretsmanager/secretVersion:SecretVersion",
    Arguments(secrets=frozenset({"secretBinary", "secretString"})),
    make=_make_version,
    find=Find(
        "secretsmanager.get_secret_value",
        {"SecretId": "{secretId}", "VersionId": "{versionId}"},
        "@",
        outputs={"arn": "ARN", "versionId": "VersionId", "versionStages": "VersionStages"},
        id_parts=r"(?P<secretId>.+)\|(?P<versionId>.+)",
    ),
    remove=_remove_version,
    own_steps=(Step(frozenset({"versionStages"}), _move_labels, creates=False),),
)

RESOURCE_TYPES = (SECRET, SECRET_VERSION)
