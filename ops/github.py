"""GitHub's API: where it is, with which token a repository is asked for, and what it fails with."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import github
from github.PaginatedList import PaginatedList
from github.PullRequest import PullRequest
from github.Repository import Repository
from requests import RequestException

HOST = "github.com"

# As many as GitHub gives in one page.
# https://docs.github.com/en/rest/pulls/pulls#list-pull-requests
_A_PAGE = 100

# What writes is not sent again: a comment may be there although the answer was an error. A limit on
# requests that ends within a minute is waited for; others take up to an hour.
_RETRIES = github.GithubRetry(
    total=2,
    backoff_factor=0.2,
    status_forcelist=[500, 502, 503, 504],
    allowed_methods=github.GithubRetry.DEFAULT_ALLOWED_METHODS,
    max_rate_limit_wait=60,
)

# What GitHub, the way to it or an answer that is none of its own may end in.
_FAILURES = (
    *(github.GithubException, RequestException),
    *(AssertionError, KeyError, TypeError, ValueError),
)


@dataclass(frozen=True)
class GitHubRepository:
    """A repository on GitHub, by its owner and name, at the address of an API.

    `token` is None to ask as nobody in particular.
    """

    name: str
    api: str
    token: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, name: str, variables: Mapping[str, str], host: str = HOST) -> "GitHubRepository":
        """Return a repository of a host, asked as the variables of GitHub's runners say.

        Those are GITHUB_TOKEN (else the CLI's GH_TOKEN), and GITHUB_API_URL where it is not the
        host's usual one.
        """
        usual = f"https://api.{HOST}" if host == HOST else f"https://{host}/api/v3"
        token = variables.get("GITHUB_TOKEN") or variables.get("GH_TOKEN")
        return cls(name, variables.get("GITHUB_API_URL") or usual, token)

    def open_pulls(self) -> PaginatedList[PullRequest]:
        """Return the open pull requests: what is read of them is asked for, page by page."""
        return self._repository.get_pulls(state="open")

    def pull(self, number: int) -> PullRequest:
        """Return a pull request, asked for anew."""
        found = self._repository.get_pull(number)
        self.demand_ours(found)
        return found

    def demand_ours(self, pull: PullRequest) -> None:
        """Raise ValueError for a pull request of another repository."""
        self._demand(pull.base.repo.full_name)

    @cached_property
    def _repository(self) -> Repository:
        client = github.Github(
            auth=github.Auth.Token(self.token) if self.token else None,
            base_url=self.api,
            per_page=_A_PAGE,
            retry=_RETRIES,
            timeout=20,
            seconds_between_requests=None,
        )
        found = client.get_repo(self.name)
        self._demand(found.full_name)
        return found

    def _demand(self, name: str) -> None:
        # GitHub leads from a repository's old name to what has its place.
        if name.lower() != self.name.lower():
            raise ValueError(f"it answers for {name}, not for {self.name}")


@contextmanager
def told(words: str, failure: type[Exception]) -> Iterator[None]:
    """Turn whatever GitHub fails with into a failure in words, which are followed by the reason."""
    try:
        yield
    except _FAILURES as error:
        raise failure(f"{words}: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    if isinstance(error, github.GithubException):
        data: Any = error.data
        message = data.get("message") if isinstance(data, Mapping) else None
        return f"{error.status} {message or ''}".strip()
    if isinstance(error, RequestException):
        return type(error).__name__
    return str(error) or type(error).__name__
