"""The command `python -m emulator.program graph FILE`: a program's whole graph, printed as JSON.

Nothing is made, and no AWS is asked: AwsMocks answer. So a tool that must not load Pulumi has the
graph from a process of its own.
"""

import argparse
import contextlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pulumi

from emulator.program.evaluate import FileProgram, attempt
from emulator.program.graph import Graph, Resource
from emulator.program.mocks import AwsMocks

# What stands in the place of a secret, as in Pulumi's own output.
MASK = "[secret]"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the graph that the arguments (those of the process if None) ask for.

    Returns the exit code: 1 where the program ends itself by RunError, whose words alone are then
    printed on stderr. What the program prints goes there, too. Raises whatever else it raises.
    """
    given = _parser().parse_args(arguments)
    with contextlib.redirect_stdout(sys.stderr):
        outcome = attempt(
            FileProgram(given.file.resolve()),
            AwsMocks(region=given.region),
            stack=given.stack,
            config=dict(given.config),
            preview=given.preview,
        )
    if isinstance(outcome.error, pulumi.RunError):
        print(outcome.error, file=sys.stderr)
        return 1
    print(json.dumps(plain_graph(outcome.result()), indent=1, ensure_ascii=False))
    return 0


def plain_graph(graph: Graph) -> dict[str, Any]:
    """Return a graph as JSON has it, with a mask where it has a secret.

    Outputs are left out: they are the mocks', and no part of the program.
    """
    return {
        "version": 1,
        "resources": [_plain_resource(resource) for resource in graph.resources],
        "exports": _masked(graph.exports, graph.secret_exports),
        "lookups": [
            {"token": lookup.token, "args": lookup.args, "provider": lookup.provider}
            for lookup in graph.lookups
        ],
        "warnings": list(graph.warnings),
    }


def _plain_resource(resource: Resource) -> dict[str, Any]:
    options = resource.options
    return {
        "urn": resource.urn,
        "type": resource.type,
        "name": resource.name,
        "custom": resource.custom,
        "parent": resource.parent,
        "provider": resource.provider,
        "inputs": _masked(resource.inputs, resource.secret_inputs),
        "dependencies": sorted(resource.dependencies),
        "propertyDependencies": {
            key: sorted(urns) for key, urns in resource.property_dependencies.items() if urns
        },
        "protect": options.protect,
        "ignoreChanges": list(options.ignore_changes),
    }


def _masked(values: Mapping[str, Any], secret: Iterable[str]) -> dict[str, Any]:
    return {**values, **dict.fromkeys(secret, MASK)}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m emulator.program", description=__doc__, allow_abbrev=False
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    graph = commands.add_parser("graph", help="print a program's graph as JSON")
    graph.add_argument("file", type=Path, help="the program, in the folder of its Pulumi.yaml")
    graph.add_argument("--stack", default="dev", help="the stack that it is run for")
    graph.add_argument("--region", default="us-east-1", help="the region that look-ups answer with")
    graph.add_argument(
        "--config",
        action="append",
        default=[],
        type=_pair,
        metavar="PROJECT:KEY=VALUE",
        help="one key of the stack's configuration; may be given again",
    )
    graph.add_argument("--preview", action="store_true", help="as in `pulumi preview`")
    return parser


def _pair(text: str) -> tuple[str, str]:
    key, separator, value = text.partition("=")
    if not (separator and ":" in key):
        raise argparse.ArgumentTypeError(f"{text!r} is not PROJECT:KEY=VALUE")
    return key, value
