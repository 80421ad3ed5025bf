"""Deployments that ECS rolls back: `up` says so each time, and what runs goes on running."""

from tests.e2e.conftest import Subject, emulated_only
from tests.e2e.test_lifecycle import NEW_TASKS

pytestmark = emulated_only


def _running(subject: Subject) -> str:
    """Return the task definition that the service runs; it has to be one that can still start."""
    arn = subject.environment.service.description["taskDefinition"]
    answer = subject.clients("ecs").describe_task_definition(taskDefinition=arn)
    assert answer["taskDefinition"]["status"] == "ACTIVE"
    return arn


def _fails(subject: Subject, **settings: str) -> None:
    words = [word for key, text in settings.items() for word in ("--config", f"tap:{key}={text}")]
    failed = subject.engine.run("up", *words)
    assert failed.exit_code != 0
    assert "rolled back" in failed.messages.lower() or "rollback" in failed.messages.lower()


def test_an_image_that_never_starts_fails_each_up_until_a_good_one_comes(subject: Subject) -> None:
    """ECS goes back to the version before; the engine must not take its new inputs for real."""
    subject.up(image="v1")
    before = _running(subject)
    for _ in range(2):
        _fails(subject, image="exits-1")
        assert _running(subject) == before
    assert NEW_TASKS.items() <= subject.up(image="v2").changed.items()
    assert _running(subject) != before
    assert subject.is_as_declared()


def _ports_from_the_load_balancer(subject: Subject) -> set[int]:
    rules = subject.environment.all("security group rule")
    return {each.description["FromPort"] for each in rules if "-ecs-in-alb-" in each.name}


def test_a_new_port_leaves_the_old_one_open_until_tasks_listen_on_it(subject: Subject) -> None:
    """And for good where they never do: ECS goes back to tasks on the old one."""
    subject.up(image="v1", containerPort="5000")
    _fails(subject, image="never-healthy", containerPort="8080")
    assert _ports_from_the_load_balancer(subject) >= {5000}
    subject.up(image="v3", containerPort="8080")
    assert _ports_from_the_load_balancer(subject) == {8080}
    assert subject.is_as_declared()
