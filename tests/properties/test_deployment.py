"""Every setting, changed on a living environment: what running tasks keep, and what reaches them.

The engine makes and updates in the order of the dependencies, and takes away last what is not asked
for any more. What the service waits for is therefore changed before the first new task starts, and
stays changed when none ever does: ECS then goes back to the old ones.
"""

from collections.abc import Mapping

import pytest

from emulator.program.graph import Graph, Resource
from lib.settings.profiles import PROFILES
from lib.settings.schema import FIELDS
from tests.properties.test_every_setting import MADE_ANEW, by_urn, changed_paths, pair
from tests.unit.support import CHANGES, graph_of, label, made

# What is changed ahead of the tasks all the same: resource and property, with the reason.
AHEAD: Mapping[str, Mapping[tuple[str, str], str]] = {
    "natGateways": {
        ("Route private-internet-route-2", "natGatewayId"): "a way out stays; what is open ends",
    },
    "keepUnderscoreHeaders": {
        ("LoadBalancer alb", "dropInvalidHeaderFields"): "both images must do with and without",
    },
    "healthCheckPath": {
        ("TargetGroup tg", "healthCheck"): "one path a target group: both images must answer both",
    },
    "databaseEngineVersion": {
        ("Cluster aurora", "engineVersion"): "one database: it is away while it is upgraded",
    },
    "allowMajorUpgrade": {("Cluster aurora", "allowMajorVersionUpgrade"): "asks for nothing"},
    **{
        key: {
            ("Cluster aurora", "serverlessv2ScalingConfiguration"): "no task sees it",
            **(
                {("ClusterParameterGroup aurora-parameters", "parameters"): "cuts what is idle"}
                if key == "databaseMinCapacity"
                else {}
            ),
        }
        for key in ("databaseMinCapacity", "databaseMaxCapacity")
    },
    "databaseLogs": {("Cluster aurora", "enabledCloudwatchLogsExports"): "no task sees it"},
    "backupRetentionDays": {("Cluster aurora", "backupRetentionPeriod"): "no task sees it"},
    **{
        key: {
            ("Cluster aurora", "preferredBackupWindow"): "no task sees it",
            ("Cluster aurora", "preferredMaintenanceWindow"): "no task sees it",
        }
        for key in ("backupWindow", "maintenanceWindow")
    },
    "passwordVersion": {
        ("Cluster aurora", "masterPassword"): "one password: old tasks keep what is open",
    },
    "logRetentionDays": {
        (f"LogGroup {group}-log-group", "retentionInDays"): "no task sees it"
        for group in ("aurora", "ecs", "insights")
    },
    "containerInsights": {("Cluster cluster", "settings"): "no task sees it"},
    "expires": {("Cluster cluster", "tags"): "no task sees it"},
    "permissionsBoundary": {
        (f"Role {role}-role", "permissionsBoundary"): "one boundary a role: it must hold for both"
        for role in ("execution", "task")
    },
}

# What starts no deployment, and how a task that runs gets it all the same.
WITHOUT_DEPLOYMENT: Mapping[str, str] = {
    **dict.fromkeys(("vpcCidr", "zones", "rolePath"), "fixed when the environment is made"),
    **dict.fromkeys(("natGateways", "allowedCidrs", "keepUnderscoreHeaders"), "at once, around it"),
    "permissionsBoundary": "at once, by IAM",
    **dict.fromkeys(("minTasks", "maxTasks", "targetCpuPercent"), "how many there are"),
    "decryptionKeys": "a task has read its secrets; the next one does with the new right",
    **dict.fromkeys(
        ("databaseEngineVersion", "allowMajorUpgrade", "databaseInstanceClass")
        + ("databaseMinCapacity", "databaseMaxCapacity", "databaseLogs")
        + ("databaseInstances", "backupRetentionDays", "backupWindow", "maintenanceWindow")
        + ("performanceInsights",),
        "the database alone",
    ),
    **dict.fromkeys(
        ("flowLogs", "logRetentionDays", "albLogs", "albConnectionLogs", "albHealthCheckLogs")
        + ("containerInsights", "imagesKept", "expires"),
        "beside the tasks",
    ),
}


def _service(graph: Graph) -> Resource:
    return made("ecs/service:Service", "service", graph)


def _changed_ahead(before: Graph, after: Graph) -> set[tuple[str, str]]:
    """Return what old tasks use that is changed in place before the service is, by label."""
    old, new = by_urn(before), by_urn(after)
    used = {resource.urn for resource in before.ancestors(_service(before))}
    return {
        (label(new[urn]), path)
        for urn in used & old.keys() & new.keys()
        if new[urn].type not in MADE_ANEW
        for path in changed_paths(dict(old[urn].inputs), dict(new[urn].inputs))
        if "." not in path and path not in new[urn].options.ignore_changes
    }


@pytest.mark.parametrize("key", CHANGES)
@pytest.mark.parametrize("direction", [1, -1])
def test_what_running_tasks_use_is_not_changed_ahead_of_them(key: str, direction: int) -> None:
    """There and back, but for what AWS has no other way for."""
    assert _changed_ahead(*pair(key)[::direction]) <= AHEAD.get(key, {}).keys()


def test_every_exception_is_one() -> None:
    assert {key: _changed_ahead(*pair(key)) for key in AHEAD} == {
        key: set(exceptions) for key, exceptions in AHEAD.items()
    }


@pytest.mark.parametrize("direction", [1, -1])
def test_another_profile_changes_no_more_ahead_than_its_settings_do(direction: int) -> None:
    graphs = (graph_of(), graph_of(profile="ephemeral"))[::direction]
    keys = [key for key, setting in FIELDS.items() if setting.name in PROFILES["ephemeral"]]
    known = {each for key in keys for each in AHEAD.get(key, ())}
    assert _changed_ahead(*graphs) <= known


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"containerPort": "8080"}, {"containerPort": "8081"}),
        ({"natGateways": "single"}, {"natGateways": "none"}),
        ({"secrets": CHANGES["secrets"][0]}, {"secrets": '{"A": "%s"}'}),
        ({"allowedCidrs": "10.0.0.0/8"}, {"allowedCidrs": "10.0.0.0/9"}),
    ],
)
def test_from_one_value_to_another(first: dict[str, str], second: dict[str, str]) -> None:
    """Beside the old rules, rights and ways out, not in their place."""
    other = "arn:aws:ssm:us-east-1:123456789012:parameter/other"
    filled = {key: text.replace("%s", other) for key, text in second.items()}
    assert not _changed_ahead(graph_of(**first), graph_of(**filled))


def _starts_deployment(before: Graph, after: Graph) -> bool:
    """Tell whether ECS starts new tasks for a change, as UpdateService is told to do by any."""
    token = "ecs/taskDefinition:TaskDefinition"
    if made(token, "task", before).inputs != made(token, "task", after).inputs:
        return True
    old, new = _service(before).inputs, _service(after).inputs
    assert new["forceNewDeployment"] is True
    return old != {**new, "desiredCount": old["desiredCount"]}


@pytest.mark.parametrize("key", CHANGES)
def test_a_setting_reaches_the_tasks_that_run(key: str) -> None:
    """By a deployment, unless it is said how it does without one."""
    assert _starts_deployment(*pair(key)) is (key not in WITHOUT_DEPLOYMENT)


def test_rights_are_widened_before_they_are_narrowed() -> None:
    """The database's policy, which once held all rights on secrets, waits for the other one."""
    graph = graph_of(secrets=CHANGES["secrets"][0])
    (other,) = [each for each in graph.resources if "execution-reads-" in each.name]
    own = made("iam/rolePolicy:RolePolicy", "execution-secrets-policy", graph)
    assert other.urn in own.dependencies
    assert {own.urn, other.urn} <= {each.urn for each in graph.ancestors(_service(graph))}


@pytest.mark.parametrize(
    ("token", "part", "former"),
    [
        ("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "ecs-in-alb-5000", "ecs-in-alb"),
        (
            "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
            "alb-out-tasks-5000",
            "alb-out-tasks",
        ),
        (
            "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            "alb-in-http-0-0-0-0-0",
            "alb-in-http",
        ),
    ],
)
def test_rules_that_are_there_are_kept(token: str, part: str, former: str) -> None:
    """An environment that was made before its rules had these names."""
    (alias,) = made(token, part).options.aliases
    assert alias["spec"]["name"] == f"flask-api-{former}-dev"
