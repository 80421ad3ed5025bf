"""What all tests share: a shell that decides nothing, and a collector that leaves the SDK alone."""

import gc
import os

# What a developer's shell may have for other programs. `make test` drops all but a short list; the
# account, and the environment to look at, are the integration tests' own affair.
_OTHERS = ("GIT_", "MOTO_", "PIP_", "PYTHON")
_SCREEN = ("COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
for _name in [name for name in os.environ if name.startswith(_OTHERS) or name in _SCREEN]:
    del os.environ[_name]

# Pulumi's modules leave a million objects behind: a collector that looks at them after every few
# hundred new ones takes a third of an evaluation's time.
gc.set_threshold(50_000, 20, 20)
