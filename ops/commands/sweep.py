"""`sweep`: removes the environments of pull requests that are closed, and those that expired."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated

import typer

from lib.settings.errors import SettingsError
from lib.tags import clean_value
from ops import git
from ops.account import find_account
from ops.clients import Clients
from ops.commands.options import Json, RegionName, folder_of
from ops.pulumi_cli import ROOT
from ops.region import region_to_look_in
from ops.report import FINDINGS, UNSEEN, WELL
from ops.request import flag
from ops.sweep.backend import Backend
from ops.sweep.model import Candidate, SweepReport
from ops.sweep.pull_requests import GivenPullRequests, PullRequests, github_of
from ops.sweep.removal import Remover
from ops.sweep.sweeping import Sweep
from ops.sweep.view import outcome_lines, report_lines
from ops.waiting import Wait, no_wait


@dataclass(frozen=True)
class SweepRequest:
    """What an operator asks of `sweep`.

    `open` is the text of `--open`, None to ask GitHub; `repository` is whose environments are
    swept, else that of the remote `origin`. Without `yes` nothing is removed.
    """

    open: str | None = None
    yes: bool = False
    json: bool = False
    region: str = ""
    repository: str = ""
    nowait: bool = False
    folder: Path = ROOT

    @cached_property
    def owner(self) -> str:
        """The repository as the tag says it; raises SettingsError where it is not known."""
        name = self.repository or git.repository(self.folder)
        if not name:
            raise SettingsError(["REPOSITORY is missing; say whose environments: HOST/OWNER/NAME"])
        return clean_value(name)

    @cached_property
    def pull_requests(self) -> PullRequests:
        """Which pull requests are open; raises SettingsError for what can't be meant."""
        if self.open is not None:
            return GivenPullRequests.read(self.open)
        return github_of(self.owner, os.environ)


def sweep(request: SweepRequest, wait: Wait) -> int:
    """Print which environments are to go and, with `yes`, remove them; return the exit code.

    `wait` lets seconds pass. Raises SettingsError for what can't be meant, CommandError where the
    Pulumi CLI, its backend or the credentials can't be used.
    """
    work = _prepare(request, wait)
    rules, candidates = work.look()
    report = _report(request, work, rules.open, candidates)
    if not request.json:
        where = (
            f"account {work.account.number}, region {work.clients.region}, backend {work.backend}"
        )
        print("\n".join(report_lines(report, where)), flush=True)
    if request.yes:
        candidates = [
            _removed(request, each, lambda each: work.remove(each, rules)) if each.goes else each
            for each in candidates
        ]
        report = _report(request, work, rules.open, candidates)
    print(report.model_dump_json(indent=2) if request.json else report.verdict)
    return report.exit_code


def _prepare(request: SweepRequest, wait: Wait) -> Sweep:
    region = region_to_look_in(request.region)
    owner, pull_requests = request.owner, request.pull_requests
    account = find_account({}, region)
    clients = account.clients or Clients(region)
    backend = Backend(request.folder, region.name)
    remover = Remover(backend.cli, request.folder, clients, wait, owner, request.nowait)
    return Sweep(owner, pull_requests, account, backend, remover)


def _removed(
    request: SweepRequest, candidate: Candidate, remove: Callable[[Candidate], Candidate]
) -> Candidate:
    print(f"\n== {candidate.environment}", flush=True, file=_stream(request))
    with _standard_output_elsewhere(request.json):
        ended = remove(candidate)
    print("\n".join(outcome_lines(ended)), flush=True, file=_stream(request))
    return ended


def _stream(request: SweepRequest) -> object:
    return sys.stderr if request.json else sys.stdout


@contextmanager
def _standard_output_elsewhere(is_elsewhere: bool) -> Iterator[None]:
    """Have what this process and the CLI print go to standard error, where JSON is to be alone."""
    if not is_elsewhere:
        yield
        return
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        os.dup2(2, 1)
        with redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _report(
    request: SweepRequest, work: Sweep, numbers: frozenset[int] | None, found: list[Candidate]
) -> SweepReport:
    verdict, code = _verdict(found, request.yes, len(work.unseen))
    return SweepReport(
        region=work.clients.region.name,
        account=work.account.number,
        repository=work.owner,
        open=None if numbers is None else tuple(sorted(numbers)),
        open_from=work.pull_requests.source,
        verdict=verdict,
        exit_code=code,
        environments=tuple(found),
        unseen=tuple(work.unseen),
    )


def _verdict(found: list[Candidate], is_done: bool, missed: int) -> tuple[str, int]:
    outcomes = [each.outcome for each in found]
    removed, failed = outcomes.count("removed"), outcomes.count("failed")
    going = [] if is_done else [each for each in found if each.goes]
    parts = []
    if going:
        costs = sum(each.usd_a_day or 0 for each in going)
        parts.append(f"{_count(len(going))} to go, {costs:.2f} USD a day; --yes removes")
    if removed:
        parts.append(f"{_count(removed)} removed")
    if failed:
        parts.append(f"{_count(failed)} could not be removed")
    if missed:
        parts.append(f"{missed} could not be looked at")
    text = "; ".join(parts or ["nothing is to go"])
    code = FINDINGS if failed or going else UNSEEN if missed else WELL
    return text[0].upper() + text[1:] + ".", code


def _count(number: int) -> str:
    return f"{number} environment{'s' * (number != 1)}"


# One option each.
def command(  # pylint: disable=too-many-arguments,too-many-positional-arguments
    context: typer.Context,
    open_numbers: Annotated[
        str | None,
        typer.Option("--open", help="The open pull requests, such as 12,15, or none; else GitHub."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", envvar="YES", help="Remove what is to go.")] = False,
    region: RegionName = "",
    repository: Annotated[
        str,
        typer.Option(envvar="REPOSITORY", help="Whose environments, if not the remote origin's."),
    ] = "",
    json: Json = False,
) -> None:
    """Remove the environments of closed pull requests, and those that expired."""
    request = SweepRequest(
        # An empty one is no less given: whoever made it by a command that failed is to know.
        os.environ.get("OPEN") if open_numbers is None else open_numbers,
        yes,
        json,
        region,
        repository,
        flag("NOWAIT", os.environ.get("NOWAIT", "")),
        folder_of(context),
    )
    raise typer.Exit(sweep(request, no_wait if request.nowait else time.sleep))
