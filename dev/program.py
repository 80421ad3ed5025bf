"""The program of this tree, to be run in the emulator."""

from pathlib import Path

from emulator.program.evaluate import Program, file_program

TAP = Path(__file__).resolve().parents[1] / "tap.py"


def tap_program(path: Path = TAP) -> Program:
    """Return a program that runs tap.py, or another file, anew each time."""
    return file_program(path)
