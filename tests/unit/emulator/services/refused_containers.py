"""Good calls made wrong in one way: of ECS and RDS.

The operation, where it is changed, to what, AWS's error code, and words of its message.
"""

from tests.unit.emulator.services.world import MISSING, PUBLIC_SUBNETS, Refused, World

_INVALID = "InvalidParameterException"
_CLIENT = "ClientException"
_VALUE = "InvalidParameterValue"
_COMBINATION = "InvalidParameterCombination"

_TASK = "ecs.register_task_definition"
_CONTAINER = "containerDefinitions.0"
_SERVICE = "ecs.create_service"
_CHANGE = "ecs.update_service"
_NETWORK = "networkConfiguration.awsvpcConfiguration"
_CLUSTER = "rds.create_db_cluster"
_SCALING = "ServerlessV2ScalingConfiguration"
_INSTANCE = "rds.create_db_instance"
_PARAMETERS = "rds.create_db_cluster_parameter_group"
_SET_PARAMETERS = "rds.modify_db_cluster_parameter_group"
_MODIFY = "rds.modify_db_cluster"
_MODIFY_INSTANCE = "rds.modify_db_instance"
_ID = "DBClusterIdentifier"
_CLASS = "DBInstanceClass"
_OF_CLUSTER = "DBClusterParameterGroupName"
_OF_SUBNETS = "DBSubnetGroupName"
_STRATEGY = "capacityProviderStrategy"
_EXPORT = "CloudwatchLogsExportConfiguration"
_SUBNETS = "rds.create_db_subnet_group"


def _parameters_of_16(world: World) -> str:
    group = {"DBClusterParameterGroupName": "of-16", "Description": "x"}
    world.aws.call(_PARAMETERS, DBParameterGroupFamily="aurora-postgresql16", **group)
    return group["DBClusterParameterGroupName"]


_ECS: Refused = [
    (_TASK, "cpu", "300", _CLIENT, "300 CPU, 512 memory"),
    (_TASK, "memory", "8192", _CLIENT, "No Fargate configuration exists"),
    (_TASK, "cpu", "many", _CLIENT, "many CPU"),
    (_TASK, "executionRoleArn", "", _CLIENT, "execution role"),
    (_TASK, "networkMode", "bridge", _CLIENT, "only supports network mode"),
    (_TASK, "family", "a b", _CLIENT, "family"),
    (_TASK, f"{_CONTAINER}.name", "a b", _CLIENT, "containerDefinitions.name"),
    (_TASK, f"{_CONTAINER}.image", MISSING, _CLIENT, "containerDefinitions.image"),
    (_TASK, f"{_CONTAINER}.portMappings.0.hostPort", 81, _CLIENT, "must match"),
    (_TASK, f"{_CONTAINER}.environment.0.name", MISSING, _CLIENT, "environment.name"),
    (_TASK, f"{_CONTAINER}.secrets", [{"name": "A", "valueFrom": "a"}], _CLIENT, "such as 'A'"),
    (_TASK, f"{_CONTAINER}.logConfiguration.logDriver", "paper", _INVALID, "enum value set"),
    ("ecs.create_cluster", "clusterName", "a b", _INVALID, "clusterName"),
    (_SERVICE, "cluster", "none", "ClusterNotFoundException", "Cluster not found"),
    (_SERVICE, "serviceName", "", _INVALID, "serviceName"),
    (_SERVICE, "serviceName", "flask-api-service-dev", _INVALID, "not idempotent"),
    (_SERVICE, "taskDefinition", MISSING, _INVALID, "taskDefinition"),
    (_SERVICE, "desiredCount", -1, _INVALID, "desiredCount cannot be negative"),
    (_SERVICE, "loadBalancers.0.containerName", MISSING, _INVALID, "loadBalancers.containerName"),
    (_SERVICE, "loadBalancers.0.containerPort", 80, _INVALID, "did not have a container port 80"),
    (_SERVICE, "networkConfiguration", MISSING, _INVALID, "Network Configuration must be provided"),
    (_SERVICE, f"{_NETWORK}.securityGroups", ["sg-none"], _INVALID, "'sg-none' does not exist"),
    (_SERVICE, _STRATEGY, [{"capacityProvider": "FARGATE"}], _INVALID, "both a launch type"),
    (_CHANGE, _STRATEGY, [{"capacityProvider": "machines"}], _INVALID, "not associated"),
    (_CHANGE, _STRATEGY, [], _INVALID, "you must force a new deployment"),
    (_CHANGE, "networkConfiguration", {}, _INVALID, "awsvpcConfiguration"),
    (_CHANGE, "loadBalancers", [{"containerPort": 80}], _INVALID, "loadBalancers.targetGroupArn"),
    ("ecs.update_cluster_settings", "settings.0.value", MISSING, _INVALID, "settings.value"),
    (_CHANGE, "propagateTags", "ALL", _INVALID, "enum value set: [TASK_DEFINITION, SERVICE, NONE]"),
]

_RDS: Refused = [
    (_CLUSTER, "EngineVersion", "15.8", _COMBINATION, "Cannot find version 15.8"),
    (_CLUSTER, _ID, "flask-api-aurora-dev", "DBClusterAlreadyExistsFault", "already exists"),
    (_CLUSTER, _ID, "a--b", _VALUE, "not a valid identifier"),
    (_CLUSTER, "DatabaseName", "1a", _VALUE, "DatabaseName is not valid"),
    (_CLUSTER, "StorageType", "tape", _VALUE, "StorageType is not valid"),
    (_CLUSTER, "EnableCloudwatchLogsExports", ["audit"], _COMBINATION, "log types 'audit' with"),
    (_CLUSTER, "MasterUsername", "admin", _VALUE, "reserved word"),
    (_CLUSTER, "MasterUsername", "pg_x", _VALUE, "reserved word"),
    (_CLUSTER, "MasterUsername", "1a", _VALUE, "MasterUsername is not a valid"),
    (_CLUSTER, "MasterUserPassword", "long/enough", _VALUE, "Only printable ASCII"),
    (_CLUSTER, _OF_SUBNETS, "none", "DBSubnetGroupNotFoundFault", "none"),
    (_CLUSTER, _OF_CLUSTER, "none", "DBClusterParameterGroupNotFound", "none"),
    (_CLUSTER, "BackupRetentionPeriod", 36, _VALUE, "between 1 and 35"),
    (_CLUSTER, "Port", 80, _VALUE, "Invalid port 80"),
    (_CLUSTER, "VpcSecurityGroupIds", ["sg-none"], _VALUE, "groupId= sg-none"),
    (_CLUSTER, f"{_SCALING}.MinCapacity", 0.3, _VALUE, "half steps"),
    (_CLUSTER, f"{_SCALING}.SecondsUntilAutoPause", 300, _COMBINATION, "SecondsUntilAutoPause"),
    (_MODIFY, _OF_CLUSTER, _parameters_of_16, _COMBINATION, "aurora-postgresql16 cannot be used"),
    (_MODIFY, "EngineVersion", "99.9", _COMBINATION, "Cannot find version 99.9"),
    (_MODIFY, "EngineVersion", "14.22", _COMBINATION, "Cannot upgrade aurora-"),
    (_MODIFY, "EngineVersion", "16.9", _COMBINATION, "AllowMajorVersionUpgrade"),
    (_MODIFY, "MasterUserPassword", "short", _VALUE, "shorter than 8"),
    (_MODIFY, _EXPORT, {"EnableLogTypes": ["upgrade"]}, _COMBINATION, "log types 'upgrade' with"),
    (_INSTANCE, "DBInstanceIdentifier", "a" * 64, _VALUE, "DBInstanceIdentifier is not a valid"),
    (_INSTANCE, _ID, MISSING, _COMBINATION, "needs its cluster's"),
    (_INSTANCE, "MasterUserPassword", "long-enough", _COMBINATION, "Set MasterUserPassword for"),
    (_INSTANCE, _CLASS, "db.r8g.large", _COMBINATION, "DBInstanceClass=db.r8g.large"),
    (_INSTANCE, _CLASS, "db.serverless", "InvalidDBClusterStateFault", "Serverless v2 scaling"),
    (_MODIFY_INSTANCE, "StorageType", "gp3", _COMBINATION, "Set StorageType for"),
    (_MODIFY_INSTANCE, _CLASS, "db.r8g.large", _COMBINATION, "DBInstanceClass=db.r8g.large"),
    (_PARAMETERS, _OF_CLUSTER, "a--b", _VALUE, "is not valid"),
    (_PARAMETERS, "DBParameterGroupFamily", "postgres", _VALUE, "is not valid"),
    (_SET_PARAMETERS, "Parameters.0.ParameterName", MISSING, _VALUE, "Parameters.ParameterName"),
    (
        _SUBNETS,
        "SubnetIds",
        PUBLIC_SUBNETS[:1],
        "DBSubnetGroupDoesNotCoverEnoughAZs",
        "at least 2 AZs",
    ),
    (_SUBNETS, _OF_SUBNETS, "flask-api-aurora-subnets-dev", "DBSubnetGroupAlreadyExists", "exist"),
]

CONTAINERS: Refused = [*_ECS, *_RDS]
