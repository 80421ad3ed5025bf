"""Which target gets a request."""

import re
from collections import Counter

import pytest

from emulator.data_plane.load_balancer.routing import Rotation, by_weight
from tests.unit.emulator.data_plane.load_balancer.fronts import a_group

_STICKY = {"stickiness.enabled": "true", "stickiness.lb_cookie.duration_seconds": "60"}


def _targets(*states: str) -> list[dict[str, object]]:
    return [{"id": str(each), "port": 80, "state": state} for each, state in enumerate(states)]


@pytest.mark.parametrize(
    ("states", "shares"),
    [
        (("healthy", "healthy", "healthy"), {"0": 2, "1": 2, "2": 2}),
        (("healthy", "unhealthy", "initial", "draining"), {"0": 6}),
        (("unhealthy", "unhealthy", "initial", "draining"), {"0": 3, "1": 3}),
        (("initial", "draining"), {None: 6}),
        ((), {None: 6}),
    ],
)
def test_targets_take_turns(states: tuple[str, ...], shares: dict[str | None, int]) -> None:
    """The healthy ones; all unhealthy ones where there is none; a draining one never."""
    rotation, group = Rotation(), a_group("g", _targets(*states))
    picked = [rotation.pick(group, "") for _ in range(6)]
    assert Counter(each and each["id"] for each in picked) == shares


def test_groups_have_turns_of_their_own() -> None:
    rotation = Rotation()
    groups = [a_group(name, _targets("healthy", "healthy")) for name in "ab"]
    picked = [rotation.pick(groups[turn % 2], "") for turn in range(4)]
    assert [each and each["id"] for each in picked] == ["1", "1", "0", "0"]


def test_cookie_keeps_a_client_to_its_target_while_that_is_healthy() -> None:
    rotation, targets = Rotation(), _targets("healthy", "healthy")
    group = a_group("g", targets, attributes=_STICKY)
    first, second = rotation.cookies(group, targets[0])
    cookie = first.split("=")[1].split(";")[0]
    pattern = r"=[0-9a-f]{64}; Expires=\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT; Path=/"
    assert re.fullmatch(f"AWSALB{pattern}", first)
    assert re.fullmatch(f"AWSALBCORS{pattern}; SameSite=None", second)
    assert {rotation.pick(group, cookie)["id"] for _ in range(4)} == {"0"}  # type: ignore[index]
    assert {rotation.pick(group, "of another")["id"] for _ in range(4)} == {"0", "1"}  # type: ignore[index]
    targets[0]["state"] = "unhealthy"
    assert rotation.pick(group, cookie) is targets[1]


@pytest.mark.parametrize("attributes", [{}, {**_STICKY, "stickiness.type": "app_cookie"}])
def test_group_that_is_not_sticky_by_the_load_balancers_cookie_gives_none(
    attributes: dict[str, str],
) -> None:
    targets = _targets("healthy", "healthy")
    rotation, sticky = Rotation(), a_group("g", targets, attributes=_STICKY)
    cookie = rotation.cookies(sticky, targets[0])[0].split("=")[1].split(";")[0]
    group = a_group("g", targets, attributes=attributes)
    assert not rotation.cookies(group, targets[0])
    assert {rotation.pick(group, cookie)["id"] for _ in range(4)} == {"0", "1"}  # type: ignore[index]


def test_weights_decide_between_target_groups() -> None:
    shares = Counter(by_weight([("a", 90), ("b", 10), ("c", 0)]) for _ in range(2000))
    assert 1700 < shares["a"] < 1900 and shares["c"] == 0
    assert by_weight([("a", 0), ("b", 0)]) == "a"
