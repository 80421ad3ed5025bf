"""Which pull requests are open: as GitHub says it in pages, and never from half a list."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from lib.settings.errors import SettingsError
from ops.github import GitHubRepository
from ops.sweep.pull_requests import (
    GitHubPullRequests,
    GivenPullRequests,
    NotKnown,
    github_of,
)
from tests.support.github_api import AUTHOR, REPOSITORY, Answer, FakeGitHub, serve_github

Spoil = Callable[[str, Answer], Answer]


@pytest.fixture(name="github")
def a_github() -> Iterator[FakeGitHub]:
    """A GitHub with 230 open pull requests: three pages."""
    with serve_github() as github:
        github.open(*range(1, 231))
        github.close(300)
        yield github


@pytest.fixture(name="pulls")
def its_pull_requests(github: FakeGitHub) -> GitHubPullRequests:
    """What is asked there, with a token."""
    return GitHubPullRequests(GitHubRepository(REPOSITORY, github.api, "hush"))


def test_all_pages_count(github: FakeGitHub, pulls: GitHubPullRequests) -> None:
    assert pulls.open == frozenset(range(1, 231))
    assert len([path for path, _ in github.asked if "per_page=100" in path]) == 3
    assert {token for _, token in github.asked} == {"token hush"}
    assert "hush" not in repr(pulls)


def test_state_of_one_is_asked_anew(github: FakeGitHub, pulls: GitHubPullRequests) -> None:
    github.close(7)
    assert [pulls.state(number) for number in (7, 8, 300, 999)] == [
        "closed",
        "open",
        "closed",
        None,
    ]


def _on(words: str, change: Spoil) -> Spoil:
    pattern = re.compile(rf"(?<![a-z_]){words}(?![0-9])")
    return lambda target, answer: change(target, answer) if pattern.search(target) else answer


SPOILS: dict[str, tuple[Spoil, str]] = {
    "no way to the second page": (
        _on("per_page=100", lambda _t, answer: replace(answer, link="")),
        "lists 100 open pull requests, and counts 230",
    ),
    "no way to the third page": (
        _on("page=2", lambda _t, answer: replace(answer, link="")),
        "lists 200 open pull requests, and counts 230",
    ),
    "a page that fails": (
        _on("page=3", lambda _t, _a: Answer({"message": "Bad gateway"}, 502)),
        "does not tell: ",
    ),
    "a page that is refused": (
        _on("page=2", lambda _t, _a: Answer({"message": "Bad credentials"}, 401)),
        "does not tell: 401 Bad credentials",
    ),
    "a page that is empty": (
        _on("page=2", lambda _t, answer: replace(answer, body=[])),
        "lists 100 open pull requests, and counts 230",
    ),
    "a page of something else": (
        _on("page=2", lambda _t, answer: replace(answer, body="<html>")),
        "does not tell: ",
    ),
    "a page that is cut off": (
        _on("page=2", lambda _t, answer: replace(answer, body='[{"number": 101')),
        "does not tell: ",
    ),
    "a repository that is not there": (
        lambda _t, _a: Answer({"message": "Not Found"}, 404),
        "does not tell: 404 Not Found",
    ),
}


@pytest.mark.parametrize("title", SPOILS)
def test_list_that_may_not_be_whole_is_none(
    title: str, github: FakeGitHub, pulls: GitHubPullRequests
) -> None:
    github.spoil, words = SPOILS[title]
    with pytest.raises(NotKnown, match=words) as caught:
        _ = pulls.open
    assert "hush" not in str(caught.value)


def test_pull_requests_of_another_repository_are_none(
    github: FakeGitHub, pulls: GitHubPullRequests
) -> None:
    """A repository was renamed, and GitHub leads from its old name to the new one."""
    github.name = "shop/renamed"
    with pytest.raises(NotKnown, match="answers for shop/renamed, not for shop/api"):
        _ = pulls.open
    github.name = REPOSITORY
    assert pulls.state(7) == "open"
    github.name = "other/api"
    with pytest.raises(NotKnown, match="answers for other/api"):
        pulls.state(7)


def test_one_that_is_opened_between_two_looks(
    github: FakeGitHub, pulls: GitHubPullRequests
) -> None:
    """What is counted is one more than what was listed; the next look has both."""

    def count_one_more(_target: str, answer: Answer) -> Answer:
        if 1000 not in github.pulls:
            github.open(1000)
            return replace(answer, link=answer.link.replace("page=230", "page=231"))
        return answer

    github.spoil = _on("per_page=1", count_one_more)
    assert 1000 in pulls.open


def test_a_closed_door_is_not_known() -> None:
    nowhere = GitHubPullRequests(GitHubRepository(REPOSITORY, "http://127.0.0.1:9"))
    with pytest.raises(NotKnown, match="ConnectionError"):
        _ = nowhere.open


def test_what_reads_is_sent_again_and_what_writes_is_not(
    github: FakeGitHub, pulls: GitHubPullRequests
) -> None:
    """A comment may be there although the answer to it was an error."""
    failures = iter(
        (Answer({"message": "Oh"}, 502), Answer({"message": "API rate limit exceeded"}, 403))
    )
    github.spoil = _on("pulls/7", lambda _t, answer: next(failures, answer))
    assert pulls.state(7) == "open"
    github.spoil = _on("comments", lambda _t, _a: Answer({"message": "Oh"}, 502))
    with pytest.raises(NotKnown, match="takes no comment: 502 Oh"):
        pulls.tell(7, "gone", "preview")
    assert github.comments == [(7, AUTHOR, "gone")]


def test_comment_takes_the_label_away(github: FakeGitHub, pulls: GitHubPullRequests) -> None:
    """Whether it still has it or not."""
    github.pulls[7].labels = ["preview", "bug"]
    pulls.tell(7, "gone", "preview")
    pulls.tell(8, "gone", "preview")
    assert github.comments == [(7, AUTHOR, "gone"), (8, AUTHOR, "gone")]
    assert github.pulls[7].labels == ["bug"]
    github.spoil = _on("comments", lambda _t, _a: Answer({"message": "Forbidden"}, 403))
    with pytest.raises(NotKnown, match="takes no comment: 403 Forbidden"):
        pulls.tell(7, "gone", "preview")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("12,15", {12, 15}), ("7", {7}), (" 7, 8 ", {7, 8}), ("none", set())],
)
def test_numbers_of_the_command_line(text: str, numbers: set[int]) -> None:
    given = GivenPullRequests.read(text)
    assert given.open == numbers
    assert {given.state(number) for number in numbers} <= {"open"}
    assert given.state(99) == "closed"
    given.tell(99, "gone", "preview")


@pytest.mark.parametrize("text", ["", " ", ",", "7,", "0", "pr7", "7 8x", "-1", "None"])
def test_what_names_no_pull_requests_is_misuse(text: str) -> None:
    with pytest.raises(SettingsError, match="allowed: numbers such as 12,15, or none"):
        GivenPullRequests.read(text)


@pytest.mark.parametrize(
    ("address", "variables", "api"),
    [
        ("github.com/shop/api", {}, "https://api.github.com"),
        ("shop/api", {}, "https://api.github.com"),
        ("git.shop.example/shop/api", {}, "https://git.shop.example/api/v3"),
        ("github.com/shop/api", {"GITHUB_API_URL": "http://127.0.0.1:1"}, "http://127.0.0.1:1"),
    ],
)
def test_where_a_repository_is_asked_for(address: str, variables: dict[str, str], api: str) -> None:
    found = github_of(address, {**variables, "GH_TOKEN": "hush"})
    assert found.repository == GitHubRepository("shop/api", api, "hush")
    assert found.source == f"shop/api at {api}"


@pytest.mark.parametrize("address", ["api", "/srv/git/shop/api", "unknown", "github.com//api"])
def test_address_that_is_of_no_github_is_misuse(address: str) -> None:
    with pytest.raises(SettingsError, match="allowed: HOST/OWNER/NAME on GitHub, or OPEN=12,15"):
        github_of(address, {})
