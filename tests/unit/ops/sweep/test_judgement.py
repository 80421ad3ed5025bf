"""Which environment goes and which stays: rule by rule."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ops.doctor.locks import Lock
from ops.inventory.environment import Discovery, Unanswered
from ops.inventory.resource_type import FoundResource
from ops.stacks import State
from ops.sweep.backend import FoundStack
from ops.sweep.found import FoundEnvironment
from ops.sweep.judgement import Rules
from ops.sweep.view import age
from tests.unit.ops.support import WHERE, deployment_of

_NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
_OURS = "github.com/shop/api"
_RULES = Rules(_OURS, frozenset({8}), "123456789012", WHERE.name, now=lambda: _NOW)


def _cluster(**tags: str) -> FoundResource:
    listed = [{"key": key, "value": value} for key, value in tags.items()]
    return FoundResource("ECS cluster", "c", "c", description={"tags": listed})


def _bucket(repository: str = _OURS, account: str = "123456789012") -> dict[str, Any]:
    arn = f"arn:aws:ecs:eu-south-1:{account}:cluster/c"
    return {
        "type": "aws:ecs/cluster:Cluster",
        "urn": "urn:c",
        "id": arn,
        "inputs": {"tags": {"Repository": repository}},
        "outputs": {"arn": arn},
    }


def _stack(*resources: dict[str, Any], **more: Any) -> FoundStack:
    deployment = deployment_of("pr7", *resources)
    changed = more.pop("modified", _NOW - timedelta(days=3))
    return FoundStack("pr7", State(deployment), changed, **more)


def _lock(**before: float) -> Lock:
    return Lock(7, "jane", "ci-7", datetime.now(UTC) - timedelta(**before))


def _found(suffix: str, *resources: FoundResource, **more: Any) -> FoundEnvironment:
    unanswered = more.pop("unanswered", ())
    return FoundEnvironment(suffix, Discovery(resources, unanswered), **more)


_FULL = _found("pr7", _cluster(Repository=_OURS), stacks=(_stack(_bucket()),))


@dataclass(frozen=True)
class Case:
    """An environment, and why it goes (`+`) or stays (`-`)."""

    found: FoundEnvironment
    told: str
    rules: Rules = _RULES


def _like(**changes: Any) -> FoundEnvironment:
    return replace(_FULL, **changes)


def _open(*tags: FoundResource, **more: Any) -> FoundEnvironment:
    return _found("pr8", *tags, **more)


_EMPTY_DEPLOYMENT: Mapping[str, Any] = {"resources": [], "secrets_providers": {}}
_MOVED = deployment_of("pr7", _bucket())
_MOVED["resources"][1]["inputs"]["region"] = "us-east-1"

CASES: dict[str, Case] = {
    "closed": Case(_FULL, "+ pull request 7 is closed"),
    "closed, and expired as well": Case(
        _like(
            discovery=Discovery((_cluster(Repository=_OURS, Expires="2026-11-25T11:00:00Z"),), ())
        ),
        "+ pull request 7 is closed",
    ),
    "without a stack": Case(_like(stacks=()), "+ pull request 7 is closed"),
    "in the state alone": Case(
        _found("pr7", stacks=(_stack(_bucket()),)), "+ pull request 7 is closed"
    ),
    "a stack that is empty": Case(_found("pr7", stacks=(_stack(),)), "+ pull request 7 is closed"),
    "by the listing of tags alone": Case(
        _found("pr7", _cluster(), tagged=frozenset({_OURS})), "+ pull request 7 is closed"
    ),
    "a lock that is stale": Case(
        _like(stacks=(_stack(_bucket(), locks=(_lock(hours=3),)),)), "+ pull request 7 is closed"
    ),
    "open": Case(_open(_cluster(Repository=_OURS)), "- pull request 8 is open"),
    "open until later": Case(
        _open(_cluster(Repository=_OURS, Expires="2026-11-25T12:00:01Z")),
        "- pull request 8 is open until 2026-11-25T12:00:01Z",
    ),
    "open and expired": Case(
        _open(_cluster(Repository=_OURS, Expires="2026-11-25T12:00:00Z")),
        "+ it expired at 2026-11-25T12:00:00Z; pull request 8 is open",
    ),
    "open, half removed after it had expired": Case(
        _open(
            stacks=(
                FoundStack(
                    "pr8",
                    State(
                        deployment_of(
                            "pr8", _bucket(), settings={"expires": "2026-11-24T00:00:00Z"}
                        )
                    ),
                    None,
                ),
            )
        ),
        "+ it expired at 2026-11-24T00:00:00Z; pull request 8 is open",
    ),
    "open, with an expiry that is none": Case(
        _open(_cluster(Repository=_OURS, Expires="tomorrow")),
        "- pull request 8 is open; its tag Expires says 'tomorrow'",
    ),
    "the open ones are not known": Case(
        _FULL, "- it is not known which pull requests are open", replace(_RULES, open=None)
    ),
    "no such pull request": Case(
        _FULL, "- there is no pull request 7", replace(_RULES, missing=frozenset({7}))
    ),
    "long-lived": Case(_like(suffix="prod"), "- its suffix is not pr<number>"),
    "of a number with a zero": Case(_like(suffix="pr07"), "- its suffix is not pr<number>"),
    "of more than a number": Case(_like(suffix="pr7-b"), "- its suffix is not pr<number>"),
    "of another repository": Case(
        _like(discovery=Discovery((_cluster(Repository="github.com/shop/web"),), ()), stacks=()),
        "- its tag Repository says github.com/shop/web",
    ),
    "of another repository, in the state": Case(
        _like(stacks=(_stack(_bucket("github.com/shop/web")),)),
        "- its tag Repository says github.com/shop/web",
    ),
    "of two repositories": Case(
        _like(tagged=frozenset({"github.com/shop/web"})),
        "- its tag Repository says github.com/shop/web",
    ),
    "of nobody": Case(_found("pr7", _cluster()), "- no tag Repository says whose it is"),
    "protected": Case(
        _like(protection="the database x"), "- the database x is protected from deletion"
    ),
    "not seen": Case(
        _like(discovery=Discovery((), (Unanswered("VPC", "AccessDenied"),))),
        "- not all of it could be looked at: VPC: AccessDenied",
    ),
    "two stacks": Case(
        _like(stacks=(_stack(_bucket()), _stack(_bucket()))),
        "- several stacks may hold it: pr7, pr7",
    ),
    "worked on": Case(
        _like(stacks=(_stack(_bucket(), locks=(_lock(minutes=3),)),)),
        "- its stack is being worked on, by jane on ci-7 (pid 7)",
    ),
    "updated in Pulumi Cloud": Case(
        _like(stacks=(_stack(_bucket(), is_updated=True),)),
        "- its stack is being worked on, by an update",
    ),
    "in another region": Case(
        _like(stacks=(FoundStack("pr7", State(_MOVED), None),)),
        "- its stack is of the region us-east-1",
    ),
    "in another account": Case(
        _like(stacks=(_stack(_bucket(account="210987654321")),)),
        "- its stack is of the account 210987654321",
    ),
    "a stack that was just made": Case(
        _found("pr7", stacks=(_stack(modified=_NOW - timedelta(minutes=90)),)),
        "- its stack is new, and nothing is in it yet",
    ),
    "a stack without a date": Case(
        _found("pr7", stacks=(FoundStack("pr7", State(_EMPTY_DEPLOYMENT), None),)),
        "+ pull request 7 is closed",
    ),
}


@pytest.mark.parametrize("title", CASES)
def test_why_it_goes_or_stays(title: str) -> None:
    case = CASES[title]
    goes, why = case.rules.judge(case.found)
    assert f"{'+' if goes else '-'} {why}" == case.told


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("closed", "+ pull request 7 is closed"),
        ("open", "- pull request 7 is open"),
        (None, "- there is no pull request 7"),
    ],
)
@pytest.mark.parametrize("before", ["closed", "open", None])
def test_what_a_pull_request_is_now_counts(state: str, told: str, before: str) -> None:
    goes, why = _RULES.with_state(7, before).with_state(7, state).judge(_FULL)
    assert f"{'+' if goes else '-'} {why}" == told


def _age(*descriptions: Mapping[str, Any], stacks: Any = ()) -> datetime | None:
    resources = [FoundResource("x", "x", "x", description=each) for each in descriptions]
    return _found("pr7", *resources, stacks=stacks).created


def test_age_is_that_of_the_oldest_part() -> None:
    """Services call it differently, and CloudWatch counts milliseconds; else that of the stack."""

    def earlier(hours: int) -> datetime:
        return _NOW - timedelta(hours=hours)

    assert _age({"CreateDate": earlier(2)}, {"createdAt": earlier(3)}, {}) == earlier(3)
    assert _age({"creationTime": int(earlier(5).timestamp() * 1000)}) == earlier(5)
    assert _age({}, stacks=(_stack(modified=earlier(9)),)) == earlier(9)
    assert _age({"CreateDate": "yesterday"}) is None


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ({"minutes": 119}, "119 min"),
        ({"minutes": 120}, "2 h"),
        ({"hours": 47}, "47 h"),
        ({"hours": 48}, "2 d"),
    ],
)
def test_ages_in_words(time: dict[str, float], words: str) -> None:
    assert age(timedelta(**time)) == words
