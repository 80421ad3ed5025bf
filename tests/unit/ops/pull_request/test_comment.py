"""The comment: what it says, and that nothing of the branch gets into it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.pull_request.comment import Known, Outcome, Preview, Price, comment_text, marker

_COMMIT = "0123456789abcdef0123456789abcdef01234567"
_KNOWN = Known(
    "http://flask-api-alb-pr7-1.eu-south-1.elb.amazonaws.com",
    Price(1.134, 2.856, True),
    _COMMIT,
    {"same": 60, "create": 2, "delete-replaced": 1, "update": 1},
    0,
)
_PREVIEW = Preview(
    "pr7",
    "up",
    "preview",
    "https://github.com/acme/shop/actions/runs/42",
    datetime(2026, 12, 1, 6, tzinfo=UTC),
    _KNOWN,
)


def _text(outcome: Outcome = "up", **known: object) -> str:
    return comment_text(replace(_PREVIEW, outcome=outcome, known=replace(_KNOWN, **known)))


def test_what_is_known_of_an_environment_that_is_up() -> None:
    assert _text() == (
        "**Environment `pr7`** is up.\n"
        "\n"
        "| | |\n"
        "|---|---|\n"
        "| address | http://flask-api-alb-pr7-1.eu-south-1.elb.amazonaws.com |\n"
        "| price | 1.13 USD a day at rest, 2.86 while it is in use, an estimate; traffic comes on "
        "top |\n"
        f"| image | `{_COMMIT}` |\n"
        "| last update | 2 created, 1 updated, 60 unchanged |\n"
        "| checks | all is well |\n"
        "| expires | 2026-12-01 06:00 UTC, unless there is another push |\n"
        "\n"
        "[The run](https://github.com/acme/shop/actions/runs/42). Closing the pull request, or "
        "taking the label `preview` away, removes the environment with its data.\n"
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"image": ""}, "| image | the placeholder: the variable `DOCKERFILE` names no"),
        ({"image": "v1"}, "| image | one that is not named after a commit |"),
        ({"findings": 1}, "| checks | 1 finding, which the run tells |"),
        ({"findings": 2}, "| checks | 2 findings, which"),
        ({"price": Price(1, 2, False)}, "1.00 USD a day at rest, 2.00 while it is in use; traffic"),
        ({"outcome": "failed"}, "is not what the last push asks for: a part of the run failed."),
        ({"outcome": "removed"}, "is removed, and nothing of it is left.\n\n[The run]"),
        ({"outcome": "not-removed"}, "The nightly sweep tries again.\n\n[The run]"),
        ({"outcome": "removed"}, "The label `preview` on an open pull request makes it anew."),
    ],
)
def test_each_case_in_its_words(changes: dict[str, object], words: str) -> None:
    assert words in _text(**changes)


@pytest.mark.parametrize("outcome", ["up", "failed", "removed"])
def test_what_is_not_known_is_left_out(outcome: Outcome) -> None:
    assert "|" not in comment_text(Preview("pr7", outcome, "preview"))


_ANY = st.text(alphabet="@[](){}|`#<>&\n _*-:/.!amzonws.comX0")


@given(_ANY, _ANY, _ANY, st.dictionaries(_ANY, st.integers(1, 9)))
def test_nothing_that_a_branch_decides_is_repeated(
    run: str, address: str, image: str, changes: dict[str, int]
) -> None:
    def text(where: str, known: Known) -> str:
        return comment_text(replace(_PREVIEW, run=where, known=known))

    said = text(run, Known(address, None, image, changes))
    assert said == text("", Known("", None, image and "v1"))


@pytest.mark.parametrize(
    "address",
    [
        "http://evil.example/amazonaws.com",
        "http://a.amazonaws.com/path",
        "http://a.amazonaws.com.evil.example",
        "javascript://a.amazonaws.com",
        "http://a.amazonaws.com\n",
    ],
)
def test_an_address_that_is_not_of_a_load_balancer_is_left_out(address: str) -> None:
    assert "address" not in _text(address=address)


def test_no_environment_has_the_marker_of_another() -> None:
    assert not marker("pr12").startswith(marker("pr1"))
