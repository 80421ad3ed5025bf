"""`preview` and `up`: the Pulumi CLI at work on one environment's stack, after a look at both."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from lib.settings.errors import SettingsError
from ops.account import Account
from ops.asked import forgotten, forgotten_words
from ops.commands.around import look_after, look_before
from ops.database import Change, Instances
from ops.inventory.environment import LANDMARKS, Environment
from ops.job import PASSPHRASE, Job, command_variables, confirm, prepare
from ops.living import fixed_problems, version_problems
from ops.pulumi_cli import ROOT, PulumiCli
from ops.request import Request, short_name
from ops.throwaway import throwaway_project
from ops.waiting import Wait


def preview(request: Request, wait: Wait, folder: Path = ROOT) -> int:
    """Show what `up` would change; return the exit code of the CLI.

    Of an environment that has no stack, it leaves nothing behind. Raises SettingsError for settings
    that the program would refuse, CommandError where the CLI or AWS can't be asked.
    """
    job = prepare(request, folder)
    job.settings()
    account = job.find_account()
    for words in _refusals(job, account):
        print(f"\n`make up` would refuse: {words}", file=sys.stderr)
    for change in _changes_in_turn(job, account, wait):
        print(f"`make up` would begin with: {change.words}", file=sys.stderr)
    if outage := _service_outage(job, account):
        print(f"`make up` would mean: {outage}", file=sys.stderr)
    if job.stack.state is None:
        return _preview_new(job, folder)
    return job.cli.run("preview", "--stack", job.stack.name, *request.arguments)


def _preview_new(job: Job, folder: Path) -> int:
    request, name = job.request, short_name(job.stack.name)
    with throwaway_project(folder, request.config_file or job.stack.file) as (place, variables):
        kept = {key: text for key, text in os.environ.items() if key not in PASSPHRASE}
        given = command_variables(request, {**kept, **variables}, folder)
        cli = PulumiCli(place, given)
        cli.must("stack", "init", name, "--no-select", "--secrets-provider", "passphrase")
        return cli.run("preview", "--stack", name, *request.arguments)


def up(request: Request, wait: Wait, folder: Path = ROOT) -> int:
    """Make or change an environment, and say whether it came up; return the exit code.

    That is the CLI's where it failed, and 1 where what runs is not what was asked for: of a
    deployment that was rolled back, the engine may not know.

    `wait` lets seconds pass. Raises SettingsError for settings that the program would refuse, that
    were forgotten, or that the environment can't get; CommandError where the CLI or AWS can't be
    asked.
    """
    job = prepare(request, folder)
    job.settings()
    account = job.find_account()
    if refusals := list(_refusals(job, account)):
        raise SettingsError(refusals)
    if not request.nodoctor:
        look_before(job, account)
    if outage := _service_outage(job, account):
        print(outage, flush=True)
    if changes := _changes_in_turn(job, account, wait):
        heading = "So that the database goes on answering, one after the other, before the rest:"
        confirm(request, heading, [change.words for change in changes])
    if job.stack.state is None:
        _make_stack(job)
    for change in changes:
        print(f"{change.words} …", flush=True)
        change.make()
    code = job.cli.run("up", "--stack", job.stack.name, *request.arguments)
    if code:
        _tell_what_stays(job)
    return look_after(job, account, code, wait)


def _refusals(job: Job, account: Account) -> Iterator[str]:
    """Tell why an `up` would change what nobody asked for, or not change what somebody did."""
    state, request = job.stack.state, job.request
    if state and not request.defaults and (settings := forgotten(state, job.asked)):
        yield forgotten_words(settings, job.stack, request)
    if account.clients is None:
        return
    environment = Environment(account.clients, request.suffix)
    if state and state.resources:
        yield from fixed_problems(environment, job.asked)
        yield from version_problems(environment, job.asked)
        return
    if found := [str(each) for name in LANDMARKS for each in environment.find(name)]:
        yield (
            f"the {environment} is there already ({', '.join(found)}), but no stack of the backend "
            f"{job.backend} holds it; log in to the one that does (pulumi login), choose its stack "
            "by STACK=NAME, or choose another SUFFIX"
        )


def _changes_in_turn(job: Job, account: Account, wait: Wait) -> list[Change]:
    if account.clients is None or not job.stack.state:
        return []
    if not Environment(account.clients, job.request.suffix).find("Aurora cluster"):
        return []
    asked = job.asked.settings.database
    instances = Instances(account.clients, job.request.suffix, wait)
    return instances.changes(asked.database_instance_class, asked.database_instances)


def _service_outage(job: Job, account: Account) -> str | None:
    """Tell where the service is replaced: ECS has no way back from capacity providers in place."""
    if account.clients is None or not job.stack.state or job.asked.settings.task.spot:
        return None
    services = Environment(account.clients, job.request.suffix).find("ECS service")
    if not any(each.description.get("capacityProviderStrategy") for each in services):
        return None
    return (
        "The service leaves Fargate Spot (tap:spot is false), and is replaced: no task answers for "
        "some minutes."
    )


def _make_stack(job: Job) -> None:
    """Make the stack, pinned to its region: an edited lib/AWS_REGION must not move half of it."""
    name, provider = job.stack.name, job.request.secrets_provider
    job.cli.must("stack", "init", name, "--no-select", "--secrets-provider", provider)
    job.cli.must("config", "set", "aws:region", job.region.name, "--stack", name)


def _tell_what_stays(job: Job) -> None:
    given = [key for key, text in job.request.config.items() if text is not None]
    if given:
        lines = [f"  pulumi config rm {key} --stack {job.stack.name}" for key in given]
        text = f"What --config gave is in {job.stack.file} now. To take it out:"
        print("\n".join(["", text, "", *lines]), file=sys.stderr)
