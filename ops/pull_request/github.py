"""One pull request, by GitHub's API: how it is now, and the one comment that is ours."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import github
import requests

from ops.errors import CommandError

# Who writes with the token of a workflow's job.
WORKFLOW_AUTHOR = "github-actions[bot]"

_API = "https://api.github.com"
_REPOSITORY, _TOKEN, _ADDRESS = "GITHUB_REPOSITORY", "GITHUB_TOKEN", "GITHUB_API_URL"


@dataclass(frozen=True)
class PullRequest:
    """How a pull request is now; `head` is the commit that it ends in."""

    number: int
    is_open: bool
    labels: frozenset[str]
    head: str

    def reasons_against(self, label: str, head: str = "") -> list[str]:
        """Tell why it is to have no environment, or none of this commit; an empty list if it is.

        An empty `head` stands for whichever commit it ends in.
        """
        reasons = []
        if not self.is_open:
            reasons.append("it is closed")
        if label not in self.labels:
            reasons.append(f"it does not have the label {label}")
        if head and head != self.head:
            reasons.append(f"{head} is not its newest commit, which has a run of its own")
        return reasons


class GitHub:
    """A repository at GitHub, as a workflow's job sees it.

    `variables` are those of the job: GITHUB_REPOSITORY, GITHUB_TOKEN, and GITHUB_API_URL where it
    is not github.com's. Raises CommandError where one of the first two is missing.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        if missing := [name for name in (_REPOSITORY, _TOKEN) if not variables.get(name)]:
            raise CommandError(
                f"{' and '.join(missing)} is missing; set GITHUB_REPOSITORY to owner/name, "
                "GITHUB_TOKEN to a token that may read its pull requests, and write to them for a "
                "comment."
            )
        self._api = github.Github(
            auth=github.Auth.Token(variables[_TOKEN]),
            base_url=variables.get(_ADDRESS) or _API,
            retry=github.GithubRetry(total=3),
            lazy=True,
        )
        self._repository = variables[_REPOSITORY]

    def pull_request(self, number: int) -> PullRequest:
        """Return how a pull request is now; raises CommandError where GitHub does not say."""
        with _told(f"pull request {number}"):
            found = self._pull(number)
            return PullRequest(
                number,
                found.state == "open",
                frozenset(label.name for label in found.labels),
                found.head.sha,
            )

    def comment(self, number: int, marker: str, text: str, author: str = WORKFLOW_AUTHOR) -> bool:
        """Write the one comment of an author that begins with a marker; tell whether it is new.

        What others wrote is left alone, whatever it begins with. Raises CommandError where GitHub
        does not take it.
        """
        with _told(f"the comment on pull request {number}"):
            pull = self._pull(number)
            for each in pull.get_issue_comments():
                if each.user.login == author and each.body.startswith(marker):
                    each.edit(f"{marker}\n{text}")
                    return False
            pull.create_issue_comment(f"{marker}\n{text}")
            return True

    def _pull(self, number: int) -> Any:
        return self._api.get_repo(self._repository).get_pull(number)


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Turn what the library raises into a CommandError that names what was asked for."""
    try:
        yield
    except (github.GithubException, requests.RequestException) as error:
        reason = " ".join(str(error).split())
        raise CommandError(f"GitHub does not answer for {what}: {reason}") from None
