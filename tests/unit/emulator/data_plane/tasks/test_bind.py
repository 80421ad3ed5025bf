"""The sitecustomize of tasks: what it leaves alone, and that it hides no other one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.data_plane.tasks import environment

_BIND = Path(environment.__file__).parent / "bind"


def _run(program: str, *paths: object, **variables: str) -> str:
    path = os.pathsep.join(str(each) for each in (_BIND, *paths))
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": path, **variables},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    return done.stdout.strip()


def test_another_sitecustomize_is_run_too(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("print('theirs')\nWHOSE = 'theirs'\n")
    assert _run("import sitecustomize; print(sitecustomize.WHOSE)", tmp_path) == "theirs\ntheirs"


@pytest.mark.parametrize(
    ("made", "where", "bound"),
    [
        ("AF_INET, socket.SOCK_STREAM", "('', 0)", "127.0.0.9"),
        ("AF_INET, socket.SOCK_STREAM", "('127.0.0.2', 0)", "127.0.0.2"),
        ("AF_INET, socket.SOCK_DGRAM", "('', 0)", "0.0.0.0"),
        ("AF_INET6, socket.SOCK_STREAM", "('::', 0)", "::ffff:127.0.0.9"),
        ("AF_UNIX, socket.SOCK_STREAM", "'here.sock'", "h"),
    ],
)
def test_only_servers_on_all_addresses_are_moved(
    tmp_path: Path, made: str, where: str, bound: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    program = (
        f"import socket; s = socket.socket(socket.{made}); s.bind({where}); "
        "print(s.getsockname()[0])"
    )
    assert _run(program, EMULATED_BIND="127.0.0.9") == bound


def test_a_port_of_the_task_is_the_one_that_it_has_here() -> None:
    program = (
        "import socket; s = socket.socket(); s.bind(('0.0.0.0', 5000)); print(s.getsockname())"
    )
    assert _run(program, EMULATED_BIND="127.0.0.9 5000=45678") == "('127.0.0.9', 45678)"


def test_without_a_task_nothing_is_moved() -> None:
    program = "import socket; s = socket.socket(); s.bind(('', 0)); print(s.getsockname()[0])"
    assert _run(program) == "0.0.0.0"
