"""Which pull requests are open: as the command line says, or as GitHub does."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from github import Auth, Github, GithubException, UnknownObjectException
from github.Repository import Repository
from requests import RequestException
from urllib3.util import Retry

from lib.settings.errors import SettingsError

_NUMBERS = re.compile(r"[1-9][0-9]*(?:,[1-9][0-9]*)*")
_NONE = "none"

_GITHUB = "github.com"

# As many as GitHub gives in one page.
# https://docs.github.com/en/rest/pulls/pulls#list-pull-requests
_A_PAGE = 100

# One may be opened or closed between two looks.
_LOOKS = 3

_RETRIES = Retry(total=2, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504))

# What GitHub, the way to it or an answer that is none of its own may end in.
_FAILURES = (GithubException, RequestException, AssertionError, KeyError, TypeError, ValueError)


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
    """Those of a repository on GitHub, by its owner and name, at the address of an API.

    `token` is None to ask as nobody in particular.
    """

    repository: str
    api: str
    token: str | None = field(default=None, repr=False)

    @property
    def source(self) -> str:
        """GitHub, by the address of its API."""
        return f"{self.repository} at {self.api}"

    @cached_property
    def open(self) -> frozenset[int]:
        """The numbers of all that are open.

        Counted twice, by the pages of 100 and by those of 1: an answer that lacks the way to the
        next page would pass for the last one. Raises NotKnown.
        """
        for _ in range(_LOOKS):
            try:
                listed, count = self._listed()
            except _FAILURES as error:
                raise NotKnown(f"GitHub does not tell: {_said(error)}") from None
            if len(listed) == count:
                return listed
        raise NotKnown(f"GitHub lists {len(listed)} open pull requests, and counts {count}")

    def _listed(self) -> tuple[frozenset[int], int]:
        pulls = self._repository.get_pulls(state="open")
        numbers = set()
        for pull in pulls:
            self._demand_ours(pull.base.repo.full_name)
            numbers.add(pull.number)
        return frozenset(numbers), self._repository.get_pulls(state="open").totalCount

    def state(self, number: int) -> str | None:
        """Return `open` or `closed`, asked anew; None where there is none that GitHub shows."""
        try:
            pull = self._repository.get_pull(number)
            self._demand_ours(pull.base.repo.full_name)
            return pull.state
        except UnknownObjectException:
            return None
        except _FAILURES as error:
            raise NotKnown(f"GitHub does not tell: {_said(error)}") from None

    def tell(self, number: int, words: str, label: str) -> None:
        """Comment on one, and take its label away, so that it can be labelled again."""
        try:
            pull = self._repository.get_pull(number)
            if label in [each.name for each in pull.labels]:
                pull.remove_from_labels(label)
            pull.create_issue_comment(words)
        except _FAILURES as error:
            raise NotKnown(f"GitHub takes no comment: {_said(error)}") from None

    @cached_property
    def _repository(self) -> Repository:
        client = Github(
            auth=Auth.Token(self.token) if self.token else None,
            base_url=self.api,
            per_page=_A_PAGE,
            retry=_RETRIES,
            timeout=20,
            seconds_between_requests=None,
        )
        found = client.get_repo(self.repository)
        self._demand_ours(found.full_name)
        return found

    def _demand_ours(self, name: str) -> None:
        # GitHub leads from a repository's old name to what has its place.
        if name.lower() != self.repository.lower():
            raise ValueError(f"it answers for {name}, not for {self.repository}")


PullRequests = GivenPullRequests | GitHubPullRequests


def _said(error: Exception) -> str:
    if isinstance(error, GithubException):
        data: Any = error.data
        message = data.get("message") if isinstance(data, Mapping) else None
        return f"{error.status} {message or ''}".strip()
    if isinstance(error, RequestException):
        return type(error).__name__
    return str(error) or type(error).__name__


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
    host = hosts[0] if hosts else _GITHUB
    usual = f"https://api.{_GITHUB}" if host == _GITHUB else f"https://{host}/api/v3"
    token = variables.get("GITHUB_TOKEN") or variables.get("GH_TOKEN")
    return GitHubPullRequests(f"{owner}/{name}", variables.get("GITHUB_API_URL") or usual, token)
