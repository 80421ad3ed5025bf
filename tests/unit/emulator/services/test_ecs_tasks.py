"""Tasks of a service in the emulated AWS: what they need, where they are, what becomes of them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.emulator.services.deployed import Deployed


def test_tasks_run_where_they_should(service: Deployed) -> None:
    assert service.tally() == [("PRIMARY", 2, 2, 0)]
    assert service.targets() == {(each, 5000, "healthy") for each in service.addresses()}
    networks = {address.rpartition(".")[0] for address in service.addresses()}
    assert networks == {"10.0.10", "10.0.11"}
    (cluster,) = service.world.aws.call("ecs.describe_clusters", clusters=[service.cluster])[
        "clusters"
    ]
    assert (cluster["runningTasksCount"], cluster["activeServicesCount"]) == (2, 1)
    assert {task["key"] for task in service.tasks()[0]["tags"]} >= {"Name", "EnvironmentSuffix"}


def _secret(service: Deployed, key: str = "password") -> list[dict[str, str]]:
    arn = service.world.id("Secret")
    return [{"name": "DB_PASSWORD", "valueFrom": f"{arn}:{key}::"}]


def _log(group: str, **options: str) -> dict[str, Any]:
    given = {"awslogs-group": group, "awslogs-region": "x", "awslogs-stream-prefix": "x", **options}
    return {"logDriver": "awslogs", "options": given}


def _bare_role(service: Deployed, name: str, **policy: Any) -> str:
    aws = service.world.aws
    trust = service.world.fact("Role", "assumeRolePolicy", "task-role")
    arn = aws.call("iam.create_role", RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    if policy:
        aws.call("iam.attach_role_policy", RoleName=name, **policy)
    return arn


_PULL = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
_GONE = "arn:aws:iam::123456789012:role/gone"
_PRIVATE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v1"
_SECRETS = "arn:aws:secretsmanager:x:1:secret"


def _may(service: Deployed, effect: str, action: str | list[str]) -> None:
    """Have the execution role be allowed or denied some actions, besides what it is."""
    statement = {"Effect": effect, "Action": action, "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    service.world.aws.call(
        "iam.put_role_policy",
        RoleName=service.world.id("Role", "execution-role"),
        PolicyName="test",
        PolicyDocument=json.dumps(document),
    )


def _with_secret(service: Deployed, value_from: str) -> str:
    """Define tasks that get a secret, and may read all there are."""
    _may(service, "Allow", ["secretsmanager:GetSecretValue", "ssm:GetParameters"])
    return service.define_container(secrets=[{"name": "A", "valueFrom": value_from}])


def _parameter(path: str) -> str:
    return f"arn:aws:ssm:eu-west-1:123456789012:parameter/{path}"


def _new_secret(service: Deployed, **value: str) -> str:
    return service.world.aws.call("secretsmanager.create_secret", Name="shop", **value)["ARN"]


def _removed_secret(service: Deployed) -> str:
    arn = _new_secret(service, SecretString="x")
    service.world.aws.call("secretsmanager.delete_secret", SecretId=arn)
    return arn


def _private(service: Deployed, role: str) -> str:
    (container,) = json.loads(service.world.fact("TaskDefinition", "containerDefinitions"))
    definitions = json.dumps([{**container, "image": _PRIVATE, "secrets": []}])
    return service.define(executionRoleArn=role, containerDefinitions=definitions)


def _denied(service: Deployed, action: str) -> str:
    _may(service, "Deny", action)
    return service.define_container(environment=[])


def _bounded(service: Deployed) -> str:
    name = service.world.id("Role", "execution-role")
    which = {"RoleName": name, "PermissionsBoundary": _PULL}
    service.world.aws.call("iam.put_role_permissions_boundary", **which)
    return service.define_container(environment=[])


_READ = "secretsmanager:GetSecretValue"

REASONS = {
    "no such role": (
        lambda service: service.define(taskRoleArn=_GONE),
        f"unable to assume the role '{_GONE}'",
    ),
    "a role that may not pull an image": (
        lambda service: _private(service, _bare_role(service, "bare")),
        "is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no "
        "identity-based policy allows the ecr:GetAuthorizationToken action",
    ),
    "a role that may not read secrets": (
        lambda service: service.define(
            executionRoleArn=_bare_role(service, "pulling", PolicyArn=_PULL)
        ),
        f"because no identity-based policy allows the {_READ} action",
    ),
    "a role that may read other secrets alone": (
        lambda service: service.define_container(
            secrets=[{"name": "A", "valueFrom": f"{_SECRETS}:gone"}]
        ),
        f"is not authorized to perform: {_READ} on resource: {_SECRETS}:gone because",
    ),
    "a role that must not read secrets": (
        lambda service: _denied(service, _READ),
        "with an explicit deny in an identity-based policy",
    ),
    "a role with a boundary": (
        _bounded,
        f"because no permissions boundary allows the {_READ} action",
    ),
    "a role that may not log": (
        lambda service: _denied(service, "logs:CreateLogStream"),
        "is not authorized to perform: logs:CreateLogStream on resource: arn:aws:logs:",
    ),
    "no such secret": (
        lambda service: _with_secret(service, f"{_SECRETS}:gone"),
        "can't find the specified secret.",
    ),
    "a secret that waits for its deletion": (
        lambda service: _with_secret(service, _removed_secret(service)),
        "because it was marked for deletion",
    ),
    "no such parameter": (
        lambda service: _with_secret(service, _parameter("shop/gone")),
        "invalid ssm parameters: shop/gone",
    ),
    "a parameter that may not be read": (
        lambda service: service.define_container(secrets=[{"name": "A", "valueFrom": "gone"}]),
        "ssm:GetParameters on resource: arn:aws:ssm:eu-south-1:123456789012:parameter/gone",
    ),
    "a secret without a value": (
        lambda service: _with_secret(service, _new_secret(service)),
        "for staging label: AWSCURRENT",
    ),
    "no such version": (
        lambda service: _with_secret(
            service, f"{_new_secret(service, SecretString='x')}:::{'0' * 32}"
        ),
        f"for VersionId: {'0' * 32}",
    ),
    "no such stage": (
        lambda service: _with_secret(
            service, f"{_new_secret(service, SecretString='x')}::AWSPREVIOUS:"
        ),
        "for staging label: AWSPREVIOUS",
    ),
    "a secret without the key": (
        lambda service: service.define_container(secrets=_secret(service, "other")),
        "retrieved secret from Secrets Manager did not contain json key other",
    ),
    "a secret that is no JSON": (
        lambda service: _with_secret(
            service, f"{_new_secret(service, SecretString='x')}:password::"
        ),
        "invalid character looking for beginning of value",
    ),
    "no such log group": (
        lambda service: service.define_container(logConfiguration=_log("/gone")),
        "The specified log group does not exist: /gone",
    ),
}


def _rolled_back(service: Deployed, reason: str, **changes: Any) -> None:
    """Check that a change is rolled back for a reason, and that the old tasks run on."""
    before, old = service.addresses(), service.now()["taskDefinition"]
    now = service.update(**changes)
    assert service.deployments()[0]["status"] == "ROLLBACK_SUCCESSFUL"
    assert now["taskDefinition"] == old
    assert service.addresses() == before
    stopped = [task for task in service.tasks("STOPPED") if reason in task["stoppedReason"]]
    assert {task["stopCode"] for task in stopped} == {"TaskFailedToStart"}
    told = "was unable to place a task. Reason: "
    assert any(event.startswith(told) and reason in event for event in service.events())


@pytest.mark.parametrize(("define", "reason"), REASONS.values(), ids=REASONS)
def test_tasks_that_can_not_start_are_rolled_back(
    service: Deployed, define: Callable[[Deployed], str], reason: str
) -> None:
    _rolled_back(service, reason, taskDefinition=define(service))


@pytest.mark.parametrize("group", ["rds-sg", "alb-sg"])
def test_a_firewall_without_a_way_out_starts_nothing(service: Deployed, group: str) -> None:
    """Without any rule that lets something out, or with one that leads elsewhere."""
    closed = service.network(securityGroups=[service.world.id("SecurityGroup", group)])
    _rolled_back(service, "lets the task out to port 443", networkConfiguration=closed)


def test_a_subnet_without_a_way_out_starts_nothing(service: Deployed) -> None:
    """Without a NAT gateway it is a public address that leads out."""
    world = service.world
    public = [world.id("Subnet", f"public-subnet-{number}") for number in (1, 2)]
    network = service.network(subnets=public)
    _rolled_back(service, "has no route to the internet", networkConfiguration=network)
    network = service.network(subnets=public, assignPublicIp="ENABLED")
    assert service.update(networkConfiguration=network)["networkConfiguration"] == network


def test_a_subnet_without_a_route_table_uses_the_main_one(service: Deployed) -> None:
    aws, vpc_id = service.world.aws, service.world.id("Vpc")
    made = aws.call("ec2.create_subnet", VpcId=vpc_id, CidrBlock="10.0.200.0/24")
    network = service.network(subnets=[made["Subnet"]["SubnetId"]])
    _rolled_back(service, "has no route to the internet", networkConfiguration=network)
    wanted = {"vpc-id": vpc_id, "association.main": "true"}
    filters = [{"Name": name, "Values": [value]} for name, value in wanted.items()]
    [main] = aws.call("ec2.describe_route_tables", Filters=filters)["RouteTables"]
    route = {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": service.world.id("NatGateway")}
    aws.call("ec2.create_route", RouteTableId=main["RouteTableId"], **route)
    assert service.update(networkConfiguration=network)["networkConfiguration"] == network


def test_a_rule_of_all_protocols_is_a_way_out(service: Deployed) -> None:
    """And without any group a task has the VPC's default one, which is emptied here."""
    vpc_id = service.world.id("Vpc")
    group = service.world.aws.call(
        "ec2.create_security_group", GroupName="open", Description="x", VpcId=vpc_id
    )["GroupId"]
    network = service.network(securityGroups=[group])
    assert service.update(networkConfiguration=network)["networkConfiguration"] == network
    closed = service.network(securityGroups=[])
    _rolled_back(service, "lets the task out to port 443", networkConfiguration=closed)


def test_a_log_group_that_the_task_makes_need_not_be_there(service: Deployed) -> None:
    made = {"awslogs-create-group": "true"}
    later = service.define_container(logConfiguration=_log("/later", **made))
    _rolled_back(service, "perform: logs:CreateLogGroup on resource:", taskDefinition=later)
    _may(service, "Allow", "logs:CreateLogGroup")
    for log in (_log("/later", **made), {"logDriver": "splunk"}):
        arn = service.define_container(logConfiguration=log, secrets=_secret(service))
        assert service.update(taskDefinition=arn)["taskDefinition"] == arn
    groups = service.world.aws.call("logs.describe_log_groups", logGroupNamePrefix="/later")
    assert len(groups["logGroups"]) == 1


def test_what_a_task_logs_is_in_its_stream(service: Deployed) -> None:
    service.deploy("a:broken")
    logs, group = service.world.aws.client("logs"), service.world.id("LogGroup", "ecs")
    streams = logs.describe_log_streams(logGroupName=group)["logStreams"]
    names = {each["logStreamName"].rpartition("/")[2]: each["logStreamName"] for each in streams}
    failed = service.tasks("STOPPED")[0]["taskArn"].rpartition("/")[2]
    events = logs.get_log_events(logGroupName=group, logStreamName=names[failed])["events"]
    assert [each["message"] for each in events] == ["ImportError: no module named app"]
    assert {each["taskArn"].rpartition("/")[2] for each in service.tasks()} <= names.keys()


@pytest.mark.parametrize("name", ["key", "/shop/key"])
def test_a_parameter_by_its_name_in_or_outside_of_a_hierarchy(service: Deployed, name: str) -> None:
    aws = service.world.aws
    aws.call("ssm.put_parameter", Name=name, Value="x", Type="String")
    try:
        arn = _with_secret(service, _parameter(name.removeprefix("/")))
        assert service.update(taskDefinition=arn)["taskDefinition"] == arn
    finally:
        aws.call("ssm.delete_parameter", Name=name)


def test_a_container_has_a_health_check_of_its_own(service: Deployed) -> None:
    check = {"command": ["CMD", "true"], "interval": 10, "retries": 2}
    for image, works in (("a:works", True), ("a:sick", False)):
        arn = service.define_container(image=image, healthCheck=check)
        service.update(taskDefinition=arn, loadBalancers=[])
        assert {each["containers"][0]["healthStatus"] for each in service.tasks()} == {"HEALTHY"}
        assert (service.now()["taskDefinition"] == arn) is works
    assert any(event.endswith("failed container health checks.") for event in service.events())


def test_a_task_that_a_user_stops_is_replaced(service: Deployed) -> None:
    """And is no failure of the deployment; a task of no service is just stopped."""
    aws, cluster = service.world.aws, service.cluster
    first, second = (task["taskArn"] for task in service.tasks())
    definition, network = service.define_container(cpu=256, memory=512), service.network()
    alone = aws.call(
        "ecs.run_task",
        cluster=cluster,
        taskDefinition=definition,
        networkConfiguration=network,
        launchType="FARGATE",
    )["tasks"][0]["taskArn"]
    for arn, told in ((first, "Task stopped by user"), (second, "too old"), (alone, "too old")):
        reason = {} if arn == first else {"reason": told}
        stopped = aws.call("ecs.stop_task", cluster=cluster, task=arn, **reason)["task"]
        assert (stopped["stopCode"], stopped["stoppedReason"]) == ("UserInitiated", told)
    arns = {task["taskArn"] for task in service.tasks()}
    assert len(arns) == service.now()["runningCount"] == 2
    assert arns.isdisjoint({first, second})
    assert service.deployments()[0]["deploymentCircuitBreaker"]["failureCount"] == 0
