"""What a kept environment says to try: each a line that a shell takes."""

import ast
import io
import shlex
import shutil
import subprocess
from typing import Any

import pytest
from rich.console import Console

from dev.life import Life, Place
from dev.what_to_try import NOT_REPRODUCED, tell_what_to_try
from emulator.server.server import Server

_DATABASE = {"name": "a", "address": "127.77.0.1", "port": 5432, "version": "15.10", "failure": ""}


class _Emulation:
    """An emulated AWS whose load balancer answers on a port, with a database."""

    def __init__(self, port: int, failure: str = "") -> None:
        self._port = port
        self._failure = failure

    def url(self) -> str:
        """Return where it answers."""
        return f"http://127.0.0.1:{self._port}"

    def databases(self) -> list[dict[str, Any]]:
        """Return the database."""
        return [{**_DATABASE, "failure": self._failure}]


def _told(server: Server, emulation: Any) -> list[str]:
    output = io.StringIO()
    console = Console(file=output, width=500, highlight=False, markup=False)
    life = Life(console, "pr7", Place.at(server.environment()), "v1")
    tell_what_to_try(console, life, emulation)
    return output.getvalue().splitlines()


@pytest.mark.parametrize("tools", [("aws", "psql"), ()])
def test_each_line_can_be_pasted(
    server: Server, monkeypatch: pytest.MonkeyPatch, tools: tuple[str, ...]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name if name in tools else None)
    lines = [line.strip() for line in _told(server, _Emulation(8080))]
    pasted = [lines[number + 1] for number, line in enumerate(lines[:-1]) if line.endswith(":")]
    (python, make) = ([line for line in pasted if each in line] for each in (" -c '", "make "))
    assert subprocess.run(("sh", "-nc", "\n".join(pasted)), check=False).returncode == 0
    assert [line for line in pasted if line.startswith("curl http://127.0.0.1:8080/")]
    assert make == [f"make local-deploy IMAGE={tag} SUFFIX=pr7" for tag in ("v2", "broken")]
    assert len(python) == (1 if tools else 3)
    for line in python:
        for part in line.split(" -c '")[1:]:
            ast.parse(shlex.split("'" + part.rpartition("'")[0] + "'")[0])
    assert any(
        line.startswith("PGPASSWORD=") and "host=127.77.0.1 port=5432" in line for line in pasted
    )
    assert "password" not in " ".join(each for each in pasted if "SecretId" not in each)


def test_what_is_not_as_it_should_be_is_told(server: Server) -> None:
    lines = _told(server, _Emulation(43210, "port 5432 of 127.0.0.1 is taken"))
    assert "Port 8080 is taken by something else." in lines
    assert not [line for line in lines if "PGPASSWORD" in line]
    for each in NOT_REPRODUCED:
        assert f"  {each}" in lines
