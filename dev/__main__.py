"""The commands around the emulated AWS: `python -m dev local`, or `make local`."""

import gc
from importlib import import_module

from dev.stopping import STOPPER

# Before all else is loaded, so that Ctrl-C ends a command cleanly from its first moment.
STOPPER.listen()
# Pulumi's modules leave a million objects behind: a collector that looks at them after every few
# hundred new ones takes a third of an evaluation's time.
gc.set_threshold(50_000, 20, 20)
import_module("dev.app").app(prog_name="python -m dev")
