"""Runs the command that the arguments name."""

import sys

from emulator.program.command import main

sys.exit(main())
