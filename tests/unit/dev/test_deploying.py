"""Deploying to an environment that is kept up: what the other shell reads, and what runs then."""

import io

import pytest
from rich.console import Console

from dev.deploying import deploy
from dev.life import Life, Place
from emulator.server.server import Server
from emulator.services.ecs.task_runner import TaskScripts, exits, starts


@pytest.fixture(name="life")
def _life(server: Server, monkeypatch: pytest.MonkeyPatch) -> Life:
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    scripts = {"v1": starts(), "v2": starts(), "broken": exits(3, "No module named 'shop.mian'")}
    server.ecs.runner = TaskScripts(scripts)
    return Life(Console(file=io.StringIO()), "dev", Place.at(server.environment()), "v1")


def test_a_deployment_is_told_and_what_runs_is_the_truth(life: Life) -> None:
    """One that is rolled back is told with its reason, and with its last words in the log."""
    assert life.make()
    told: list[str] = []

    def deployed(image: str) -> int:
        told.clear()
        return deploy(life, ("v1", "v2", "broken"), image, told.append)

    assert deployed("v3") == 2
    assert told == ["IMAGE is 'v3'; there are: v1, v2, broken"]
    assert deployed("v2") == 0
    assert "replaced  ecs task definition flask-api-task-dev" in told
    assert "updated  ecs service flask-api-service-dev" in told
    assert "Done in" in told[-1]
    assert deployed("broken") == 1
    text = "\n".join(told)
    assert "circuit breaker threshold was exceeded" in text
    report = text[text.index("verify: environment dev") :]
    assert "No module named 'shop.mian'" in report
    assert told[-1].startswith("Failed after")
    assert not life.failed
