"""The words for a port in use."""

import os
import socket
from pathlib import Path

import pytest

from emulator.data_plane.postgres.port_holder import taken

# As Linux writes them: the port in network order, the address as the machine has it in memory.
HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout"
ROW = "   0: {} 00000000:0000 {} 00000000:00000000 00:00000000 00000000 {} 0 {} 1 0"
LISTENS, ESTABLISHED = "0A", "01"
UNKNOWN = 4_000_000


def _proc(folder: Path, *rows: str, name: str = "tcp") -> Path:
    (folder / "net").mkdir(exist_ok=True)
    (folder / "net" / name).write_text("\n".join((HEAD, *rows, "")), encoding="ascii")
    (folder / "42" / "fd").mkdir(parents=True, exist_ok=True)
    (folder / "42" / "comm").write_text("postgres\n", encoding="utf-8")
    (folder / "42" / "fd" / "3").unlink(missing_ok=True)
    (folder / "42" / "fd" / "3").symlink_to("socket:[77]")
    return folder


@pytest.mark.parametrize(
    ("name", "row", "said"),
    [
        ("tcp", ("0100007F:1538", LISTENS, 0, 77), " by postgres (process 42)"),
        ("tcp", ("00000000:1538", LISTENS, 0, 77), " by postgres (process 42)"),
        ("tcp6", (f"{'0' * 32}:1538", LISTENS, 0, 77), " by postgres (process 42)"),
        ("tcp", ("0100007F:1538", LISTENS, 0, 78), " by a process of the user root"),
        ("tcp", ("0100007F:1538", LISTENS, UNKNOWN, 78), f" by a process of the user {UNKNOWN}"),
        ("tcp", ("0100007F:1538", ESTABLISHED, 0, 77), ""),
        ("tcp", ("0100007F:1539", LISTENS, 0, 77), ""),
        ("tcp", ("0200007F:1538", LISTENS, 0, 77), ""),
    ],
)
def test_who_has_it(tmp_path: Path, name: str, row: tuple, said: str) -> None:
    """5432 is 1538 in hexadecimal."""
    proc = _proc(tmp_path, ROW.format(*row), name=name)
    assert taken("127.0.0.1", 5432, proc) == f"port 5432 of 127.0.0.1 is taken{said}"


def test_without_such_tables_it_is_unknown(tmp_path: Path) -> None:
    assert taken("127.0.0.1", 5432, tmp_path) == "port 5432 of 127.0.0.1 is taken"


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="Linux alone says who listens")
def test_it_is_this_process() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        said = taken("127.0.0.1", server.getsockname()[1])
    assert said.endswith(f"(process {os.getpid()})")
