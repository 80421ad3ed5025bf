"""What all tests share: a shell that decides nothing, and what makes them quick.

The collector leaves the SDK alone, and botocore's models are read once in a process.
"""

import gc
import os
import signal
from functools import cache

import botocore.session

# What a developer's shell may have for other programs. `make test` drops all but a short list; the
# account, and the environment to look at, are the integration tests' own affair.
_OTHERS = ("GIT_", "MOTO_", "PIP_", "PYTHON")
_SCREEN = ("COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
for _name in [name for name in os.environ if name.startswith(_OTHERS) or name in _SCREEN]:
    del os.environ[_name]

# Pulumi's modules leave a million objects behind: a collector that looks at them after every few
# hundred new ones takes a third of an evaluation's time.
gc.set_threshold(50_000, 20, 20)

# Each session of boto3's would read the models of its services anew: half a second a command.
botocore.session.create_loader = cache(botocore.session.create_loader)


def pytest_sessionfinish() -> None:
    """Let nothing interrupt a process of pytest-xdist that has run its tests.

    execnet sends one SIGINT that takes more than five seconds to end, and a busy machine may spend
    those in the last garbage collection, where KeyboardInterrupt is but a warning without a cause.
    """
    if os.environ.get("PYTEST_XDIST_WORKER"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
