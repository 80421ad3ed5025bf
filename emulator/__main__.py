"""The commands around the emulated AWS: `python -m emulator local`, or `make local`."""

from importlib import import_module

from emulator.stopping import STOPPER

# Before all else is loaded, so that Ctrl-C ends a command cleanly from its first moment.
STOPPER.listen()
import_module("emulator.commands").app(prog_name="python -m emulator")
