"""Tasks run in the emulated AWS, and are where they should be; or tell why they do not."""

from typing import Any

import pytest

from emulator.resources.state import Unfinished
from emulator.services.table import RESOURCE_TYPES, resource_type
from tests.unit.emulator.services.fleet import Service
from tests.unit.emulator.services.world import World

_TASK = RESOURCE_TYPES["aws:ecs/taskDefinition:TaskDefinition"]


@pytest.fixture(name="service")
def _service(world: World) -> Service:
    """The service of the environment."""
    return Service(world)


def test_tasks_run_and_are_healthy(service: Service) -> None:
    """One in each private subnet, on the container's port."""
    now = service.now()
    counts = (now["desiredCount"], now["runningCount"], now["pendingCount"], len(service.tasks()))
    assert counts == (2, 2, 0, 2)
    (deployment,) = now["deployments"]
    assert (deployment["rolloutState"], deployment["status"]) == ("COMPLETED", "PRIMARY")
    assert service.targets() == {(each, 5000, "healthy") for each in service.addresses()}
    networks = {address.rpartition(".")[0] for address in service.addresses()}
    assert networks == {"10.0.10", "10.0.11"}
    assert {task["lastStatus"] for task in service.tasks()} == {"RUNNING"}
    cluster = service.world.aws.call("ecs.describe_clusters", clusters=[service.cluster])
    found = cluster["clusters"][0]
    assert (found["runningTasksCount"], found["activeServicesCount"]) == (2, 1)


def test_a_service_keeps_its_settings(service: Service) -> None:
    """Those that it was told, and AWS's own for the rest."""
    now = service.now()
    told = {
        "launchType": "FARGATE",
        "platformVersion": "LATEST",
        "healthCheckGracePeriodSeconds": 60,
        "availabilityZoneRebalancing": "ENABLED",
        "enableECSManagedTags": True,
        "enableExecuteCommand": False,
        "propagateTags": "SERVICE",
    }
    assert {name: now[name] for name in told} == told
    assert now["deploymentConfiguration"] == {
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "maximumPercent": 200,
        "minimumHealthyPercent": 100,
        "strategy": "ROLLING",
    }
    assert {task["key"] for task in service.tasks()[0]["tags"]} >= {"Name", "EnvironmentSuffix"}


def test_a_service_scales(service: Service) -> None:
    """Up and down, without another deployment."""
    before = service.now()["deployments"][0]["id"]
    for wanted in (5, 1):
        now = service.update(desiredCount=wanted)
        assert (now["runningCount"], len(service.tasks())) == (wanted, wanted)
        assert len(service.targets()) == wanted
        assert now["deployments"][0]["id"] == before


def test_a_new_definition_is_a_new_deployment(service: Service) -> None:
    """With tasks of its own; the same again is none, unless by force."""
    old, before = service.now()["deployments"][0]["id"], service.addresses()
    arn = service.define(cpu="512", memory="2048")
    now = service.update(taskDefinition=arn)
    assert now["taskDefinition"] == now["deployments"][0]["taskDefinition"] == arn
    new = now["deployments"][0]["id"]
    assert new != old
    assert {task["taskDefinitionArn"] for task in service.tasks()} == {arn}
    assert len(service.targets()) == 2
    assert not before & service.addresses()
    assert service.update(taskDefinition=arn)["deployments"][0]["id"] == new
    assert service.update(forceNewDeployment=True)["deployments"][0]["id"] != new


def _secret(service: Service, key: str = "password") -> list[dict[str, str]]:
    arn = service.world.id("Secret")
    return [{"name": "DB_PASSWORD", "valueFrom": f"{arn}:{key}::"}]


def _empty_secret(service: Service) -> str:
    return service.world.aws.call("secretsmanager.create_secret", Name="empty")["ARN"]


def _log(group: str, **options: str) -> dict[str, Any]:
    given = {"awslogs-group": group, "awslogs-region": "x", "awslogs-stream-prefix": "x", **options}
    return {"logDriver": "awslogs", "options": given}


def _bare_role(service: Service, name: str, **policy: Any) -> str:
    aws = service.world.aws
    trust = service.world.fact("Role", "assumeRolePolicy", "task-role")
    arn = aws.call("iam.create_role", RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    if policy:
        aws.call("iam.attach_role_policy", RoleName=name, **policy)
    return arn


_PULL = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"

REASONS = {
    "no such role": (
        lambda service: service.define(taskRoleArn="arn:aws:iam::123456789012:role/gone"),
        "unable to assume the role 'arn:aws:iam::123456789012:role/gone'",
    ),
    "a role without policies": (
        lambda service: service.define(executionRoleArn=_bare_role(service, "bare")),
        "is not authorized to pull the image",
    ),
    "a role that may not read secrets": (
        lambda service: service.define(
            executionRoleArn=_bare_role(service, "pulling", PolicyArn=_PULL)
        ),
        "secretsmanager:GetSecretValue",
    ),
    "no such secret": (
        lambda service: service.define_container(
            secrets=[{"name": "A", "valueFrom": "arn:aws:secretsmanager:x:1:secret:gone"}]
        ),
        "can't find the specified secret",
    ),
    "a secret without a value": (
        lambda service: service.define_container(
            secrets=[{"name": "A", "valueFrom": _empty_secret(service)}]
        ),
        "for staging label: AWSCURRENT",
    ),
    "a secret without the key": (
        lambda service: service.define_container(secrets=_secret(service, "other")),
        "did not contain json key other",
    ),
    "no such log group": (
        lambda service: service.define_container(logConfiguration=_log("/gone")),
        "The specified log group does not exist: /gone",
    ),
}


@pytest.mark.parametrize(("define", "reason"), REASONS.values(), ids=REASONS)
def test_tasks_that_can_not_start_are_rolled_back(
    service: Service, define: Any, reason: str
) -> None:
    """The old ones run on; an event and a stopped task tell why."""
    before, old = service.addresses(), service.now()["taskDefinition"]
    now = service.update(taskDefinition=define(service))
    assert now["taskDefinition"] == now["deployments"][0]["taskDefinition"] == old
    assert (now["runningCount"], now["deployments"][0]["rolloutState"]) == (2, "COMPLETED")
    assert service.addresses() == before
    assert [event["message"] for event in now["events"][:2]] == [
        f"(service flask-api-service-dev) rolling back to {old}.",
        now["events"][1]["message"],
    ]
    assert reason in now["events"][1]["message"]
    assert any(reason in task["stoppedReason"] for task in service.tasks("STOPPED"))


def test_a_log_group_that_the_task_makes_need_not_be_there(service: Service) -> None:
    """Nor has there to be a driver of AWS's."""
    made = {"awslogs-create-group": "true"}
    for log in (_log("/later", **made), {"logDriver": "splunk"}):
        arn = service.define_container(logConfiguration=log, secrets=_secret(service))
        assert service.update(taskDefinition=arn)["taskDefinition"] == arn


def test_a_place_without_a_way_out_starts_nothing(service: Service) -> None:
    """No image can be pulled; with nothing to go back to, nothing runs."""
    world = service.world
    public = [world.id("Subnet", f"public-subnet-{number}") for number in (1, 2)]
    now = service.update(networkConfiguration=service.network(subnets=public))
    assert "has no route to the internet" in now["events"][0]["message"]
    assert (now["runningCount"], now["deployments"][0]["rolloutState"]) == (0, "FAILED")
    assert service.targets() == set()
    now = service.update(
        networkConfiguration=service.network(subnets=public, assignPublicIp="ENABLED")
    )
    assert now["runningCount"] == 2


@pytest.mark.parametrize("group", ["rds-sg", "alb-sg"])
def test_a_firewall_without_a_way_out_starts_nothing(service: Service, group: str) -> None:
    """Without any rule that lets something out, or with one that leads elsewhere."""
    closed = service.network(securityGroups=[service.world.id("SecurityGroup", group)])
    now = service.update(networkConfiguration=closed)
    assert "lets the task out to port 443" in now["events"][0]["message"]


def test_a_rule_of_all_protocols_is_a_way_out(service: Service) -> None:
    """And without any group a task has the VPC's default one, which is emptied here."""
    world = service.world
    group = world.aws.call(
        "ec2.create_security_group", GroupName="open", Description="x", VpcId=world.id("Vpc")
    )["GroupId"]
    network = service.network(securityGroups=[group])
    assert service.update(networkConfiguration=network)["runningCount"] == 2
    network = service.network(securityGroups=[])
    now = service.update(networkConfiguration=network)
    assert "lets the task out to port 443" in now["events"][0]["message"]


def test_without_a_circuit_breaker_ecs_goes_on_trying(service: Service) -> None:
    """The deployment stays in progress."""
    off = {"deploymentCircuitBreaker": {"enable": False, "rollback": False}}
    arn = service.define(taskRoleArn="arn:aws:iam::123456789012:role/gone")
    now = service.update(taskDefinition=arn, deploymentConfiguration=off)
    assert (now["runningCount"], now["pendingCount"]) == (0, 2)
    assert now["deployments"][0]["rolloutState"] == "IN_PROGRESS"
    on = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
    service.update(deploymentConfiguration=on)


def test_waiting_for_a_steady_state_tells_why_it_does_not_come(service: Service) -> None:
    """A rollback is none: the wanted definition does not run."""
    service_type = resource_type("aws:ecs/service:Service")
    broken = service.define(taskRoleArn="arn:aws:iam::123456789012:role/gone")
    wanted = {**service.made.inputs, "taskDefinition": broken}
    with pytest.raises(Unfinished, match="unable to assume the role"):
        service_type.update(service.world.aws, service.made, wanted)
    patient = {**wanted, "waitForSteadyState": False}
    assert service_type.update(service.world.aws, service.made, patient).inputs == patient


def test_a_first_deployment_that_fails_leaves_an_unsteady_service(service: Service) -> None:
    """It can be removed all the same."""
    service_type = resource_type("aws:ecs/service:Service")
    inputs = {
        **service.made.inputs,
        "name": "other",
        "taskDefinition": service.define(taskRoleArn="arn:aws:iam::123456789012:role/gone"),
    }
    with pytest.raises(Unfinished, match="0 of 2 tasks run, rollout FAILED") as failed:
        service_type.create(service.world.aws, inputs)
    service_type.delete(service.world.aws, failed.value.state)
    assert service_type.read(service.world.aws, failed.value.state) is None


def test_a_service_on_spot(service: Service) -> None:
    """Its tasks tell which provider has them."""
    aws = service.world.aws
    strategy = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    aws.call(
        "ecs.put_cluster_capacity_providers",
        cluster=service.cluster,
        capacityProviders=["FARGATE_SPOT"],
        defaultCapacityProviderStrategy=[],
    )
    which = {"cluster": service.cluster, "serviceName": "spot"}
    made = aws.call(
        "ecs.create_service",
        taskDefinition=service.made.inputs["taskDefinition"],
        desiredCount=1,
        capacityProviderStrategy=strategy,
        networkConfiguration=service.network(),
        **which,
    )["service"]
    assert "launchType" not in made
    assert [each["capacityProvider"] for each in made["capacityProviderStrategy"]] == [
        "FARGATE_SPOT"
    ]
    providers = [task.get("capacityProviderName") for task in service.tasks()]
    assert sorted(map(str, providers)) == ["FARGATE_SPOT", "None", "None"]
    which["service"] = which.pop("serviceName")
    aws.call("ecs.update_service", desiredCount=0, **which)
    aws.call("ecs.delete_service", **which)
    assert len(service.tasks()) == 2
