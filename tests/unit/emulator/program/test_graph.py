"""The graph: finding resources, their children and their ancestors."""

from typing import Any

import pytest

from emulator.program.graph import Graph, Links, Resource


def _resource(kind: str, name: str, **links: Any) -> Resource:
    return Resource(
        urn=f"urn:pulumi:dev::tap::{kind}::{name}",
        custom=True,
        inputs={},
        secret_inputs=frozenset(),
        outputs={},
        links=Links(**links),
    )


def _after(kind: str, name: str, *others: Resource) -> Resource:
    return _resource(kind, name, dependencies=frozenset(other.urn for other in others))


VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"

COMPONENT = _resource("shop:index:Shop", "shop")
FIRST = _resource(f"shop:index:Shop${VPC}", "first", parent=COMPONENT.urn)
SECOND = _resource(VPC, "second")
LEFT = _after(SUBNET, "left", FIRST)
RIGHT = _after(SUBNET, "right", FIRST, SECOND)
LAST = _after("aws:ecs/service:Service", "first", LEFT, RIGHT)
GRAPH = Graph(resources=(COMPONENT, FIRST, SECOND, LEFT, RIGHT, LAST))


def test_type_and_name_follow_from_the_urn() -> None:
    """The type is the last of the types in the URN; a name may hold two colons."""
    resource = _resource(f"shop:index:Shop${VPC}", "a::b")
    assert (resource.type, resource.name) == (VPC, "a::b")


def test_links_are_attributes_of_the_resource() -> None:
    """What a resource hangs on can be read from the resource itself."""
    resource = _resource(
        VPC,
        "vpc",
        parent="parent",
        provider="provider",
        dependencies=frozenset({"x"}),
        property_dependencies={"vpcId": frozenset({"x"})},
    )
    assert resource.parent == "parent"
    assert resource.provider == "provider"
    assert resource.dependencies == {"x"}
    assert resource.property_dependencies == {"vpcId": {"x"}}


def test_of_type_gives_exactly_that_type() -> None:
    """Neither the start of a token nor a parent's type is enough."""
    assert GRAPH.of_type(VPC) == (FIRST, SECOND)
    assert GRAPH.of_type("shop:index:Shop") == (COMPONENT,)
    assert not GRAPH.of_type("aws:ec2/vpc")


def test_named_gives_every_type_with_that_name() -> None:
    """Two types may have resources of the same name; part of a name is none."""
    assert GRAPH.named("first") == (FIRST, LAST)
    assert not GRAPH.named("firs")


def test_one_gives_the_only_resource() -> None:
    """A name tells resources of one type apart."""
    assert GRAPH.one("aws:ecs/service:Service") is LAST
    assert GRAPH.one(VPC, "second") is SECOND


@pytest.mark.parametrize(
    ("kind", "name", "message"),
    [
        (VPC, None, f"2 resources are {VPC}; of this type: first, second"),
        (VPC, "x", f"0 resources are {VPC} named 'x'; of this type: first, second"),
        ("a:b:C", None, "0 resources are a:b:C; of this type: none"),
    ],
)
def test_one_refuses_none_and_several(kind: str, name: str | None, message: str) -> None:
    """The error names what was wanted and what is there."""
    with pytest.raises(LookupError) as caught:
        GRAPH.one(kind, name)
    assert str(caught.value) == message


def test_children_are_those_of_this_parent() -> None:
    """Only direct children count."""
    assert GRAPH.children(COMPONENT) == (FIRST,)
    assert not GRAPH.children(FIRST)


def test_ancestors_are_all_that_must_exist_before() -> None:
    """Ancestors are reached through others; siblings, descendants and parents are none."""
    assert GRAPH.ancestors(LAST) == (FIRST, SECOND, LEFT, RIGHT)
    assert GRAPH.ancestors(LEFT) == (FIRST,)
    assert not GRAPH.ancestors(FIRST)


def test_ancestors_outside_the_graph_are_passed_over() -> None:
    """A dependency on something that the program only read is in no graph."""
    lonely = _after(VPC, "lonely", SECOND)
    assert not Graph(resources=(lonely,)).ancestors(lonely)
