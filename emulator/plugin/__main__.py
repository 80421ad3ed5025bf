"""The plugin's entry point: the engine starts this folder with its own address as argument."""

import sys
from pathlib import Path

# The engine starts the folder from anywhere; the project's packages stand two folders above it.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

# pylint: disable=wrong-import-position
from emulator.provider.process import main

main()
