"""The commands of an operator: `python -m ops up --suffix dev`, or `make up SUFFIX=dev`."""

from ops.app import app

app(prog_name="python -m ops")
