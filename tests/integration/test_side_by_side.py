"""Environments side by side in one account, with suffixes that look like each other's."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from ops.inventory.environment import Discovery, discover
from tests.integration.place import Place, assert_gone

# Beside pr12: one that begins like it, and one that ends like that, after a number such as names
# have before the suffix.
NEIGHBOURS = ("pr1", "1-pr1")

# An account has elastic IPs for two environments at once.
CONFIG = {"tap:natGateways": "none"}


@pytest.fixture(name="neighbours", scope="module")
def neighbouring_environments(place: Place) -> Iterator[dict[str, ExitStack]]:
    """Environments beside the one that the tests look at; closing one removes it."""
    if place.make is None:
        pytest.skip("the tests make environments in their own emulated AWS alone")
    with ExitStack() as all_of_them:
        stacks = {suffix: all_of_them.enter_context(ExitStack()) for suffix in NEIGHBOURS}
        for suffix, stack in stacks.items():
            stack.enter_context(place.make(suffix, CONFIG))
        yield stacks


@pytest.fixture(name="discoveries", scope="module")
def discoveries_of_all(neighbours: dict[str, ExitStack], place: Place) -> dict[str, Discovery]:
    """What each environment has while all of them are there."""
    return {suffix: discover(place.clients, suffix) for suffix in (place.suffix, *neighbours)}


def _identities(discovery: Discovery) -> set[tuple[str, str, str]]:
    return {(found.type, found.name, found.id) for found in discovery.found}


def _shapes(discovery: Discovery, suffix: str) -> list[tuple[str, str]]:
    """Return what was found, the suffix and what AWS chooses left out."""
    return sorted(
        (found.type, found.name.replace(suffix, "S"))
        for found in discovery.found
        if found.type not in ("Aurora snapshot", "task definition")
    )


def test_neighbours_are_discovered_whole_and_apart(discoveries: dict[str, Discovery]) -> None:
    """Two that were made alike have the same parts, and nothing is a part of two."""
    assert _shapes(discoveries["1-pr1"], "1-pr1") == _shapes(discoveries["pr1"], "pr1")
    assert not any(discovery.unanswered for discovery in discoveries.values())
    identities = [_identities(discovery) for discovery in discoveries.values()]
    assert all(identities)
    assert len(set().union(*identities)) == sum(map(len, identities))


def test_removing_one_leaves_the_others_whole(
    discoveries: dict[str, Discovery], neighbours: dict[str, ExitStack], place: Place
) -> None:
    """Of pr1 nothing is left; of pr12 and 1-pr1 nothing is missing."""
    neighbours["pr1"].close()
    assert_gone(place.clients, "pr1")
    for suffix in discoveries.keys() - {"pr1"}:
        there = _identities(discover(place.clients, suffix))
        assert there == _identities(discoveries[suffix]), suffix
