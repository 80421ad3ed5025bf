"""The commands of an operator: `python -m ops up --suffix dev`, or `make up SUFFIX=dev`."""

import sys
from importlib import import_module

try:
    # It takes a second to load, in which somebody may think better of it.
    import_module("ops.app").app(prog_name="python -m ops")
except KeyboardInterrupt:
    print("Interrupted.", file=sys.stderr)
    sys.exit(130)
