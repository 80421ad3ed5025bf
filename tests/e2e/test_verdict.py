"""The end of `make up`: exit code 1, and why, where a deployment was rolled back."""

from typing import Any

import pytest

from ops.app import app
from tests.e2e.conftest import SUFFIX, Subject, emulated_only
from tests.support.deployments import restore, roll_back_late
from tests.support.images import push_image

pytestmark = [emulated_only, pytest.mark.usefixtures("images")]


@pytest.fixture(name="images", scope="module")
def _images(subject: Subject) -> None:
    """Two images in the repository; what their tasks do, the emulated AWS tells by the tag."""
    assert subject.server
    for tag in ("v1", "exits-1"):
        push_image(subject.server.aws(), f"flask-api-repo-{SUFFIX}", tag)


def _up(subject: Subject, monkeypatch: pytest.MonkeyPatch, screen: Any, *words: str) -> Any:
    """Have `up` do what make has it do; return its exit code and what the screen shows."""
    for name, value in subject.engine.place.variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as end:
        command = ["up", "--suffix", SUFFIX, "--yes", "--skip-preview", *words]
        app(command, obj=subject.engine.place.folder)
    told = screen.readouterr()
    return end.value.code, told.out + told.err


def test_the_verdict_tells_what_the_engine_does_not_know(
    subject: Subject, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert subject.server
    code, said = _up(subject, monkeypatch, capfd, "--config", "tap:image=v1")
    assert code == 0, said
    assert "doctor: nothing stands in the way" in said
    assert f"{SUFFIX} runs flask-api-task-{SUFFIX}:" in said
    # It looked finished: the engine finds nothing to do.
    roll_back_late(subject.server, SUFFIX)
    code, said = _up(subject, monkeypatch, capfd)
    assert code == 1, said
    assert " unchanged" in said
    assert "finding deployment" in said
    assert "was rolled back" in said
    restore(subject.server)
    by_hand = max(
        (each.id for each in subject.environment.find("task definition")),
        key=lambda arn: int(arn.rpartition(":")[2]),
    )
    subject.clients("ecs").deregister_task_definition(taskDefinition=by_hand)


def test_an_image_that_does_not_start_is_told_with_its_last_words(
    subject: Subject, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert subject.server
    code, said = _up(subject, monkeypatch, capfd, "--config", "tap:image=exits-1")
    assert code not in (0, None), said
    assert "Essential container in task exited" in said
    assert "exit status 1" in said
    # What is not in the repository is found before anything is changed.
    code, said = _up(subject, monkeypatch, capfd, "--config", "tap:image=gone")
    assert code == 1, said
    assert "finding image" in said
    assert "Nothing was done." in said
    subject.up(image="v1")
