"""The program of this tree, run in the emulator: the one place that brings the two together."""

from pathlib import Path
from typing import Any

from dev.isolation import OWN_VARIABLES
from emulator.program.evaluate import FileProgram, Outcome, Program, attempt
from emulator.program.graph import Graph
from emulator.program.mocks import AwsMocks
from lib.region import read_region

TAP = Path(__file__).resolve().parents[1] / "tap.py"


def tap_program(path: Path = TAP) -> Program:
    """Return a program that runs tap.py, or another file, anew each time."""
    return FileProgram(path)


def attempt_tap(**conditions: Any) -> Outcome:
    """Run tap.py under mocks in the region of lib/AWS_REGION; see `emulator.program.evaluate`."""
    if "mocks" not in conditions:
        conditions["mocks"] = AwsMocks(region=read_region())
    return attempt(tap_program(), hides=OWN_VARIABLES, **conditions)


def evaluate_tap(**conditions: Any) -> Graph:
    """Return the graph of tap.py, as `attempt_tap` gives it; raises what the program raises."""
    return attempt_tap(**conditions).result()
