"""The commands around the emulated AWS: `python -m dev local`, or `make local`."""

from importlib import import_module

from dev.stopping import STOPPER

# Before all else is loaded, so that Ctrl-C ends a command cleanly from its first moment.
STOPPER.listen()
import_module("dev.app").app(prog_name="python -m dev")
