"""The program's entry point: one environment in AWS, as the stack's configuration asks for it."""

import sys
from pathlib import Path

# With `main: tap.py` the language host leaves the project's folder off the import path, so that
# `lib` would only be found by those who set PYTHONPATH.
sys.path.insert(0, str(Path(__file__).resolve().parent))

# pylint: disable=wrong-import-position
import pulumi

from lib.settings.errors import SettingsError
from lib.settings.read import given_settings, read_arguments
from lib.settings.source import Inputs
from lib.tap_stack import TapStack


def main() -> None:
    """Make the environment and export its outputs; wrong settings end it with their problems."""
    inputs = Inputs()
    try:
        stack = TapStack("tap", read_arguments(inputs))
    except SettingsError as error:
        problems = "\n".join(f"  - {problem}" for problem in error.problems)
        raise pulumi.RunError(f"The settings can't be used:\n{problems}") from None
    for name, value in stack.outputs.items():
        pulumi.export(name, value)
    pulumi.export("settings", given_settings(inputs))


main()
