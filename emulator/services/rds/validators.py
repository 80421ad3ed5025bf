"""Validators of RDS: names, versions, passwords, and what still uses what is to go."""

import re

from emulator.server.interception import AwsError, Call, Validator
from emulator.services.checks import pattern, required, security_groups
from emulator.services.rds import upgrades
from emulator.services.rds.conditions import AURORA, offers_of
from emulator.services.rds.patches import LOG_TYPES

# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/CHAP_Limits.html
_IDENTIFIER = re.compile(r"[a-z](-?[a-z0-9])*")
_IDENTIFIER_LENGTH = 63
_USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,15}")
_RESERVED = ("admin", "rdsadmin")
_PASSWORD = re.compile(r"[!#-.0-?A-~]+")
_PASSWORD_LENGTH = range(8, 42)
_BACKUP_DAYS = range(1, 36)
_ZONES_NEEDED = 2
_PORTS = range(1150, 65536)

# What the instances of a cluster have from it.
_OF_CLUSTERS = (
    *("AllocatedStorage", "BackupRetentionPeriod", "MasterUsername", "MasterUserPassword"),
    *("MaxAllocatedStorage", "StorageType", "VpcSecurityGroupIds"),
)
_MEMBER = "db_cluster_identifier"

_PARAMETERS = ["Parameters", "Parameters.ParameterName"]

# Members of creating operations, and how AWS's documentation has their values.
_PATTERNS = (
    (
        "CreateDBCluster",
        "DatabaseName",
        "[A-Za-z][A-Za-z0-9_]{0,62}",
        "a letter, then letters, digits",
    ),
    ("CreateDBCluster", "ReplicationSourceIdentifier", "arn:.+:rds:.+", "an ARN"),
    ("CreateDBCluster", "StorageType", "aurora|aurora-iopt1|io1|io2|gp3", "aurora, aurora-iopt1"),
    (
        "CreateDBCluster",
        "EngineLifecycleSupport",
        "open-source-rds-extended-support(-disabled)?",
        "open-source-rds-extended-support, open-source-rds-extended-support-disabled",
    ),
    (
        "CreateDBClusterParameterGroup",
        "DBClusterParameterGroupName",
        "(?i:[a-z](-?[a-z0-9])*)(?<!^.{256})",
        "a letter, then letters, digits and single hyphens, at most 255",
    ),
    (
        "CreateDBClusterParameterGroup",
        "DBParameterGroupFamily",
        r"[a-z-]+[0-9][0-9.]*",
        "an engine and its version",
    ),
    (
        "CreateDBSubnetGroup",
        "DBSubnetGroupName",
        "(?!default$)[A-Za-z0-9._ -]{1,255}",
        "at most 255",
    ),
)


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterValue", message)


def _identifiers(call: Call) -> None:
    for member in ("DBClusterIdentifier", "DBInstanceIdentifier"):
        name = call.params.get(member)
        if name is None:
            continue
        if not _IDENTIFIER.fullmatch(name.lower()) or len(name) > _IDENTIFIER_LENGTH:
            raise _invalid(
                f"The parameter {member} is not a valid identifier. Identifiers must begin with a "
                "letter; must contain only ASCII letters, digits, and hyphens; and must not end "
                "with a hyphen or contain two consecutive hyphens."
            )


def _cluster_new(call: Call) -> None:
    if call.params["DBClusterIdentifier"] in call.backend("rds").clusters:
        raise AwsError("DBClusterAlreadyExistsFault", "DB Cluster already exists")


def _cluster_known(call: Call) -> None:
    name = call.params["DBClusterIdentifier"]
    if name not in call.backend("rds").clusters:
        raise AwsError("DBClusterNotFoundFault", f"DBCluster {name} not found.")


def _in_a_cluster(call: Call) -> None:
    if call.params["Engine"].startswith("aurora") and "DBClusterIdentifier" not in call.params:
        raise AwsError(
            "InvalidParameterCombination",
            f"A DB instance of {call.params['Engine']} needs its cluster's DBClusterIdentifier.",
        )


def _left_to_the_cluster(call: Call) -> None:
    instance = call.backend("rds").databases.get(call.params["DBInstanceIdentifier"])
    given = [each for each in _OF_CLUSTERS if each in call.params]
    if given and ("DBClusterIdentifier" in call.params or getattr(instance, _MEMBER, None)):
        raise AwsError(
            "InvalidParameterCombination",
            f"The DB instance is a member of a cluster. Set {given[0]} for the DB cluster.",
        )


def _log_types(call: Call) -> None:
    cluster = call.backend("rds").clusters.get(call.params["DBClusterIdentifier"])
    engine = cluster.engine if cluster else call.params.get("Engine")
    version = cluster.engine_version if cluster else call.params.get("EngineVersion", "")
    changes = call.params.get("CloudwatchLogsExportConfiguration", {})
    given = (
        *call.params.get("EnableCloudwatchLogsExports", ()),
        *(each for types in changes.values() for each in types),
    )
    unknown = ", ".join(f"'{each}'" for each in given if each not in LOG_TYPES)
    if engine == AURORA and unknown:
        raise AwsError(
            "InvalidParameterCombination",
            f"You cannot use the log types {unknown} with engine version {engine} {version}. For "
            "supported log types, see the documentation.",
        )


def _port(call: Call) -> None:
    port = call.params.get("Port")
    if port is not None and port not in _PORTS:
        raise _invalid(f"Invalid port {port}: use {_PORTS[0]} to {_PORTS[-1]}.")


def _version(call: Call) -> None:
    version = call.params.get("EngineVersion")
    cluster = call.backend("rds").clusters.get(call.params["DBClusterIdentifier"])
    # A cluster may stay at a version that is no longer offered.
    if version is None or (cluster is not None and cluster.engine_version == version):
        return
    engine = cluster.engine if cluster else call.params.get("Engine")
    if engine == AURORA and version not in offers_of(call.backend("rds")).versions:
        raise AwsError("InvalidParameterCombination", f"Cannot find version {version} for {AURORA}")


def _username(call: Call) -> None:
    name = call.params.get("MasterUsername", "")
    if name.lower() in _RESERVED or name.lower().startswith("pg_"):
        raise _invalid(
            f"MasterUsername {name} cannot be used as it is a reserved word used by the engine"
        )
    if not _USERNAME.fullmatch(name):
        raise _invalid("The parameter MasterUsername is not a valid identifier.")


def _password(call: Call) -> None:
    password = call.params.get("MasterUserPassword")
    if password is None:
        return
    if len(password) not in _PASSWORD_LENGTH:
        raise _invalid(
            "The parameter MasterUserPassword is not a valid password because it is shorter than "
            f"{_PASSWORD_LENGTH[0]} or longer than {_PASSWORD_LENGTH[-1]} characters."
        )
    if not _PASSWORD.fullmatch(password):
        raise _invalid(
            "The parameter MasterUserPassword is not a valid password. Only printable ASCII "
            "characters besides '/', '@', '\"', ' ' may be used."
        )


def _groups_exist(call: Call) -> None:
    rds = call.backend("rds")
    subnets = call.params.get("DBSubnetGroupName")
    if subnets is not None and subnets not in rds.subnet_groups:
        raise AwsError("DBSubnetGroupNotFoundFault", f"DB subnet group '{subnets}' does not exist.")
    name = call.params.get("DBClusterParameterGroupName")
    if name is None:
        return
    if name not in rds.db_cluster_parameter_groups:
        raise AwsError("DBClusterParameterGroupNotFound", f"{name} does not exist.")
    version = call.params.get("EngineVersion", "")
    family = rds.db_cluster_parameter_groups[name].db_parameter_group_family
    if version and family != f"{AURORA}{version.partition('.')[0]}":
        raise AwsError(
            "InvalidParameterCombination",
            f"The Parameter Group {name} with DBParameterGroupFamily {family} cannot be used for "
            f"this instance of version {version}.",
        )


def _backups(call: Call) -> None:
    days = call.params.get("BackupRetentionPeriod")
    if days is not None and int(days) not in _BACKUP_DAYS:
        raise _invalid(f"Invalid backup retention period: {days}. Must be between 1 and 35.")


def _capacity(call: Call) -> None:
    scaling = call.params.get("ServerlessV2ScalingConfiguration")
    if not scaling:
        return
    least, most = (float(scaling.get(name, 0)) for name in ("MinCapacity", "MaxCapacity"))
    if (least * 2) % 1 or (most * 2) % 1 or not 0 <= least <= most or most < 1 or most > 256:
        raise _invalid(
            f"Serverless v2 capacity {least} to {most} isn't valid: use half steps from 0 to 256, "
            "the maximum at least 1."
        )
    if least > 0 and "SecondsUntilAutoPause" in scaling:
        raise AwsError(
            "InvalidParameterCombination",
            "SecondsUntilAutoPause can only be set when the minimum capacity is 0.",
        )


def _class(call: Call) -> None:
    instance_class = call.params.get("DBInstanceClass")
    rds = call.backend("rds")
    instance = rds.databases.get(call.params["DBInstanceIdentifier"])
    cluster_id = call.params.get("DBClusterIdentifier") or (
        instance.db_cluster_identifier if instance else None
    )
    cluster = rds.clusters.get(cluster_id or "")
    if instance_class is None or cluster is None or cluster.engine != AURORA:
        return
    offered = offers_of(rds)
    if cluster.engine_version in offered.versions:
        classes = offered.classes_with(cluster.engine_version)
    else:
        classes = offered.classes
    if instance_class not in classes:
        raise AwsError(
            "InvalidParameterCombination",
            "RDS does not support creating a DB instance with the following combination: "
            f"DBInstanceClass={instance_class}, Engine={AURORA}, "
            f"EngineVersion={cluster.engine_version}.",
        )
    if instance_class == "db.serverless" and not cluster.serverless_v2_scaling_configuration:
        raise AwsError(
            "InvalidDBClusterStateFault",
            "Set the Serverless v2 scaling configuration on the parent DB cluster before creating "
            "a Serverless v2 DB instance.",
        )


def _enough_zones(call: Call) -> None:
    ec2 = call.backend("ec2")
    subnets = [ec2.get_subnet(each) for each in call.params["SubnetIds"]]
    if len({subnet.availability_zone for subnet in subnets if subnet}) < _ZONES_NEEDED:
        raise AwsError(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Add "
            "subnets to cover at least 2 AZs.",
        )


def _subnet_group_new(call: Call) -> None:
    if call.params["DBSubnetGroupName"] in call.backend("rds").subnet_groups:
        raise AwsError("DBSubnetGroupAlreadyExists", "The DB subnet group already exists.")


def _subnet_group_free(call: Call) -> None:
    name = call.params["DBSubnetGroupName"]
    clusters = call.backend("rds").clusters.values()
    if any(each.db_subnet_group_name == name for each in clusters):
        raise AwsError(
            "InvalidDBSubnetGroupStateFault",
            f"Cannot delete the subnet group '{name}' because at least one database cluster is "
            "still using it.",
        )


def _parameter_group_free(call: Call) -> None:
    name = call.params["DBClusterParameterGroupName"]
    clusters = call.backend("rds").clusters.values()
    if any(each.parameter_group == name for each in clusters):
        raise AwsError(
            "InvalidDBParameterGroupState",
            f"One or more database clusters are still members of this parameter group {name}, so "
            "the group cannot be deleted",
        )


def _final_snapshot(call: Call) -> None:
    skipped = call.params.get("SkipFinalSnapshot")
    if not skipped and not call.params.get("FinalDBSnapshotIdentifier"):
        raise AwsError(
            "InvalidParameterCombination",
            "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
        )


_CREATE = ("CreateDBCluster",)
_CHANGE = ("CreateDBCluster", "ModifyDBCluster")

VALIDATORS = (
    *required(
        "rds",
        "InvalidParameterValue",
        {
            "ModifyDBClusterParameterGroup": _PARAMETERS,
            "ResetDBClusterParameterGroup": _PARAMETERS[1:],
        },
    ),
    *(
        pattern(
            "rds",
            (operation,),
            member,
            text,
            _invalid(f"The parameter {member} is not valid: {value}."),
        )
        for operation, member, text, value in _PATTERNS
    ),
    Validator("rds", ("ModifyDBCluster", "DeleteDBCluster"), _cluster_known),
    Validator("rds", ("CreateDBInstance",), _in_a_cluster),
    Validator("rds", ("CreateDBInstance", "ModifyDBInstance"), _left_to_the_cluster),
    Validator("rds", _CHANGE, _log_types),
    security_groups(
        "rds",
        _CHANGE,
        "VpcSecurityGroupIds",
        lambda each: _invalid(f"Invalid security group , groupId= {each}, groupName="),
    ),
    Validator("rds", _CHANGE, _port),
    Validator("rds", ("CreateDBCluster", "CreateDBInstance"), _identifiers),
    Validator("rds", ("CreateDBCluster", "RestoreDBClusterFromSnapshot"), _cluster_new),
    Validator("rds", _CHANGE, _version),
    *upgrades.VALIDATORS,
    Validator("rds", _CREATE, _username),
    Validator("rds", _CHANGE, _password),
    Validator("rds", _CHANGE, _groups_exist),
    Validator("rds", _CHANGE, _backups),
    Validator("rds", _CHANGE, _capacity),
    Validator("rds", ("CreateDBInstance", "ModifyDBInstance"), _class),
    Validator("rds", ("CreateDBSubnetGroup", "ModifyDBSubnetGroup"), _enough_zones),
    Validator("rds", ("CreateDBSubnetGroup",), _subnet_group_new),
    Validator("rds", ("DeleteDBSubnetGroup",), _subnet_group_free),
    Validator("rds", ("DeleteDBClusterParameterGroup",), _parameter_group_free),
    Validator("rds", ("DeleteDBCluster",), _final_snapshot),
)
