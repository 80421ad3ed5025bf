"""What each listing of the inventory is asked for: an environment's own, wherever AWS can filter.

An account of a thousand others then takes no more calls than an empty one.
"""

from lib.names import log_groups, resource_name
from ops.inventory.resource_type import Arguments, Calls, Find, is_number, named


def by_tag(argument: str) -> Calls:
    """Have EC2 list what has a name like an environment's, and nothing else of the account.

    Of `dev` that lists what is of `1-dev` too, which is told apart here.
    """

    def calls(suffix: str, _find: Find) -> list[Arguments]:
        return [{argument: [{"Name": "tag:Name", "Values": [resource_name("*", suffix)]}]}]

    return calls


def by_name(argument: str, *parts: str) -> Calls:
    """Have an operation called by the name of each part; in a list, if the argument ends in []."""

    def calls(suffix: str, _find: Find) -> list[Arguments]:
        names = [resource_name(part, suffix) for part in parts]
        if argument.endswith("[]"):
            return [{argument.removesuffix("[]"): names}]
        return [{argument: name} for name in names]

    return calls


def rules_of_groups(_suffix: str, find: Find) -> list[Arguments]:
    """List the rules of the environment's security groups, whoever made them."""
    groups = [group.id for group in find("security group")]
    return [{"Filters": [{"Name": "group-id", "Values": groups}]}] if groups else []


def listeners_of_balancer(_suffix: str, find: Find) -> list[Arguments]:
    """List the listeners of the environment's load balancer."""
    return [{"LoadBalancerArn": found.id} for found in find("load balancer")]


def cluster_with_tags(suffix: str, _find: Find) -> list[Arguments]:
    """Describe the ECS cluster, with what is left out unless it is asked for."""
    return [{"clusters": [resource_name("cluster", suffix)], "include": ["SETTINGS", "TAGS"]}]


def service_with_tags(suffix: str, _find: Find) -> list[Arguments]:
    """Describe the ECS service, with its tags."""
    cluster, service = resource_name("cluster", suffix), resource_name("service", suffix)
    return [{"cluster": cluster, "services": [service], "include": ["TAGS"]}]


def task_definitions(suffix: str, _find: Find) -> list[Arguments]:
    """List the task definitions that can still start a task."""
    return [{"familyPrefix": resource_name("task", suffix), "status": "ACTIVE"}]


def is_task_definition(name: str, suffix: str) -> bool:
    """Own every revision of the environment's family."""
    family, _, revision = name.partition(":")
    return named("task")(family, suffix) and is_number(revision)


def scaled_resource(suffix: str) -> str:
    """Return what Application Auto Scaling calls the environment's service."""
    return f"service/{resource_name('cluster', suffix)}/{resource_name('service', suffix)}"


def scaling_targets(suffix: str, _find: Find) -> list[Arguments]:
    """Describe what Application Auto Scaling scales of the environment."""
    return [{"ServiceNamespace": "ecs", "ResourceIds": [scaled_resource(suffix)]}]


def scaling_policies(suffix: str, _find: Find) -> list[Arguments]:
    """Describe by which policies it does so."""
    return [{"ServiceNamespace": "ecs", "ResourceId": scaled_resource(suffix)}]


def log_group_names(suffix: str, _find: Find) -> list[Arguments]:
    """Ask for the first group of each prefix: groups are listed by name, so it is that of the name.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html
    """
    return [{"logGroupNamePrefix": name, "limit": 1} for name in log_groups(suffix)]


def is_log_group(name: str, suffix: str) -> bool:
    """Own the log groups that an environment may have, by exact name."""
    return name in log_groups(suffix)


# The parts of log delivery's sources, of the database's parameter groups, of the roles.
SOURCES = ("alb-log-source", "alb-connection-log-source", "alb-health-check-log-source")
PARAMETER_GROUPS = ("aurora-parameters", "aurora-16-parameters", "aurora-17-parameters")
ROLES = ("execution-role", "task-role", "flow-log-role")

is_delivery_source = named(*SOURCES)


def deliveries(_suffix: str, find: Find) -> list[Arguments]:
    """List the account's deliveries, which have no names, where a source may have some."""
    return [{}] if find("log delivery source") else []


def instances_of_cluster(suffix: str, _find: Find) -> list[Arguments]:
    """Describe the instances of the environment's Aurora cluster."""
    cluster = resource_name("aurora", suffix)
    return [{"Filters": [{"Name": "db-cluster-id", "Values": [cluster]}]}]


def free_interfaces(_suffix: str, find: Find) -> list[Arguments]:
    """List the network interfaces in the environment's VPC that nothing uses."""
    vpcs = [vpc.id for vpc in find("VPC")]
    filters = {"vpc-id": vpcs, "status": ["available"]}
    pairs = [{"Name": name, "Values": values} for name, values in filters.items()]
    return [{"Filters": pairs}] if vpcs else []
