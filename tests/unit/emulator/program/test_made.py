"""What a program has made: found again under the names that a resource had before."""

from collections.abc import Mapping
from typing import Any

import pytest

from emulator.program.graph import Options, Resource
from emulator.program.made import Made, MadeResources
from emulator.resources.state import State


def _resource(urn: str, *aliases: Mapping[str, Any]) -> Resource:
    return Resource(
        urn=f"urn:pulumi:{urn}",
        custom=True,
        inputs={},
        secret_inputs=frozenset(),
        outputs={},
        options=Options(aliases=aliases),
    )


@pytest.mark.parametrize(
    ("alias", "former"),
    [
        ({"spec": {"name": "old"}}, "dev::shop::shop:Part$aws:a:B::old"),
        ({"spec": {"type": "aws:a:A", "name": ""}}, "dev::shop::shop:Part$aws:a:A::new"),
        ({"spec": {"stack": "old"}}, "old::shop::shop:Part$aws:a:B::new"),
        ({"spec": {"project": "old"}}, "dev::old::shop:Part$aws:a:B::new"),
        ({"spec": {"noParent": True, "name": "old"}}, "dev::shop::aws:a:B::old"),
        (
            {"spec": {"parentUrn": "urn:pulumi:dev::shop::shop:Old$shop:Part::part"}},
            "dev::shop::shop:Old$shop:Part$aws:a:B::new",
        ),
        ({"urn": "urn:pulumi:dev::shop::aws:x:Y::z"}, "dev::shop::aws:x:Y::z"),
    ],
)
def test_a_resource_is_found_by_a_former_name(alias: Mapping[str, Any], former: str) -> None:
    made = MadeResources()
    old = Made(_resource(former), State("a"))
    made.complete(old)
    made.begin()
    new = "dev::shop::shop:Part$aws:a:B::new"
    assert made.find(_resource(new, {"spec": {"name": "other"}}, alias)) is old
    assert made.find(_resource(new)) is None
    # Under its own name it is another one than the old one.
    own = Made(_resource(new), State("b"))
    made.complete(own)
    made.begin()
    assert made.find(_resource(new, alias)) is own


def test_what_was_replaced_is_found_no_more() -> None:
    made = MadeResources()
    old = Made(_resource("dev::shop::aws:a:B::a"), State("a"))
    made.complete(old)
    made.begin()
    gone = Made(old.resource, old.state, replaced=True)
    made.put(old, gone)
    assert (made.find(old.resource), made.all, made.left) == (None, (gone,), (gone,))
    made.forget(gone)
    assert made.all == ()
