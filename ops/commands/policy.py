"""`policy`: the least that IAM has to allow, as policies to attach to a role."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ops.commands.options import RegionName
from ops.errors import CommandError
from ops.policy.calls import Calls, read_calls
from ops.policy.documents import MOST, Document, documents
from ops.policy.scope import PolicyScope, read_scope
from ops.region import region_to_look_in


class Who(StrEnum):
    """Whom a policy is for; `boundary` is what the environment's own roles may do at most."""

    DEPLOYER = "deployer"
    READER = "reader"
    TESTS = "tests"
    BOUNDARY = "boundary"


Suffixes = Annotated[
    str,
    typer.Option(
        "--suffixes",
        help="Which environments: preview (those of pull requests), or suffixes with commas "
        "between. All of them, if not given.",
    ),
]
AccountNumber = Annotated[str, typer.Option("--account", help="The number of the account.")]
Bounded = Annotated[
    bool,
    typer.Option(
        "--boundary",
        help="Have roles made with the permissions boundary of docs/bootstrap.md alone; a "
        "preview's always are.",
    ),
]
RolePath = Annotated[str, typer.Option("--role-path", help="What tap:rolePath is set to.")]
Into = Annotated[
    Path | None,
    typer.Option("--into", help="A folder for the policies, one file each, instead of the screen."),
]


def policy(  # pylint: disable=too-many-arguments,too-many-positional-arguments # as many options
    who: Who,
    suffixes: Suffixes = "",
    region: RegionName = "",
    account: AccountNumber = "",
    boundary: Bounded = False,
    role_path: RolePath = "/",
    into: Into = None,
) -> None:
    """Print the least policy; where one does not hold it, a list of policies for the same role.

    Raises SettingsError for what can't be meant.
    """
    name = region_to_look_in(region).name
    found = policies(who, read_scope(suffixes, name, account, boundary, role_path))
    if into is None:
        typer.echo(json.dumps(found[0] if len(found) == 1 else found, indent=2))
        return
    into.mkdir(parents=True, exist_ok=True)
    for number, each in enumerate(found, 1):
        path = into / f"{who.value}-{number}.json"
        path.write_text(json.dumps(each, separators=(",", ":")) + "\n", encoding="utf-8")
        typer.echo(path)


def policies(who: Who, scope: PolicyScope) -> list[Document]:
    """Return the policies that somebody needs for a scope.

    Raises CommandError where they are more than a role can have, or a boundary does not fit.
    """
    found = documents(scope, _actions(who, read_calls()))
    most = 1 if who is Who.BOUNDARY else MOST
    if len(found) > most:
        raise CommandError(
            f"The policies for these suffixes are {len(found)}; IAM takes {most} at most. Name "
            "fewer suffixes."
        )
    return found


def _actions(who: Who, calls: Calls) -> frozenset[str]:
    return {
        Who.DEPLOYER: calls.of_deployer,
        Who.READER: calls.of_reader,
        Who.TESTS: calls.of_tests,
        Who.BOUNDARY: calls.of_roles,
    }[who]()
