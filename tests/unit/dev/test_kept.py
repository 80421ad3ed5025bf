"""An environment that is kept up: who may ask for a deployment, and what is said where none is."""

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dev.kept import Keeper, ask_to_deploy, kept_file
from dev.local import run_local_deploy
from ops.errors import CommandError


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    return kept_file("dev", tmp_path / "a folder")


@pytest.fixture(name="keeper")
def _keeper(file: Path) -> Iterator[Keeper]:
    with Keeper("dev", file) as keeper:
        yield keeper


def _deploy(image: str, tell: Callable[[str], None]) -> int:
    tell(f"deploying {image}")
    return 1 if image == "broken" else 0


def _ask(file: Path, image: str = "v2") -> tuple[int, list[str]]:
    lines: list[str] = []
    return ask_to_deploy("dev", image, file, lines.append), lines


def test_what_is_asked_for_is_done_and_told(keeper: Keeper, file: Path) -> None:
    keeper.open(_deploy)
    assert _ask(file) == (0, ["deploying v2"])
    assert _ask(file, "broken") == (1, ["deploying broken"])


def test_only_the_owner_of_the_file_is_served(keeper: Keeper, file: Path) -> None:
    keeper.open(_deploy)
    assert file.stat().st_mode & 0o777 == 0o600
    place = json.loads(file.read_text())
    file.write_text(json.dumps({**place, "token": "guessed"}))
    with pytest.raises(CommandError, match="has ended"):
        _ask(file)
    for sent in (b"GET / HTTP/1.1\r\n\r\n", b""):
        with socket.create_connection(("127.0.0.1", place["port"])) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(1) == b""


def test_it_is_told_when_it_is_not_the_time(keeper: Keeper, file: Path) -> None:
    not_up = (1, ["Environment dev is not up: it is being made, or removed."])
    assert _ask(file) == not_up
    keeper.open(_deploy)
    keeper.close()
    assert _ask(file) == not_up


def test_one_is_deployed_after_the_other(keeper: Keeper, file: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def wait(_image: str, _tell: object) -> int:
        begun.set()
        return 0 if go_on.wait(10) else 1

    keeper.open(wait)
    first = threading.Thread(target=_ask, args=(file,))
    first.start()
    assert begun.wait(10)
    told: list[str] = []

    def tell(line: str) -> None:
        told.append(line)
        go_on.set()

    assert ask_to_deploy("dev", "v2", file, tell) == 0
    assert told == ["Another image is being deployed; this one is next."]
    first.join()
    assert not keeper.is_busy


def test_a_second_one_of_the_same_suffix_is_refused(keeper: Keeper, file: Path) -> None:
    refusal = f"kept up already, by process {os.getpid()}: Ctrl-C"
    with pytest.raises(CommandError, match=refusal), Keeper("dev", file):
        pass
    keeper.open(_deploy)
    assert _ask(file)[0] == 0


def test_the_file_goes_with_the_process(file: Path) -> None:
    with Keeper("dev", file):
        assert file.exists()
    assert not list(file.parent.iterdir())


@pytest.mark.parametrize("text", [None, "", "[]", '{"port": 1}', '{"port": 1'])
def test_where_none_is_kept_it_is_said_what_to_type(
    text: str | None, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    file.parent.mkdir(parents=True)
    if text is not None:
        file.write_text(text)
    monkeypatch.setattr("dev.local.kept_file", lambda _suffix: file)
    assert run_local_deploy("dev", "v2") == 1
    assert "`make local KEEP=1 SUFFIX=dev` makes one" in capsys.readouterr().out


def test_what_a_killed_process_left_behind_leads_nowhere(file: Path) -> None:
    file.parent.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    file.write_text(json.dumps({"port": port, "token": "a", "process": os.getpid()}))
    with pytest.raises(CommandError, match="No environment dev is kept up"):
        _ask(file)
    with Keeper("dev", file) as keeper:
        keeper.open(_deploy)
        assert _ask(file)[0] == 0


@pytest.mark.parametrize(
    "answer", [b"", b'{"line": "half', b"HTTP/1.1 400 Bad Request\r\n", b"{}\n"]
)
def test_a_process_that_ends_meanwhile_is_told(answer: bytes, file: Path) -> None:
    file.parent.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        place = {"port": listener.getsockname()[1], "token": "a", "process": 1}
        file.write_text(json.dumps(place))

        def die() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(answer)

        dying = threading.Thread(target=die)
        dying.start()
        with pytest.raises(CommandError, match="The process that kept environment dev has ended"):
            _ask(file)
        dying.join()
