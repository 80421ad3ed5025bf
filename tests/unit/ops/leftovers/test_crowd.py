"""An account of thousands: right answers, and no more calls for one environment than without."""

import json
import re
from typing import Any

from typer.testing import CliRunner

from dev.crowd import Crowd
from dev.program import tap_program
from emulator.program.deployment import Deployment
from emulator.server.server import Server
from ops.app import app
from tests.support.keeping import keep


def _run(server: Server, *arguments: str) -> tuple[int, int, Any]:
    """Return the exit code of a command, how many calls it made, and what it printed as JSON."""
    names = ("SUFFIX", "REGION", "STACK", "WAIT", "REMOVE", "YES", "SNAPSHOTS", "NOWAIT")
    before = len(server.calls)
    done = CliRunner().invoke(app, [*arguments, "--json"], env=dict.fromkeys(names, ""))
    assert not done.stderr
    return done.exit_code, len(server.calls) - before, json.loads(done.stdout)


def test_crowd_changes_neither_answers_nor_calls(server: Server) -> None:
    """`pr1` has neighbours from `pr10` to `pr200`, and `1-pr7` ends as `pr7` does."""
    bring_back = keep()
    Deployment(server.aws()).up(tap_program(), stack="1-pr7")
    commands = (("show", "--suffix", "1-pr7"), ("leftovers", "--suffix", "1-pr7"))
    alone = [_run(server, *command) for command in commands]
    assert [len(each["parts" if "parts" in each else "left"]) for *_, each in alone] == [52, 52]
    Crowd(server.account, server.region).fill(200, 3000)
    crowded = [_run(server, *command) for command in commands]
    assert [calls for _, calls, _ in crowded] == [calls for _, calls, _ in alone]
    assert [told for *_, told in crowded] == [told for *_, told in alone]
    code, calls, told = _run(server, "leftovers", "--suffix", "pr1")
    names = {each["name"] for each in told["left"]}
    assert (code, len(names), calls <= alone[1][1]) == (1, 22, True)
    others = [name for name in names if not re.search(r"-pr1(?![0-9])", name)]
    assert not [name for name in others if not name.startswith("sgr-")]
    code, _, told = _run(server, "show")
    suffixes = {each["environment"] for each in told["environments"]}
    assert (code, suffixes) == (0, {"1-pr7", *(f"pr{number}" for number in range(1, 201))})
    bring_back()
