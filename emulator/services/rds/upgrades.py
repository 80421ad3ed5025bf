"""What RDS refuses of another version for a cluster that is there.

The texts are those that RDS answers: hashicorp/terraform-provider-aws#13389, #45026 and #35912.
"""

from emulator.server.interception import AwsError, Call, Validator

_CODE = "InvalidParameterCombination"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def _upgrade(call: Call) -> None:
    wanted = call.params.get("EngineVersion")
    cluster = call.backend("rds").clusters.get(call.params["DBClusterIdentifier"])
    if wanted is None or cluster is None or wanted == cluster.engine_version:
        return
    old, new = _numbers(cluster.engine_version), _numbers(wanted)
    if new < old:
        raise AwsError(
            _CODE, f"Cannot upgrade {cluster.engine} from {cluster.engine_version} to {wanted}"
        )
    if new[:1] == old[:1]:
        return
    if not call.params.get("AllowMajorVersionUpgrade"):
        raise AwsError(
            _CODE,
            "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major "
            "version.",
        )
    group = cluster.parameter_group
    if "DBClusterParameterGroupName" not in call.params and not group.startswith("default."):
        raise AwsError(
            _CODE,
            f"The current DB cluster parameter group {group} is custom. You must explicitly "
            "specify a new DB cluster parameter group, either default or custom, for the engine "
            "version upgrade.",
        )


VALIDATORS = (Validator("rds", ("ModifyDBCluster",), _upgrade),)
