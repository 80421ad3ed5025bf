"""Where processes listen, by what Linux tells."""

import os
import socket
from pathlib import Path

import pytest

from emulator.data_plane.tasks import listeners
from tests.unit.emulator.data_plane.tasks.small_world import ON_LINUX

pytestmark = pytest.mark.skipif(not ON_LINUX, reason="only Linux tells where processes listen")


@pytest.mark.parametrize(
    ("family", "host"),
    [
        (socket.AF_INET, "127.0.0.9"),
        (socket.AF_INET6, "::1"),
        (socket.AF_INET6, "::ffff:127.0.0.9"),
    ],
)
def test_what_this_process_listens_on_is_found(family: int, host: str) -> None:
    told = host.removeprefix("::ffff:")
    before = listeners.listeners_of({os.getpid()})
    with socket.socket(family) as server:
        server.bind((host, 0))
        port = server.getsockname()[1]
        # It is bound, and does not listen.
        assert not listeners.listens(told, port)
        server.listen()
        assert listeners.listens(told, port)
        assert listeners.listeners_of({os.getpid()}) - before == {(told, port)}
        assert not listeners.listeners_of({os.getppid()}) & {(told, port)}
    assert not listeners.listens(told, port)


def test_where_nobody_tells_it_is_tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(listeners, "_TABLES", (str(tmp_path / "tcp"),))
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert listeners.listens("127.0.0.1", port)
        assert listeners.listeners_of({os.getpid()}) == set()
    assert not listeners.listens("127.0.0.1", port)


def test_a_process_that_has_ended_listens_on_nothing() -> None:
    assert listeners.listeners_of({2**22 + 1}) == set()
