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


def test_an_image_that_never_starts_fails_each_up_until_a_good_one_comes(subject: Subject) -> None:
    """ECS goes back to the version before; the engine must not take its new inputs for real."""
    subject.up(image="v1")
    before = _running(subject)
    for _ in range(3):
        failed = subject.engine.run("up", "--config", "tap:image=exits-1")
        assert failed.exit_code != 0
        assert "rolled back" in failed.messages or "rollback" in failed.messages.lower()
        assert _running(subject) == before
    assert NEW_TASKS.items() <= subject.up(image="v2").changed.items()
    assert _running(subject) != before
    assert subject.is_as_declared()
