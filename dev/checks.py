"""The integration tests of `make local`: loaded while an environment is made, run when it is there.

`python -m dev.checks` waits for a line with environment variables, as JSON, that lead to it; where
there is none until the standard input ends, nothing is run.
"""

import json
import os
from types import SimpleNamespace
from typing import TextIO

import pytest

from dev.stopping import STOPPER

_ARGUMENTS = ["tests/integration", "--quiet", "--no-header", "-rfE"]


def _wait_for_the_environment(source: TextIO) -> None:
    """Take over the variables, or end."""
    line = source.readline()
    if not line:
        os._exit(0)
    os.environ.update(json.loads(line))


if __name__ == "__main__":
    # It has no use for any, and each takes a while to load.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    # pytest takes the standard input away from the tests.
    with os.fdopen(os.dup(0), encoding="utf-8") as lines:
        waiting = SimpleNamespace(
            pytest_collection_finish=lambda: _wait_for_the_environment(lines),
        )
        STOPPER.leave(pytest.main(_ARGUMENTS, plugins=[waiting]))
