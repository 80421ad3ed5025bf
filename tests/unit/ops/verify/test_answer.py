"""What the check of the answer makes of what the load balancer says."""

from typing import Any

import pytest

from ops.verify.answer import check_answers, matches
from ops.verify.reach import End
from ops.web import WebAnswer
from tests.unit.ops.verify.support import look, said, stubbed

_URL = "http://lb/health"


def _checked(answer: WebAnswer, networks: tuple[str, ...] = ("0.0.0.0/0",), **group: Any) -> Any:
    target_group = {"TargetGroupArn": "a/tg", "TargetGroupName": "flask-api-tg-dev", **group}
    live = stubbed(elbv2__describe_target_groups={"TargetGroups": [target_group]})
    live.answer = answer
    live.service = {}
    live.reach.balancer = End("the load balancer", frozenset({"sg"}))
    live.reach.rules = [
        {"GroupId": "sg", "IsEgress": False, "IpProtocol": "-1", "CidrIpv4": each}
        for each in networks
    ]
    return look(check_answers, live)


_ANSWERS: dict[str, tuple[WebAnswer, list[str]]] = {
    "well": (WebAnswer(_URL, 200, 0.04), []),
    "by the load balancer": (
        WebAnswer(_URL, 502, 0.1, server="awselb/2.0"),
        [
            f"{_URL} answers 502 in 0.1 s: the task closed the connection, or answered with what "
            "is no HTTP; the health check wants 200"
        ],
    ),
    "by the application": (
        WebAnswer(_URL, 503, 0.1, server="gunicorn"),
        [f"{_URL} answers 503 in 0.1 s; the health check wants 200"],
    ),
    "sent on": (
        WebAnswer(_URL, 301, 0.1, "https://lb/health", "awselb/2.0"),
        [
            f"{_URL} answers 301 in 0.1 s, and sends on to https://lb/health; the health check "
            "wants 200"
        ],
    ),
    "none": (
        WebAnswer(_URL, failure="[Errno -2] Name or service not known"),
        [f"{_URL} does not answer: [Errno -2] Name or service not known"],
    ),
}


@pytest.mark.parametrize("name", _ANSWERS)
def test_answers(name: str) -> None:
    answer, found = _ANSWERS[name]
    assert said(_checked(answer)) == found


def test_another_status_may_be_wanted() -> None:
    assert said(_checked(WebAnswer(_URL, 204), Matcher={"HttpCode": "200-299"})) == []


def test_a_load_balancer_that_does_not_let_this_machine_in_was_not_looked_at() -> None:
    results = _checked(WebAnswer(_URL, failure="timed out"), ("10.0.0.0/8",))
    assert said(results) == []
    assert [each.words for each in results.unseen] == [
        f"{_URL} does not answer here (timed out): the load balancer takes requests from "
        "10.0.0.0/8 alone"
    ]


@pytest.mark.parametrize(
    ("matcher", "matching"),
    [("200", False), ("204,301", True), ("300-399", True), ("302-399", False)],
)
def test_a_matcher_is_read(matcher: str, matching: bool) -> None:
    assert matches(301, matcher) is matching
