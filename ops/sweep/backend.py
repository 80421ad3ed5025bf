"""The backend's stacks that may hold a pull request's environment, and who works on them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from lib.names import stack_suffix
from ops import git
from ops.backend_files import BackendFiles, backend_files, project_name
from ops.doctor.locks import Lock, read_locks
from ops.pulumi_cli import PulumiCli
from ops.request import short_name
from ops.stacks import State

# An environment of a pull request, by its suffix or at the end of a stack's name.
PULL_REQUEST = re.compile(r"pr(?P<number>[1-9][0-9]*)")
_AT_THE_END = re.compile(r".*-(?P<suffix>pr[1-9][0-9]*)")

_FILE = re.compile(r"(?P<stack>.+?)\.json(\.gz)?")

# What is in the state and not in AWS.
_NOT_IN_AWS = ("pulumi:", "tap:", "random:")

_ACCOUNT = re.compile(r"arn:[\w-]+:[\w-]*:[\w-]*:(?P<account>[0-9]{12}):")


@dataclass(frozen=True)
class FoundStack:
    """A stack of the backend; `locks` are those of a folder or a bucket."""

    name: str
    state: State
    modified: datetime | None
    locks: Sequence[Lock] = ()
    is_updated: bool = False

    @property
    def resources(self) -> Sequence[Mapping[str, Any]]:
        """What of its state is in AWS."""
        return [each for each in self.state.resources if not each["type"].startswith(_NOT_IN_AWS)]

    @property
    def accounts(self) -> frozenset[str]:
        """The accounts that its resources are in, by their ARNs."""
        arns = (str((each.get("outputs") or {}).get("arn")) for each in self.resources)
        return frozenset(found["account"] for arn in arns if (found := _ACCOUNT.match(arn)))

    @property
    def repositories(self) -> frozenset[str]:
        """What the tag Repository of its resources says."""
        tags = ((each.get("inputs") or {}).get("tags") for each in self.resources)
        return frozenset(
            each["Repository"]
            for each in tags
            if isinstance(each, Mapping) and "Repository" in each
        )

    @property
    def worker(self) -> str | None:
        """Who is at work on it, in words; None where nobody can be."""
        at_work = [lock.owner for lock in self.locks if not lock.is_stale]
        return at_work[0] if at_work else "an update" if self.is_updated else None

    @property
    def stale_lock(self) -> Lock | None:
        """A lock that was left behind; None where there is none."""
        return next((lock for lock in self.locks if lock.is_stale), None)


class Backend:
    """The backend that the CLI is logged in to, for a project's folder.

    Raises CommandError where there is no CLI, or no backend that answers.
    """

    def __init__(self, folder: Path, region: str) -> None:
        self.cli = PulumiCli(folder)
        self.address = self.cli.backend()
        self._folder = folder
        self._region = region

    @cached_property
    def _files(self) -> BackendFiles | None:
        # The whole address, which may hold credentials.
        address = json.loads(self.cli.must("whoami", "--json"))["url"]
        return backend_files(address, self._folder, self._region)

    def stacks(self, only: str | None = None) -> dict[str, list[FoundStack]]:
        """Return the stacks that hold a pull request's environment, by its suffix.

        `only` is the one to look for. A stack that only ends in it (`shop-pr7`) counts where its
        state says so. Raises
        CommandError, OSError and what AWS's clients raise where the backend does not answer.
        """
        found: dict[str, list[FoundStack]] = {}
        for name, modified, is_updated in self._listed():
            suffix = _suffix_of(name)
            if suffix and only in (None, suffix):
                state = State(self.cli.deployment(name) or {})
                if (state.suffix or stack_suffix(short_name(name))) == suffix:
                    stack = FoundStack(name, state, modified, self._locks(name), is_updated)
                    found.setdefault(suffix, []).append(stack)
        return found

    def _listed(self) -> Iterator[tuple[str, datetime | None, bool]]:
        """Give each stack's name, when it was last changed, and whether it is being updated."""
        if self._files is None:
            for each in json.loads(self.cli.must("stack", "ls", "--json")):
                text = each.get("lastUpdate")
                changed = datetime.fromisoformat(text).astimezone(UTC) if text else None
                yield each["name"], changed, bool(each.get("updateInProgress"))
            return
        for file in self._files.list(f"stacks/{project_name(self._folder)}"):
            if match := _FILE.fullmatch(file.name):
                yield match["stack"], file.modified, False

    def _locks(self, name: str) -> list[Lock]:
        if self._files is None:
            return []
        return read_locks(self._files, project_name(self._folder), short_name(name))

    def __str__(self) -> str:
        """Return its address, without credentials."""
        return git.without_credentials(self.address)


def _suffix_of(name: str) -> str | None:
    short = short_name(name)
    if PULL_REQUEST.fullmatch(stack_suffix(short)):
        return stack_suffix(short)
    found = _AT_THE_END.fullmatch(short)
    return found["suffix"] if found else None
