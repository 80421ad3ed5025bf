"""The resource types of Secrets Manager: a secret, and each of its values."""

from collections.abc import Mapping
from typing import Any

from emulator.resources.arguments import Arguments, Comparison
from emulator.resources.aws import Aws
from emulator.resources.boto_type import BotoType, Create, Creation, Describe, JoinedId
from emulator.resources.documents import policy
from emulator.resources.state import State
from emulator.resources.tags import ServiceTags
from emulator.resources.updates import Change, Update, by_id, modify, put_or_delete


def _read_policy(aws: Aws, state: State) -> Mapping[str, Any]:
    answer = aws.call("secretsmanager.get_resource_policy", SecretId=state.id)
    return {"policy": answer.get("ResourcePolicy", "")} if "policy" in state.inputs else {}


def _delete_secret(aws: Aws, state: State) -> None:
    days = state["recoveryWindowInDays"]
    how = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
    aws.call("secretsmanager.delete_secret", SecretId=state.id, **how)


SECRET = BotoType(
    "aws:secretsmanager/secret:Secret",
    Arguments(
        renames={"policy": "ResourcePolicy"},
        local=("forceOverwriteReplicaSecret", "recoveryWindowInDays"),
        defaults={"recoveryWindowInDays": 30},
        identity=("name",),
        comparison=Comparison({"policy": policy}),
    ),
    made_by=Create("secretsmanager.create_secret", "ARN"),
    described_by=Describe(
        "secretsmanager.describe_secret", by_id("SecretId"), "[@][?!DeletedDate] | [0]"
    ),
    deleted_by=_delete_secret,
    outputs=("arn", "name"),
    updates=(
        modify("secretsmanager.update_secret", by_id("SecretId"), "description", "kmsKeyId"),
        put_or_delete(
            "policy",
            "secretsmanager.put_resource_policy",
            "secretsmanager.delete_resource_policy",
            by_id("SecretId"),
            new=True,
            read=_read_policy,
        ),
    ),
    tags=ServiceTags("secretsmanager", by_id("SecretId"), listing="describe_secret"),
)

_VERSION_ID = JoinedId("|", ("secretId", "versionId"))
_CURRENT = "AWSCURRENT"
_AWS_MOVES = (_CURRENT, "AWSPREVIOUS")


def _make_version(new: Creation) -> str:
    version = Create("secretsmanager.put_secret_value", "VersionId")(new)
    return _VERSION_ID.join({**new.inputs, "versionId": version})


def _version(state: State) -> Mapping[str, Any]:
    return {"SecretId": state["secretId"], "VersionId": state["versionId"]}


def _drop_label(aws: Aws, state: State, label: str) -> None:
    aws.call(
        "secretsmanager.update_secret_version_stage",
        SecretId=state["secretId"],
        VersionStage=label,
        RemoveFromVersionId=state["versionId"],
    )


def _delete_version(aws: Aws, state: State) -> None:
    """Take the version's labels, but for that of the current one, as the provider does.

    A value is not deleted before its secret is.
    """
    for label in state.outputs.get("versionStages", ()):
        if label != _CURRENT:
            _drop_label(aws, state, label)


def _move_labels(change: Change) -> None:
    secret_id, mine = change.state["secretId"], change.state["versionId"]
    wanted = set(change.state.inputs.get("versionStages", [_CURRENT]))
    secret = change.aws.call("secretsmanager.describe_secret", SecretId=secret_id)
    holders = {
        label: version
        for version, labels in secret["VersionIdsToStages"].items()
        for label in labels
    }
    for label in sorted(each for each in wanted if holders.get(each) != mine):
        holder = {"RemoveFromVersionId": holders[label]} if label in holders else {}
        change.aws.call(
            "secretsmanager.update_secret_version_stage",
            SecretId=secret_id,
            VersionStage=label,
            MoveToVersionId=mine,
            **holder,
        )
    for label in change.state.outputs.get("versionStages", ()):
        if label not in {*wanted, *_AWS_MOVES}:
            _drop_label(change.aws, change.state, label)


SECRET_VERSION = BotoType(
    "aws:secretsmanager/secretVersion:SecretVersion",
    Arguments(secrets=("secretBinary", "secretString")),
    made_by=_make_version,
    described_by=Describe("secretsmanager.get_secret_value", _version, "@", joined=_VERSION_ID),
    deleted_by=_delete_version,
    outputs=("arn", "versionId", "versionStages"),
    updates=(Update(("versionStages",), _move_labels),),
)
