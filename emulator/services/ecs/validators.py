"""Validators of containers: Fargate's sizes, a container's environment, what a service needs."""

from collections.abc import Mapping

from emulator.server.interception import AwsError, Call, Validator
from emulator.services.checks import pattern, required, security_groups

# CPU units -> MiB of memory.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
_MEMORY: Mapping[int, range] = {
    512: range(1024, 4097, 1024),
    1024: range(2048, 8193, 1024),
    2048: range(4096, 16385, 1024),
    4096: range(8192, 30721, 1024),
    8192: range(16384, 61441, 4096),
    16384: range(32768, 122881, 8192),
}
_LEAST = (256, (512, 1024, 2048))


# What a container, its variables and its secrets need, though the model does not say so.
_DEFINED = (
    *("containerDefinitions.name", "containerDefinitions.image"),
    *("containerDefinitions.environment.name", "containerDefinitions.secrets.name"),
)
# Where there are load balancers, and a network, what these need.
_PLACED = (
    *("loadBalancers.targetGroupArn", "loadBalancers.containerName", "loadBalancers.containerPort"),
    "networkConfiguration.awsvpcConfiguration",
    "networkConfiguration.awsvpcConfiguration.subnets",
)


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)


def _sizes(call: Call) -> None:
    if "FARGATE" not in call.params.get("requiresCompatibilities", ()):
        return
    given = call.params.get("cpu", "0"), call.params.get("memory", "0")
    cpu, memory = (int(text) if text.isdecimal() else 0 for text in given)
    allowed = _LEAST[1] if cpu == _LEAST[0] else _MEMORY.get(cpu, ())
    if memory not in allowed:
        raise AwsError(
            "ClientException",
            f"No Fargate configuration exists for given values: {given[0]} CPU, {given[1]} memory. "
            "See the Amazon ECS documentation for the valid values.",
        )


def _environment(call: Call) -> None:
    for container in call.params["containerDefinitions"]:
        plain = {each["name"] for each in container.get("environment", ())}
        secret = [each["name"] for each in container.get("secrets", ())]
        doubled = sorted(name for name in secret if name in plain or secret.count(name) > 1)
        if doubled:
            raise AwsError(
                "ClientException",
                "The secret name must be unique and not shared with any new or existing "
                f"environment variables set on the container, such as '{doubled[0]}'.",
            )


def _port_mappings(call: Call) -> None:
    if call.params.get("networkMode") != "awsvpc":
        return
    for container in call.params["containerDefinitions"]:
        for mapping in container.get("portMappings", ()):
            host = mapping.get("hostPort", 0)
            if host not in (0, mapping.get("containerPort")):
                raise AwsError(
                    "ClientException",
                    "When networkMode=awsvpc, the host ports and container ports in port mappings "
                    "must match.",
                )


def _network_mode(call: Call) -> None:
    fargate = "FARGATE" in call.params.get("requiresCompatibilities", ())
    if fargate and call.params.get("networkMode") != "awsvpc":
        raise AwsError("ClientException", "Fargate only supports network mode ‘awsvpc’.")


def _execution_role(call: Call) -> None:
    if "FARGATE" not in call.params.get("requiresCompatibilities", ()):
        return
    if call.params.get("executionRoleArn"):
        return
    for container in call.params["containerDefinitions"]:
        driver = container.get("logConfiguration", {}).get("logDriver")
        if container.get("secrets") or driver == "awslogs":
            raise AwsError(
                "ClientException",
                "Fargate requires task definition to have execution role ARN to support log "
                "driver awslogs and secrets.",
            )


def _network(call: Call) -> None:
    name = call.params.get("taskDefinition")
    if name is None or "awsvpcConfiguration" in call.params.get("networkConfiguration", {}):
        return
    if call.backend("ecs").describe_task_definition(name).network_mode == "awsvpc":
        raise _invalid(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        )


def _amounts(call: Call) -> None:
    deployment = call.params.get("deploymentConfiguration", {})
    numbers = {
        "desiredCount": call.params.get("desiredCount", 0),
        "healthCheckGracePeriodSeconds": call.params.get("healthCheckGracePeriodSeconds", 0),
        "maximumPercent": deployment.get("maximumPercent", 0),
        "minimumHealthyPercent": deployment.get("minimumHealthyPercent", 0),
    }
    for name, value in numbers.items():
        if value < 0:
            raise _invalid(f"{name} cannot be negative")
    grace = "healthCheckGracePeriodSeconds" in call.params
    if grace and call.operation == "CreateService" and not call.params.get("loadBalancers"):
        raise _invalid(
            "Health check grace period is only valid for services configured to use load balancers"
        )


def _cluster_active(call: Call) -> None:
    name = call.params.get("cluster", "default").rpartition("/")[2]
    cluster = call.backend("ecs").clusters.get(name)
    if cluster is None or cluster.status == "INACTIVE":
        raise AwsError("ClusterNotFoundException", "Cluster not found.")


def _service_new(call: Call) -> None:
    cluster = call.params.get("cluster", "default").rpartition("/")[2]
    service = call.backend("ecs").services.get(f"{cluster}:{call.params['serviceName']}")
    if service is not None and service.status != "INACTIVE":
        raise _invalid("Creation of service was not idempotent.")


def _service_active(call: Call) -> None:
    cluster = call.params.get("cluster", "default").rpartition("/")[2]
    name = call.params["service"].rpartition("/")[2]
    service = call.backend("ecs").services.get(f"{cluster}:{name}")
    if service is not None and service.status != "ACTIVE":
        raise AwsError("ServiceNotActiveException", "Service was not ACTIVE.")


def _targets(call: Call) -> None:
    balancers = call.backend("elbv2").load_balancers.values()
    for each in call.params.get("loadBalancers", ()):
        arn = each["targetGroupArn"]
        forwards = [
            str(action.data)
            for balancer in balancers
            for listener in balancer.listeners.values()
            for action in (
                *listener.default_actions,
                *(found for rule in listener.rules.values() for found in rule.actions),
            )
        ]
        if not any(arn in text for text in forwards):
            raise _invalid(
                f"The target group with targetGroupArn {arn} does not have an associated load "
                "balancer."
            )


def _ports(call: Call) -> None:
    if "taskDefinition" not in call.params or "loadBalancers" not in call.params:
        return
    definition = call.backend("ecs").describe_task_definition(call.params["taskDefinition"])
    known = {
        (container["name"], mapping["containerPort"])
        for container in definition.container_definitions
        for mapping in container.get("portMappings", ())
    }
    for each in call.params["loadBalancers"]:
        if (each["containerName"], each["containerPort"]) not in known:
            raise _invalid(
                f"The container {each['containerName']} did not have a container port "
                f"{each['containerPort']} defined."
            )


def _providers(call: Call) -> None:
    strategy = call.params.get("capacityProviderStrategy", ())
    if strategy and call.params.get("launchType"):
        raise _invalid("Specifying both a launch type and capacity provider strategy is invalid.")
    cluster = call.backend("ecs").clusters[call.params.get("cluster", "default").rpartition("/")[2]]
    for each in strategy:
        if each["capacityProvider"] not in (cluster.capacity_providers or ()):
            raise _invalid(
                f"The specified capacity provider {each['capacityProvider']!r} is not associated "
                "with the cluster."
            )


def _forced(call: Call) -> None:
    if "capacityProviderStrategy" in call.params and not call.params.get("forceNewDeployment"):
        # AWS's words, as in kayac/ecspresso#977.
        raise _invalid(
            "When switching from launch type to capacity provider strategy on an existing service, "
            "or making a change to a capacity provider strategy on a service that is already using "
            "one, you must force a new deployment."
        )


def _providers_free(call: Call) -> None:
    name = call.params["cluster"].rpartition("/")[2]
    tasks = call.backend("ecs").tasks.get(name, {}).values()
    used = {task.capacity_provider_name for task in tasks if task.last_status != "STOPPED"}
    if used - {None, *call.params["capacityProviders"]}:
        # As in pahud/cdk-fargate-patterns#71.
        raise AwsError(
            "ResourceInUseException",
            "The specified capacity provider is in use and cannot be removed.",
        )


def _cluster_free(call: Call) -> None:
    backend = call.backend("ecs")
    name = call.params["cluster"].rpartition("/")[2]
    services = [each for each in backend.services.values() if each.cluster_name == name]
    if any(each.status != "INACTIVE" for each in services):
        raise AwsError(
            "ClusterContainsServicesException",
            "The Cluster cannot be deleted while Services are active.",
        )
    tasks = backend.tasks.get(name, {}).values()
    if any(task.desired_status == "RUNNING" for task in tasks):
        raise AwsError(
            "ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active."
        )


# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
_NAME = r"[a-zA-Z0-9_-]{1,255}"

VALIDATORS = (
    *required(
        "ecs",
        "InvalidParameterException",
        {
            # An external deployment controller has task sets, with definitions of their own.
            "CreateService": ["serviceName", ("taskDefinition", "deploymentController"), *_PLACED],
            "RunTask": _PLACED,
            "UpdateClusterSettings": ["settings.name", "settings.value"],
            "UpdateService": _PLACED,
        },
    ),
    *required(
        "ecs",
        "ClientException",
        {"RegisterTaskDefinition": ["containerDefinitions", *_DEFINED]},
    ),
    *(
        pattern(
            "ecs",
            (operation,),
            path,
            _NAME,
            AwsError(code, f"{path} must have 1 to 255 letters, digits, hyphens and underscores."),
        )
        for operation, path, code in (
            ("CreateCluster", "clusterName", "InvalidParameterException"),
            ("CreateService", "serviceName", "InvalidParameterException"),
            ("RegisterTaskDefinition", "family", "ClientException"),
            ("RegisterTaskDefinition", "containerDefinitions.name", "ClientException"),
        )
    ),
    Validator("ecs", ("RegisterTaskDefinition",), _network_mode),
    Validator("ecs", ("RegisterTaskDefinition",), _port_mappings),
    Validator("ecs", ("RegisterTaskDefinition",), _sizes),
    Validator("ecs", ("RegisterTaskDefinition",), _environment),
    Validator("ecs", ("RegisterTaskDefinition",), _execution_role),
    Validator("ecs", ("CreateService", "UpdateService"), _cluster_active),
    Validator("ecs", ("CreateService",), _service_new),
    Validator("ecs", ("CreateService", "UpdateService"), _amounts),
    security_groups(
        "ecs",
        ("CreateService", "UpdateService"),
        "networkConfiguration.awsvpcConfiguration.securityGroups",
        lambda each: _invalid(
            f"Error retrieving security group information for [{each}]: The security group "
            f"'{each}' does not exist"
        ),
    ),
    Validator("ecs", ("UpdateService",), _service_active),
    Validator("ecs", ("CreateService", "UpdateService"), _targets),
    Validator("ecs", ("CreateService", "UpdateService"), _ports),
    Validator("ecs", ("CreateService", "UpdateService"), _providers),
    Validator("ecs", ("UpdateService",), _forced),
    Validator("ecs", ("PutClusterCapacityProviders",), _providers_free),
    Validator("ecs", ("CreateService",), _network),
    Validator("ecs", ("DeleteCluster",), _cluster_free),
)
