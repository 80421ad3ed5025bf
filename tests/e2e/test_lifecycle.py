"""The life of an environment in the hands of the real engine.

Each test begins and ends with an environment that is up and as declared: they need no order.
"""

from collections.abc import Callable

from dev.pulumi_engine import CREATED, DELETED, REPLACED, UPDATED
from lib.names import resource_name
from ops.inventory.resource_type import FoundResource
from tests.e2e.conftest import (
    IN_AWS,
    SUFFIX,
    Subject,
    emulated_only,
    image,
    resource,
    takes_long,
)

PASSWORD = resource("random:index/randomPassword:RandomPassword", "db-password")
CLUSTER = resource("aws:rds/cluster:Cluster", "aurora")
SECRET_VERSION = resource("aws:secretsmanager/secretVersion:SecretVersion", "db-password")
TASK = resource("aws:ecs/taskDefinition:TaskDefinition", "task")
SERVICE = resource("aws:ecs/service:Service", "service")
TARGET = resource("aws:appautoscaling/target:Target", "scaling-target")
POLICY = resource("aws:appautoscaling/policy:Policy", "cpu-scaling")
RULE = resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "rds-in-tasks")
VPC = resource("aws:ec2/vpc:Vpc", "vpc")
ROLE = resource("aws:iam/role:Role", "task-role")

NEW_TASKS = {TASK: REPLACED, SERVICE: UPDATED}
READING = ("Describe", "Get", "List")


def test_a_second_up_changes_nothing(subject: Subject) -> None:
    """Nor would it, by its preview; nor has anything changed in AWS."""
    assert subject.run("preview").changed == {}
    assert subject.is_as_declared()


def test_one_setting_updates_one_resource(subject: Subject) -> None:
    change = ("--config", "tap:maxTasks=11")
    assert subject.run("preview", *change).changed == {TARGET: UPDATED}
    assert subject.run("up", *change).changed == {TARGET: UPDATED}
    [target] = subject.environment.all("scaling target")
    assert target.description["MaxCapacity"] == 11
    assert subject.is_as_declared()


def _runs(subject: Subject, version: int) -> bool:
    running = subject.environment.service.description["taskDefinition"]
    answer = subject.clients("ecs").describe_task_definition(taskDefinition=running)
    [container] = answer["taskDefinition"]["containerDefinitions"]
    if IN_AWS:
        return container["image"] == image(version)
    return container["image"].endswith(f"/{resource_name('repo', SUFFIX)}:{image(version)}")


def test_a_new_image_makes_a_new_task_definition(subject: Subject) -> None:
    for version in (1, 2):
        assert subject.up(image=image(version)).changed == NEW_TASKS
    assert _runs(subject, 2)
    assert subject.is_as_declared()


@emulated_only
def test_an_update_that_fails_is_told_and_made_good_by_the_next(subject: Subject) -> None:
    """The next one looks at AWS first, as what failed may have left anything behind."""
    subject.server.fail_once("UpdateService")
    failed = subject.engine.run("up", "--config", "tap:image=v3")
    assert failed.exit_code != 0
    assert "A failure that was ordered" in failed.messages
    subject.run("up", "--refresh")
    assert _runs(subject, 3)
    assert subject.is_as_declared()


def test_a_new_password_reaches_all_that_use_it(subject: Subject) -> None:
    """Password, cluster, secret, tasks; and it stays the same afterwards."""

    def value() -> str:
        secret = subject.environment.secret.id
        return subject.clients("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]

    before = value()
    assert subject.up(passwordVersion="2").changed == {
        PASSWORD: REPLACED,
        CLUSTER: UPDATED,
        SECRET_VERSION: REPLACED,
        **NEW_TASKS,
    }
    after = value()
    assert after != before
    assert subject.is_as_declared()
    assert value() == after


def test_a_wrong_setting_stops_everything(subject: Subject) -> None:
    """It is told in words, and changes nothing."""
    for command in ("preview", "up"):
        report = subject.engine.run(command, "--config", "tap:minTasks=few")
        assert (report.exit_code != 0, report.changed) == (True, {})
        assert "tap:minTasks is 'few'; allowed: a whole number" in report.messages
        assert "Traceback" not in report.messages
    assert subject.up(minTasks="2").changed == {}


def _rule(subject: Subject) -> FoundResource:
    return subject.environment.part("security group rule", "rds-in-tasks")


def _widen_a_rule(subject: Subject) -> None:
    """Open all ports of a rule, as a person in a hurry would."""
    rule = _rule(subject)
    opened = {
        "IpProtocol": "tcp",
        "FromPort": 0,
        "ToPort": 65535,
        "ReferencedGroupId": rule.description["ReferencedGroupInfo"]["GroupId"],
        "Description": rule.name,
    }
    subject.clients("ec2").modify_security_group_rules(
        GroupId=rule.description["GroupId"],
        SecurityGroupRules=[{"SecurityGroupRuleId": rule.id, "SecurityGroupRule": opened}],
    )


def _remove_tags(subject: Subject) -> None:
    """Take a tag away in EC2, and in a service that has operations of its own for tags."""
    vpc = subject.environment.vpc.id
    subject.clients("ec2").delete_tags(Resources=[vpc], Tags=[{"Key": "Project"}])
    role = resource_name("task-role", SUFFIX)
    subject.clients("iam").untag_role(RoleName=role, TagKeys=["Project"])


def _remove_a_policy(subject: Subject) -> None:
    [policy] = subject.environment.all("scaling policy")
    subject.clients("application-autoscaling").delete_scaling_policy(
        PolicyName=policy.name,
        ServiceNamespace="ecs",
        ResourceId=policy.description["ResourceId"],
        ScalableDimension="ecs:service:DesiredCount",
    )


def test_drift_is_found_and_undone(subject: Subject) -> None:
    """A widened rule, removed tags, a removed resource: refresh finds them, up undoes them."""
    _widen_a_rule(subject)
    _remove_tags(subject)
    _remove_a_policy(subject)
    changed = {RULE: UPDATED, VPC: UPDATED, ROLE: UPDATED}
    assert subject.run("refresh").changed == {**changed, POLICY: DELETED}
    assert subject.up().changed == {**changed, POLICY: CREATED}
    assert subject.is_as_declared()
    rule = _rule(subject).description
    assert (rule["FromPort"], rule["ToPort"]) == (5432, 5432)
    tags = {tag["Key"]: tag["Value"] for tag in subject.environment.vpc.description["Tags"]}
    assert tags["Project"] == "ecommerce-api"
    assert len(subject.environment.all("scaling policy")) == 1


def _destroy(subject: Subject) -> None:
    assert set(subject.run("destroy").outcomes.values()) == {DELETED}
    assert subject.nothing_is_left()
    assert subject.run("destroy").outcomes == {}


def _make_all(subject: Subject) -> None:
    assert set(subject.up().outcomes.values()) == {CREATED}


def test_what_was_destroyed_can_be_made_again(subject: Subject) -> None:
    """Under the same names."""
    _destroy(subject)
    _make_all(subject)
    assert subject.is_as_declared()


def _writes(subject: Subject, act: Callable[[Subject], None]) -> list[str]:
    """Do something; return the operations that it called to change something, each once."""
    subject.server.clear_faults()
    act(subject)
    return sorted({each for each in subject.server.calls if not each.startswith(READING)})


def _until_it_works(subject: Subject, command: str, operations: list[str]) -> int:
    """Have each operation fail once, and repeat a command until it works; return how often."""
    subject.server.clear_faults()
    for operation in operations:
        subject.server.fail_once(operation)
    for failures in range(len(operations) + 1):
        report = subject.engine.run(command)
        if report.exit_code == 0:
            return failures
        assert "A failure that was ordered" in report.messages
    raise AssertionError("one more failure than was ordered")


@emulated_only
@takes_long
def test_whatever_fails_once_the_next_run_goes_on(subject: Subject) -> None:
    """Every operation that makes or removes something fails once."""
    destroying = _writes(subject, _destroy)
    making = _writes(subject, _make_all)
    assert len(making) > 30 and len(destroying) > 25
    assert _until_it_works(subject, "destroy", destroying) > 1
    assert subject.nothing_is_left()
    assert _until_it_works(subject, "up", making) > 1
    assert subject.is_as_declared()
