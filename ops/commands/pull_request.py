"""`pull-request`: what the workflows of pull requests ask and say, each by hand as well."""

import os
import re
import shlex
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from lib.region import read_region
from lib.settings.errors import SettingsError
from lib.settings.expiry import read_expiry
from ops.commands.options import Suffix, folder_of
from ops.pull_request.comment import Known, Outcome, Preview, comment_text, marker
from ops.pull_request.github import GitHub
from ops.pull_request.image import commit_image
from ops.pull_request.reports import read_reports
from ops.request import split_arguments
from ops.target import LookRequest, find_target

LABEL = "preview"

DAYS = "3"

_DAYS = re.compile("[1-9][0-9]?")
_OUTPUTS = "GITHUB_OUTPUT"

Number = Annotated[int, typer.Option(envvar="NUMBER", min=1, help="The pull request.")]
Head = Annotated[str, typer.Option(envvar="HEAD", help="The commit that it is about.")]

app = typer.Typer(
    help="What the workflows of pull requests ask and say.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def tell(outputs: Mapping[str, str]) -> None:
    """Print outputs, each as name=value, and hand them to the steps that follow in a workflow."""
    lines = "".join(f"{name}={value}\n" for name, value in outputs.items())
    print(lines, end="", flush=True)
    if path := os.environ.get(_OUTPUTS):
        with open(path, "a", encoding="utf-8") as file:
            file.write(lines)


@app.command()
def wanted(number: Number, head: Head = "") -> None:
    """Tell whether the pull request is to have an environment, of this commit where one is named.

    Asked of GitHub: what a run was started with may be long past.
    """
    reasons = GitHub(os.environ).pull_request(number).reasons_against(LABEL, head)
    if reasons:
        print(f"Pull request {number} gets no environment by this run: {'; '.join(reasons)}.")
    tell({"wanted": "false" if reasons else "true"})


@app.command()
def settings(
    head: Head,
    dockerfile: Annotated[
        str, typer.Option(envvar="DOCKERFILE", help="What the image is built from, if any.")
    ] = "",
    more: Annotated[
        str, typer.Option(envvar="PREVIEW_SETTINGS", help="More for ARGS, quoted as in a shell.")
    ] = "",
    days: Annotated[
        str, typer.Option(envvar="PREVIEW_DAYS", help="How long it stays without a push.")
    ] = "",
) -> None:
    """Tell the region, when the environment of a commit expires, and with which ARGS it is made."""
    expires = _expiry(days or DAYS)
    given = {"image": head} if dockerfile else {}
    arguments = split_arguments(more)
    for key, value in {**given, "expires": expires}.items():
        arguments += ["--config", f"tap:{key}={value}"]
    tell({"region": read_region(), "expires": expires, "arguments": shlex.join(arguments)})


def _expiry(days: str) -> str:
    if not _DAYS.fullmatch(days):
        raise SettingsError([f"PREVIEW_DAYS is {days!r}; allowed: 1 to 99"])
    return f"{datetime.now(UTC) + timedelta(days=int(days)):%Y-%m-%dT%H:%M:%SZ}"


@app.command()
def image(context: typer.Context, head: Head, suffix: Suffix = "") -> None:
    """Tell the whole name of a commit's image, and whether it has still to be built."""
    target = find_target(LookRequest("pull-request image", suffix, folder=folder_of(context)))
    found = commit_image(target.environment, head)
    tell({"name": found.name, "build": "false" if found.is_there else "true"})


@app.command()
def comment(
    number: Number,
    outcome: Annotated[Outcome, typer.Option(envvar="OUTCOME", help="What came of the run.")],
    reports: Annotated[
        Path | None,
        typer.Option(envvar="REPORTS", help="The folder with what other commands told."),
    ] = None,
    run: Annotated[str, typer.Option(envvar="RUN", help="The address of the run.")] = "",
    expires: Annotated[
        str, typer.Option(envvar="EXPIRES", help="When it expires, as tap:expires has it.")
    ] = "",
) -> None:
    """Write the pull request's one comment, or write it anew."""
    renewed = read_expiry(expires) if outcome == "up" else None
    known = read_reports(reports) if reports else Known()
    preview = Preview(f"pr{number}", outcome, LABEL, run, renewed, known)
    text = comment_text(preview)
    is_new = GitHub(os.environ).comment(number, marker(preview.suffix), text)
    print(f"{'Wrote' if is_new else 'Renewed'} the comment on pull request {number}:\n\n{text}")
