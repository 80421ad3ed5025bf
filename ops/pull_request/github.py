"""One pull request, by GitHub's API: how it is now, and the one comment that is ours."""

from collections.abc import Mapping
from dataclasses import dataclass

from ops.errors import CommandError
from ops.github import GitHubRepository, told

# Who writes with the token of a workflow's job.
WORKFLOW_AUTHOR = "github-actions[bot]"

_REPOSITORY, _TOKEN = "GITHUB_REPOSITORY", "GITHUB_TOKEN"


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
        self._repository = GitHubRepository.of(variables[_REPOSITORY], variables)

    def pull_request(self, number: int) -> PullRequest:
        """Return how a pull request is now; raises CommandError where GitHub does not say."""
        with told(f"GitHub does not answer for pull request {number}", CommandError):
            found = self._repository.pull(number)
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
        words = f"GitHub does not answer for the comment on pull request {number}"
        with told(words, CommandError):
            pull = self._repository.pull(number)
            for each in pull.get_issue_comments():
                if each.user.login == author and each.body.startswith(marker):
                    each.edit(f"{marker}\n{text}")
                    return False
            pull.create_issue_comment(f"{marker}\n{text}")
            return True
