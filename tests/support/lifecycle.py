"""What the engine has to do with an environment: sequences of steps, the same for every engine.

Each begins and ends with an environment that is up and as declared, so that they need no order.
"""

from collections.abc import Callable
from dataclasses import dataclass

from dev.automation import CREATED, DELETED, REPLACED, UPDATED, Engine, EngineError, Report
from emulator.server.server import Server
from lib.names import resource_name
from ops.clients import Clients
from ops.inventory.environment import Environment, discover
from ops.inventory.resource_type import FoundResource

_PASSWORD = "random:index/randomPassword:RandomPassword"
_CLUSTER = "aws:rds/cluster:Cluster"
_SECRET_VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
_TASK = "aws:ecs/taskDefinition:TaskDefinition"
_SERVICE = "aws:ecs/service:Service"
_TARGET = "aws:appautoscaling/target:Target"
_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_VPC = "aws:ec2/vpc:Vpc"
_ROLE = "aws:iam/role:Role"
_POLICY = "aws:appautoscaling/policy:Policy"

_READING = ("Describe", "Get", "List")


@dataclass(frozen=True)
class Stage:
    """An engine, the suffix of its environment, clients of where that is made.

    `server` is None in a real AWS, where nothing can be made to fail.
    """

    engine: Engine
    suffix: str
    clients: Clients
    server: Server | None = None

    @property
    def environment(self) -> Environment:
        """What the environment has now."""
        return Environment(self.clients, self.suffix)

    def resource(self, token: str, part: str) -> str:
        """Return a resource as reports name it."""
        return f"{token} {resource_name(part, self.suffix)}"

    def nothing_is_left(self) -> bool:
        """Tell whether AWS has nothing of the environment."""
        return discover(self.clients, self.suffix).proves_absence


Scenario = Callable[[Stage], None]


def as_declared(stage: Stage) -> None:
    """Assert that the program asks for nothing else than there is."""
    assert stage.engine.up().changed() == {}


def a_second_up_changes_nothing(stage: Stage) -> None:
    """Nor would it, by its preview; nor has anything changed in AWS."""
    assert stage.engine.preview().changed() == {}
    as_declared(stage)
    assert stage.engine.refresh().changed() == {}


def one_setting_updates_one_resource(stage: Stage) -> None:
    """The scaling target changes in place; nothing is replaced."""
    expected = {stage.resource(_TARGET, "scaling-target"): UPDATED}
    stage.engine.configure(maxTasks="11")
    assert stage.engine.preview().changed() == expected
    assert stage.engine.up().changed() == expected
    [target] = stage.environment.all("scaling target")
    assert target.description["MaxCapacity"] == 11
    as_declared(stage)


def a_new_image_makes_a_new_task_definition(stage: Stage) -> None:
    """A revision, and a deployment of it; nothing else."""
    for image in ("v1", "v2"):
        stage.engine.configure(image=image)
        assert stage.engine.up().changed() == {
            stage.resource(_TASK, "task"): REPLACED,
            stage.resource(_SERVICE, "service"): UPDATED,
        }
    running = stage.environment.service.description["taskDefinition"]
    [definition] = stage.environment.all("task definition")
    assert running == definition.arn
    answer = stage.clients("ecs").describe_task_definition(taskDefinition=running)
    [container] = answer["taskDefinition"]["containerDefinitions"]
    assert container["image"].endswith(f"{resource_name('repo', stage.suffix)}:v2")
    as_declared(stage)


def a_new_password_reaches_all_that_use_it(stage: Stage) -> None:
    """Password, cluster, secret, tasks; and it stays the same afterwards."""
    secret = stage.environment.secret.id
    before = stage.clients("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
    stage.engine.configure(passwordVersion="2")
    assert stage.engine.up().changed() == {
        stage.resource(_PASSWORD, "db-password"): REPLACED,
        stage.resource(_CLUSTER, "aurora"): UPDATED,
        stage.resource(_SECRET_VERSION, "db-password"): REPLACED,
        stage.resource(_TASK, "task"): REPLACED,
        stage.resource(_SERVICE, "service"): UPDATED,
    }
    after = stage.clients("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
    assert after != before
    as_declared(stage)


def a_wrong_setting_stops_everything(stage: Stage) -> None:
    """It is told in words, and changes nothing."""
    stage.engine.configure(minTasks="few")
    for step in (stage.engine.preview, stage.engine.up):
        try:
            step()
        except EngineError as error:
            assert "tap:minTasks is 'few'; allowed: a whole number" in str(error)
            assert "Traceback" not in str(error)
        else:
            raise AssertionError("a wrong setting was taken")
    stage.engine.configure(minTasks="2")
    as_declared(stage)


def _rule(stage: Stage, part: str) -> FoundResource:
    """Return a security group's rule."""
    name = resource_name(part, stage.suffix)
    [found] = [each for each in stage.environment.all("security group rule") if each.name == name]
    return found


def _widen_a_rule(stage: Stage) -> None:
    """Open all ports of a rule, as a person in a hurry would."""
    rule = _rule(stage, "rds-in-tasks")
    opened = {
        "IpProtocol": "tcp",
        "FromPort": 0,
        "ToPort": 65535,
        "ReferencedGroupId": rule.description["ReferencedGroupInfo"]["GroupId"],
        "Description": rule.name,
    }
    stage.clients("ec2").modify_security_group_rules(
        GroupId=rule.description["GroupId"],
        SecurityGroupRules=[{"SecurityGroupRuleId": rule.id, "SecurityGroupRule": opened}],
    )


def _remove_tags(stage: Stage) -> None:
    """Take a tag away in EC2, and in a service that has operations of its own for tags."""
    vpc = stage.environment.vpc.id
    stage.clients("ec2").delete_tags(Resources=[vpc], Tags=[{"Key": "Project"}])
    role = resource_name("task-role", stage.suffix)
    stage.clients("iam").untag_role(RoleName=role, TagKeys=["Project"])


def _remove_a_policy(stage: Stage) -> None:
    """Remove the scaling policy."""
    [policy] = stage.environment.all("scaling policy")
    stage.clients("application-autoscaling").delete_scaling_policy(
        PolicyName=policy.name,
        ServiceNamespace="ecs",
        ResourceId=policy.description["ResourceId"],
        ScalableDimension="ecs:service:DesiredCount",
    )


def drift_is_found_and_mended(stage: Stage) -> None:
    """A widened rule, removed tags, a removed resource: refresh finds these, up mends these."""
    _widen_a_rule(stage)
    _remove_tags(stage)
    _remove_a_policy(stage)
    changed = {
        stage.resource(_RULE, "rds-in-tasks"): UPDATED,
        stage.resource(_VPC, "vpc"): UPDATED,
        stage.resource(_ROLE, "task-role"): UPDATED,
    }
    removed = stage.resource(_POLICY, "cpu-scaling")
    assert stage.engine.refresh().changed() == {**changed, removed: DELETED}
    assert stage.engine.up().changed() == {**changed, removed: CREATED}
    assert stage.engine.refresh().changed() == {}
    rule = _rule(stage, "rds-in-tasks").description
    assert (rule["FromPort"], rule["ToPort"]) == (5432, 5432)
    tags = {tag["Key"]: tag["Value"] for tag in stage.environment.vpc.description["Tags"]}
    assert tags["Project"] == "ecommerce-api"
    assert len(stage.environment.all("scaling policy")) == 1


def _destroy(stage: Stage) -> None:
    """Assert that destroy leaves nothing, neither in AWS nor for the engine."""
    assert set(stage.engine.destroy().outcomes.values()) == {DELETED}
    assert stage.nothing_is_left()
    assert stage.engine.destroy().outcomes == {}


def _make_all(stage: Stage) -> None:
    assert set(stage.engine.up().outcomes.values()) == {CREATED}


def destroy_leaves_nothing(stage: Stage) -> None:
    """And all can be made again, under the same names."""
    _destroy(stage)
    _make_all(stage)


def _writes(server: Server, step: Callable[[], None]) -> list[str]:
    """Take a step; return the operations that it called to change something, each once."""
    server.clear_faults()
    step()
    return sorted({each for each in server.calls if not each.startswith(_READING)})


def _until_it_works(server: Server, step: Callable[[], Report], operations: list[str]) -> int:
    """Have each operation fail once, and repeat a step until it works; return how often."""
    server.clear_faults()
    for operation in operations:
        server.fail_once(operation)
    for failures in range(len(operations) + 1):
        try:
            step()
            return failures
        except EngineError as error:
            assert "A failure that was ordered" in str(error)
    raise AssertionError("one more failure than was ordered")


def failures_on_the_way_are_overcome(stage: Stage) -> None:
    """Every operation that makes or removes something fails once; the next run goes on.

    Before that, nothing fails, and destroy leaves nothing.
    """
    destroying = _writes(stage.server, lambda: _destroy(stage))
    making = _writes(stage.server, lambda: _make_all(stage))
    assert len(making) > 30 and len(destroying) > 25
    assert _until_it_works(stage.server, stage.engine.destroy, destroying) > 1
    assert stage.nothing_is_left()
    assert _until_it_works(stage.server, stage.engine.up, making) > 1
    as_declared(stage)
    assert stage.engine.refresh().changed() == {}


_ANYWHERE: tuple[Scenario, ...] = (
    a_second_up_changes_nothing,
    one_setting_updates_one_resource,
    a_wrong_setting_stops_everything,
    a_new_image_makes_a_new_task_definition,
    a_new_password_reaches_all_that_use_it,
    drift_is_found_and_mended,
)
REAL: tuple[Scenario, ...] = (*_ANYWHERE, destroy_leaves_nothing)
EMULATED: tuple[Scenario, ...] = (*_ANYWHERE, failures_on_the_way_are_overcome)
