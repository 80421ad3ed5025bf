"""Which pull requests are open: as the command line says, or as GitHub does."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from github import UnknownObjectException

from lib.settings.errors import SettingsError
from ops.github import HOST, GitHubRepository, told

_NUMBERS = re.compile(r"[1-9][0-9]*(?:,[1-9][0-9]*)*")
_NONE = "none"

# One may be opened or closed between two looks.
_LOOKS = 3

_NOT_TOLD = "GitHub does not tell"


class NotKnown(Exception):
    """Which pull requests are open is not known, or not of all; the message says why."""


@dataclass(frozen=True)
class GivenPullRequests:
    """Those of `--open`."""

    open: frozenset[int]
    source: str = "--open"

    @classmethod
    def read(cls, text: str) -> "GivenPullRequests":
        """Return those of a text such as `12,15`; raises SettingsError for another one."""
        plain = text.replace(" ", "")
        if plain == _NONE:
            return cls(frozenset())
        if not _NUMBERS.fullmatch(plain):
            raise SettingsError(
                [f"--open is {text!r}; allowed: numbers such as 12,15, or {_NONE} if none is open"]
            )
        return cls(frozenset(map(int, plain.split(","))))

    def state(self, number: int) -> str | None:
        """Return `open` or `closed`, as was said."""
        return "open" if number in self.open else "closed"

    def tell(self, number: int, words: str, label: str) -> None:
        """Tell nobody: who gives the numbers knows."""


@dataclass(frozen=True)
class GitHubPullRequests:
    """Those of a repository on GitHub."""

    repository: GitHubRepository

    @property
    def source(self) -> str:
        """GitHub, by the address of its API."""
        return f"{self.repository.name} at {self.repository.api}"

    @cached_property
    def open(self) -> frozenset[int]:
        """The numbers of all that are open.

        Counted twice, by the pages of 100 and by those of 1: an answer that lacks the way to the
        next page would pass for the last one. Raises NotKnown.
        """
        for _ in range(_LOOKS):
            with told(_NOT_TOLD, NotKnown):
                listed, count = self._listed()
            if len(listed) == count:
                return listed
        raise NotKnown(f"GitHub lists {len(listed)} open pull requests, and counts {count}")

    def _listed(self) -> tuple[frozenset[int], int]:
        numbers = set()
        for pull in self.repository.open_pulls():
            self.repository.demand_ours(pull)
            numbers.add(pull.number)
        return frozenset(numbers), self.repository.open_pulls().totalCount

    def state(self, number: int) -> str | None:
        """Return `open` or `closed`, asked anew; None where there is none that GitHub shows."""
        with told(_NOT_TOLD, NotKnown):
            try:
                return self.repository.pull(number).state
            except UnknownObjectException:
                return None

    def tell(self, number: int, words: str, label: str) -> None:
        """Comment on one, and take its label away, so that it can be labelled again."""
        with told("GitHub takes no comment", NotKnown):
            pull = self.repository.pull(number)
            if label in [each.name for each in pull.labels]:
                pull.remove_from_labels(label)
            pull.create_issue_comment(words)


PullRequests = GivenPullRequests | GitHubPullRequests


def github_of(address: str, variables: Mapping[str, str]) -> GitHubPullRequests:
    """Return the pull requests of a repository by its normal form, `github.com/owner/name`.

    The variables are those of GitHub's runners. Raises SettingsError for another form.
    """
    parts = address.split("/")
    if len(parts) not in (2, 3) or not all(parts):
        raise SettingsError(
            [f"REPOSITORY is {address!r}; allowed: HOST/OWNER/NAME on GitHub, or OPEN=12,15"]
        )
    *hosts, owner, name = parts
    host = hosts[0] if hosts else HOST
    return GitHubPullRequests(GitHubRepository.of(f"{owner}/{name}", variables, host))
