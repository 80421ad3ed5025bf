"""The check of the backend: that it answers, which stack holds the environment, and its locks."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ops import git
from ops.checks import Results
from ops.doctor.locks import Lock, locks_of
from ops.doctor.plan import Plan, said, where_possible
from ops.errors import CommandError
from ops.request import short_name


def _look(plan: Plan, results: Results) -> None:
    try:
        cli = plan.cli
    except CommandError:
        results.miss("not looked at: there is no Pulumi CLI (see tools)")
        return
    try:
        address = plan.backend
    except CommandError as error:
        results.find(
            f"the backend does not answer: {_last_line(error)}",
            "pulumi login ADDRESS, with the credentials of the backend",
        )
        return
    results.summary = git.without_credentials(address)
    try:
        stack = plan.stack
    except CommandError as error:
        results.find(*said(str(error), "see docs/operations.md"))
        return
    results.summary += f", stack {stack.name}{' (new)' if stack.state is None else ''}"
    if address.startswith(("http://", "https://")):
        _look_at_update(json.loads(cli.must("stack", "ls", "--json")), stack.name, results)
        return
    locks = locks_of(address, short_name(stack.name), plan)
    if locks is None:
        results.note(f"locks of a backend {address.partition(':')[0]}: are not looked at")
    for lock in locks or ():
        _tell_lock(lock, stack.name, results)
    if stack.state and (pending := stack.state.deployment.get("pending_operations")):
        results.note(
            f"an update was broken off in the midst of {len(pending)} operation(s); the next one "
            "asks AWS what became of them"
        )


def _last_line(error: CommandError) -> str:
    """Return the last line of what the CLI said, without what an address may hold."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    return " ".join(
        git.without_credentials(word) if "://" in word else word for word in lines[-1].split()
    )


def _look_at_update(stacks: list[Mapping[str, Any]], name: str, results: Results) -> None:
    for each in stacks:
        if each["name"] == name and each.get("updateInProgress"):
            results.find(
                f"an update of the stack {name} is in progress",
                f"wait for it; if it was broken off: pulumi cancel --stack {name}",
            )


def _tell_lock(lock: Lock, stack: str, results: Results) -> None:
    results.find(
        f"the stack {stack} is locked, {_ago(lock.age)}, by {lock.owner}"
        + ("; the lock is stale" if lock.is_stale else ""),
        f"pulumi cancel --stack {stack}"
        if lock.is_stale
        else f"wait for it; if that is no longer at work: pulumi cancel --stack {stack}",
    )


def _ago(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    return f"since {minutes} min" if minutes < 120 else f"since {minutes // 60} h"


BACKEND = where_possible("backend", _look, "tools", needs_settings=False, needs_aws=False)
