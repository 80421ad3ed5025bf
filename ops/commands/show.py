"""`show`: what an environment is; without a suffix, which environments there are."""

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime

import typer
from pydantic import BaseModel

from ops.account import find_account
from ops.clients import Clients
from ops.commands.options import Json, RegionName, StackName, Suffix, folder_of
from ops.region import region_to_look_in
from ops.show.account import look_at_account
from ops.show.look import look_at
from ops.show.view import Place, account_lines, environment_lines
from ops.target import LookRequest, find_target


def show(request: LookRequest) -> int:
    """Print what an environment is; return the exit code.

    Raises SettingsError for what can't be asked so, CommandError where the credentials can't be
    used.
    """
    target = find_target(request)
    shown = look_at(target, shutil.which)
    place = Place(target.region, target.account)
    _print(shown, environment_lines(shown, place, datetime.now(UTC)), request.json)
    return shown.exit_code


def show_all(region_name: str, json: bool) -> int:
    """Print which environments there are in the account's region; return the exit code.

    Raises as `show` does.
    """
    region = region_to_look_in(region_name)
    account = find_account({}, region)
    shown = look_at_account(account, region, account.clients or Clients(region))
    _print(shown, account_lines(shown, Place(region, account), datetime.now(UTC)), json)
    return shown.exit_code


def _print(shown: BaseModel, lines: Iterable[str], json: bool) -> None:
    print(shown.model_dump_json(indent=2) if json else "\n".join(lines))


def command(
    context: typer.Context,
    suffix: Suffix = "",
    region: RegionName = "",
    stack: StackName = "",
    json: Json = False,
) -> None:
    """Show an environment; without a suffix, list all of the account's region."""
    if not suffix:
        raise typer.Exit(show_all(region, json))
    request = LookRequest("show", suffix, region, stack, json, folder=folder_of(context))
    raise typer.Exit(show(request))
