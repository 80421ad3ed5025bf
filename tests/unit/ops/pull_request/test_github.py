"""A pull request and its comment, by GitHub's API."""

from collections.abc import Iterator

import pytest

from ops.errors import CommandError
from ops.pull_request.github import GitHub
from tests.support.github_api import AUTHOR, REPOSITORY, FakeGitHub, FakePullRequest, serve_github

_MARKER = "<!-- flask-api preview pr7 -->"


@pytest.fixture(name="fake")
def _fake() -> Iterator[FakeGitHub]:
    with serve_github() as fake:
        fake.pulls[7] = FakePullRequest(7, "a1", ["bug", "preview"])
        yield fake


def _ask(fake: FakeGitHub) -> GitHub:
    return GitHub(
        {
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_TOKEN": "token",
            "GITHUB_API_URL": fake.api,
        }
    )


@pytest.mark.parametrize(
    ("is_open", "labels", "head", "reasons"),
    [
        (True, ["preview"], "", []),
        (True, ["bug", "preview"], "a1", []),
        (False, ["preview"], "a1", ["it is closed"]),
        (True, ["previews"], "a1", ["it does not have the label preview"]),
        (True, ["preview"], "a0", ["a0 is not its newest commit, which has a run of its own"]),
    ],
)
def test_whether_a_pull_request_is_to_have_an_environment(
    fake: FakeGitHub, is_open: bool, labels: list[str], head: str, reasons: list[str]
) -> None:
    fake.pulls[7] = FakePullRequest(7, "a1", labels, is_open)
    assert _ask(fake).pull_request(7).reasons_against("preview", head) == reasons


def test_the_one_comment_is_found_by_author_and_marker(fake: FakeGitHub) -> None:
    others = [
        (7, "somebody", f"{_MARKER}\nmine"),
        (7, AUTHOR, f"On {_MARKER}"),
        (8, AUTHOR, f"{_MARKER}\nof another"),
    ]
    fake.comments += others
    assert _ask(fake).comment(7, _MARKER, "first")
    assert not _ask(fake).comment(7, _MARKER, "second")
    assert fake.comments == [*others, (7, AUTHOR, f"{_MARKER}\nsecond")]


def test_a_pull_request_that_there_is_not_is_told(fake: FakeGitHub) -> None:
    with pytest.raises(CommandError, match="^GitHub does not answer for pull request 9: .*404"):
        _ask(fake).pull_request(9)
    with pytest.raises(CommandError, match="for the comment on pull request 9"):
        _ask(fake).comment(9, _MARKER, "text")


@pytest.mark.parametrize("given", [{}, {"GITHUB_TOKEN": "t"}, {"GITHUB_REPOSITORY": REPOSITORY}])
def test_without_repository_or_token_nothing_is_asked(given: dict[str, str]) -> None:
    with pytest.raises(CommandError, match="missing; set GITHUB_REPOSITORY to owner/name"):
        GitHub(given)
