"""The CLI: where it is found, what it is asked and handed, and how it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ops import pulumi_cli
from ops.errors import CommandError
from ops.pulumi_cli import ROOT, PulumiCli, handed_over
from tests.unit.ops.support import StandIn


def test_a_missing_cli_is_told_with_both_ways_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(pulumi_cli, "BUILT", tmp_path)
    with pytest.raises(CommandError) as raised:
        PulumiCli(ROOT)
    assert "https://www.pulumi.com/docs/install/" in str(raised.value)
    assert "make tools" in str(raised.value)


def test_the_cli_that_was_built_is_used_where_path_has_none(
    pulumi: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = tmp_path / "built"
    built.mkdir()
    (built / "pulumi").write_text("#!/bin/sh\n")
    (built / "pulumi").chmod(0o755)
    monkeypatch.setattr(pulumi_cli, "BUILT", built)
    assert PulumiCli(ROOT).path == str(pulumi.folder / "pulumi")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert PulumiCli(ROOT).path == str(built / "pulumi")


def test_the_backend_is_told_without_its_password(pulumi: StandIn) -> None:
    assert pulumi
    assert PulumiCli(ROOT).backend() == "s3://states"


def test_a_cli_without_a_backend_is_told_with_how_to_log_in(pulumi: StandIn) -> None:
    pulumi.answer("whoami", code=255, err="error: PULUMI_ACCESS_TOKEN must be set\n")
    with pytest.raises(CommandError) as raised:
        PulumiCli(ROOT).backend()
    assert str(raised.value).startswith("The Pulumi CLI is not logged in to a backend")
    assert str(raised.value).endswith("What it said:\nerror: PULUMI_ACCESS_TOKEN must be set")


def test_a_refusal_of_the_backend_is_handed_on(pulumi: StandIn) -> None:
    pulumi.answer("stack ls", code=255, err="error: AccessDenied\n")
    pulumi.answer("stack export", code=255, err="error: AccessDenied\n")
    for ask, words in (
        (PulumiCli(ROOT).stacks, "stack ls --json"),
        (lambda: PulumiCli(ROOT).deployment("dev"), "stack export"),
    ):
        with pytest.raises(CommandError) as raised:
            ask()
        assert str(raised.value) == f"`pulumi {words}` failed:\nerror: AccessDenied"


def test_stacks_and_their_states_are_read(pulumi: StandIn) -> None:
    """Whatever bytes are in them."""
    pulumi.holds({"dev": {"resources": []}})
    assert PulumiCli(ROOT).stacks() == ["dev"]
    assert PulumiCli(ROOT).deployment("dev") == {"resources": []}
    assert PulumiCli(ROOT).deployment("prod") is None
    pulumi.answer("stack ls", out='[{"name": "d\udce9v"}]')
    assert PulumiCli(ROOT).stacks() == ["d\ufffdv"]


def test_what_the_cli_has_against_something_is_told(pulumi: StandIn) -> None:
    pulumi.answer("destroy --preview", code=1, out="Diagnostics:\n", err="no\n")
    assert PulumiCli(ROOT).tried("destroy", "--preview-only") == "Diagnostics:\nno"
    assert PulumiCli(ROOT).tried("destroy") is None


def test_every_call_takes_the_secrets_provider_of_the_state(pulumi: StandIn) -> None:
    """A runner without the stack's file must not encrypt the secrets anew."""
    variable = "PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER"
    cli = PulumiCli(ROOT)
    for call in (lambda: cli.must("config"), lambda: cli.run("up")):
        call()
        assert pulumi.last[2][variable] == "true"
    assert handed_over("dev", {}, ROOT)[variable] == "true"


def test_the_exit_code_is_the_clis_in_the_projects_folder(pulumi: StandIn, project: Path) -> None:
    pulumi.answer("up", code=37)
    assert PulumiCli(project).run("up", "--yes") == 37
    assert pulumi.last[:2] == (["up", "--yes"], str(project))


def test_repository_and_author_are_gits_unless_they_are_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty one counts as not set; one that git does not know is not set either."""
    known = {"REPOSITORY": lambda folder: f"git of {folder.name}", "COMMIT_AUTHOR": lambda _: None}
    monkeypatch.setattr(pulumi_cli, "_FROM_GIT", known)
    always = {"PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER": "true", "ENVIRONMENT_SUFFIX": "dev"}
    folder = tmp_path / "tree"
    assert handed_over("dev", {"REPOSITORY": "", "HOME": ""}, folder) == {
        "HOME": "",
        "REPOSITORY": "git of tree",
        **always,
    }
    given = {"REPOSITORY": "shop/api", "COMMIT_AUTHOR": "Jane", "ENVIRONMENT_SUFFIX": "prod"}
    assert handed_over("dev", given, folder) == {**given, **always}


_CLI = """#!{python} -IS
import os, signal, sys, time
def end(number, _frame):
    os.write(1, b"%d\\n" % number)
    os._exit(9)
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, end)
os.write(1, b"ready\\n")
time.sleep(60)
"""

_RUN = (
    "import sys; from pathlib import Path; from ops.pulumi_cli import PulumiCli; "
    "sys.exit(PulumiCli(Path.cwd()).run('up'))"
)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_goes_to_the_cli_and_its_exit_code_is_ours(pulumi: StandIn, number: int) -> None:
    """The engine ends an update by itself; whoever left it alone would leave a lock behind."""
    (pulumi.folder / "pulumi").write_text(_CLI.format(python=sys.executable))
    with subprocess.Popen(
        (sys.executable, "-c", _RUN),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout and process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.stdout.readline() == f"{int(number)}\n"
    assert process.returncode == 9


def test_a_cli_that_is_killed_is_told_as_a_shell_does(pulumi: StandIn) -> None:
    script = f"#!{sys.executable} -IS\nimport os\nos.kill(os.getpid(), 9)\n"
    (pulumi.folder / "pulumi").write_text(script)
    assert PulumiCli(ROOT).run("up") == 137


class _Process:
    """A CLI that notes its signals; a signal reaches this process while it is waited for."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.sent: list[int] = []

    def __enter__(self) -> "_Process":
        return self

    def __exit__(self, *_error: object) -> None:
        """Do nothing."""

    def wait(self) -> int:
        """Send this process the signal."""
        os.kill(os.getpid(), self.number)
        time.sleep(0.01)
        return 0

    def send_signal(self, number: int) -> None:
        """Note a signal."""
        self.sent.append(number)


@pytest.mark.parametrize(
    ("number", "in_front", "sent"),
    [
        (signal.SIGINT, True, []),
        (signal.SIGINT, False, [signal.SIGINT]),
        (signal.SIGTERM, True, [signal.SIGTERM]),
    ],
)
def test_what_is_typed_reaches_the_cli_once(
    number: int, in_front: bool, sent: list[int], pulumi: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second Ctrl-C would have it break off."""
    assert pulumi
    process = _Process(number)
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: process)
    monkeypatch.setattr(os, "getpgrp", lambda: 7)
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: 7 if in_front else 8)
    monkeypatch.setattr("builtins.open", lambda *_: (ROOT / "tap.py").open("rb"))
    before = signal.getsignal(number)
    assert PulumiCli(ROOT).run("up") == 0
    assert process.sent == sent
    assert signal.getsignal(number) is before


def test_a_process_without_a_terminal_is_in_front_of_none(
    pulumi: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pulumi
    process = _Process(signal.SIGINT)
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: process)

    def no_terminal(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("builtins.open", no_terminal)
    PulumiCli(ROOT).run("up")
    assert process.sent == [signal.SIGINT]


def test_configuration_is_that_of_the_file_that_is_named(pulumi: StandIn) -> None:
    pulumi.answer("config --json", out=json.dumps({"tap:cpu": {"value": "512"}}))
    assert PulumiCli(ROOT).config("dev") == {"tap:cpu": {"value": "512"}}
    assert pulumi.last[0] == ["config", "--json", "--stack", "dev", "--non-interactive"]
