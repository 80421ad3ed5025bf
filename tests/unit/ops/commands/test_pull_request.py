"""`pull-request` as the workflows have it: by variables, its outputs for the steps that follow."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from emulator.server.server import Server
from lib.settings.expiry import read_expiry
from ops.app import app
from ops.asked import Asked
from ops.request import Request, split_arguments
from tests.support.github_api import REPOSITORY, FakeGitHub, FakePullRequest, serve_github
from tests.support.images import push_image
from tests.unit.ops.support import WHERE

_COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(name="fake")
def _fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitHub]:
    with serve_github() as fake:
        monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
        monkeypatch.setenv("GITHUB_TOKEN", "token")
        monkeypatch.setenv("GITHUB_API_URL", fake.api)
        monkeypatch.setenv("NUMBER", "7")
        fake.pulls[7] = FakePullRequest(7, _COMMIT, ["preview"])
        yield fake


def _run(*words: str) -> int:
    with pytest.raises(SystemExit) as end:
        app(["pull-request", *words])
    return int(end.value.code or 0)


def _outputs(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines())


@pytest.fixture(name="output")
def _output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which a runner looks for a step's outputs; it has one already."""
    path = tmp_path / "output"
    path.write_text("before=1\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_OUTPUT", str(path))
    return path


def test_wanted_asks_how_it_is_now(
    fake: FakeGitHub,
    output: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _run("wanted", "--head", _COMMIT) == 0
    assert _outputs(output) == {"before": "1", "wanted": "true"}
    assert capsys.readouterr().out == "wanted=true\n"
    fake.pulls[7].is_open, fake.pulls[7].labels = False, []
    assert _run("wanted") == 0
    assert _outputs(output)["wanted"] == "false"
    assert "by this run: it is closed; it does not have the label preview.\n" in (
        capsys.readouterr().out
    )
    monkeypatch.delenv("GITHUB_OUTPUT")
    assert _run("wanted") == 0
    assert capsys.readouterr().out.endswith("wanted=false\n")


@pytest.mark.parametrize(
    ("variables", "given", "days"),
    [
        ({}, {}, 3),
        ({"DOCKERFILE": "Dockerfile", "PREVIEW_DAYS": "14"}, {"tap:image": _COMMIT}, 14),
        (
            {"PREVIEW_SETTINGS": """--config 'tap:environment={"A": "b c"}'"""},
            {"tap:environment": '{"A": "b c"}'},
            3,
        ),
    ],
)
def test_settings_are_such_as_up_takes(
    output: Path,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    given: dict[str, str],
    days: int,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert _run("settings", "--head", _COMMIT) == 0
    told = _outputs(output)
    assert told["region"] == WHERE.name
    expires = read_expiry(told["expires"])
    assert expires is not None
    assert abs(expires - datetime.now(UTC) - timedelta(days=days)) < timedelta(minutes=5)
    config = Request("up", "pr7", split_arguments(told["arguments"])).config
    assert config == {**given, "tap:expires": told["expires"]}
    assert Asked(config).settings


@pytest.mark.parametrize("days", ["0", "-1", "100", "soon"])
def test_days_that_can_not_be_meant_are_refused(
    days: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("settings", "--head", _COMMIT, "--days", days) == 2
    assert f"PREVIEW_DAYS is '{days}'; allowed: 1 to 99" in capsys.readouterr().err


def test_an_image_is_built_once(server: Server, output: Path) -> None:
    aws = server.aws()
    words = ("image", "--suffix", "pr7", "--head", _COMMIT)
    assert _run(*words) == 0
    assert _outputs(output) == {"before": "1", "name": "", "build": "true"}
    made = aws.call("ecr.create_repository", repositoryName="flask-api-repo-pr7")
    name = f"{made['repository']['repositoryUri']}:{_COMMIT}"
    assert _run(*words) == 0
    assert (_outputs(output)["name"], _outputs(output)["build"]) == (name, "true")
    push_image(aws, "flask-api-repo-pr7", _COMMIT)
    assert _run(*words) == 0
    assert _outputs(output)["build"] == "false"


def test_what_ecr_refuses_is_told(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    server.aws().call("ecr.create_repository", repositoryName="flask-api-repo-pr8")
    server.deny("ecr:DescribeImages")
    assert _run("image", "--suffix", "pr8", "--head", _COMMIT) == 1
    server.clear_faults()
    assert "AWS does not do what it was asked for" in capsys.readouterr().err


@pytest.mark.parametrize(("outcome", "expiry"), [("up", True), ("failed", False)])
def test_a_comment_is_written_once_and_then_renewed(
    fake: FakeGitHub,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    outcome: str,
    expiry: bool,
) -> None:
    """When it expires is known of an `up` that worked alone."""
    (tmp_path / "verify.json").write_text("nothing", encoding="utf-8")
    words = ("comment", "--outcome", outcome, "--expires", "2026-12-01T06:00:00Z")
    assert _run(*words, "--reports", str(tmp_path)) == 0
    assert _run(*words) == 0
    [(number, _, text)] = fake.comments
    assert number == 7
    assert text.startswith("<!-- flask-api preview pr7 -->\n**Environment `pr7`** is ")
    assert ("2026-12-01 06:00 UTC" in text) is expiry
    told = capsys.readouterr().out
    assert told.index("Wrote the comment on pull request 7") < told.index("Renewed the comment")
