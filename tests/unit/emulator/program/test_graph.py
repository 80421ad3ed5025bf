"""The graph: finding resources, their children and their ancestors."""

import pytest

from emulator.program.graph import Graph, Resource

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
SERVICE = "aws:ecs/service:Service"


def _resource(qualified_type: str, name: str, *after: Resource, parent: str = "") -> Resource:
    return Resource(
        urn=f"urn:pulumi:dev::shop::{qualified_type}::{name}",
        custom=True,
        inputs={},
        secret_inputs=frozenset(),
        outputs={},
        parent=parent,
        dependencies=frozenset(other.urn for other in after),
    )


COMPONENT = _resource("shop:index:Shop", "shop")
FIRST = _resource(f"shop:index:Shop${VPC}", "first", parent=COMPONENT.urn)
SECOND = _resource(VPC, "second")
LEFT = _resource(SUBNET, "left", FIRST)
RIGHT = _resource(SUBNET, "right", FIRST, SECOND)
LAST = _resource(SERVICE, "first", LEFT, RIGHT)
GRAPH = Graph(resources=(COMPONENT, FIRST, SECOND, LEFT, RIGHT, LAST))


def test_of_type_gives_exactly_that_type() -> None:
    assert GRAPH.of_type(VPC) == (FIRST, SECOND)
    assert GRAPH.of_type("shop:index:Shop") == (COMPONENT,)
    assert not GRAPH.of_type("aws:ec2/vpc")


def test_one_gives_the_only_resource() -> None:
    assert GRAPH.one(SERVICE) is LAST
    assert GRAPH.one(VPC, "second") is SECOND


@pytest.mark.parametrize(
    ("token", "name", "message"),
    [
        (VPC, None, f"2 resources are {VPC}; of this type: first, second"),
        (VPC, "x", f"0 resources are {VPC} named 'x'; of this type: first, second"),
        ("a:b:C", None, "0 resources are a:b:C; of this type: none"),
    ],
)
def test_one_refuses_none_and_several(token: str, name: str | None, message: str) -> None:
    with pytest.raises(LookupError) as caught:
        GRAPH.one(token, name)
    assert str(caught.value) == message


def test_children_are_those_of_this_parent_alone() -> None:
    assert GRAPH.children(COMPONENT) == (FIRST,)
    assert not GRAPH.children(FIRST)


def test_ancestors_are_all_that_must_exist_before() -> None:
    assert GRAPH.ancestors(LAST) == (FIRST, SECOND, LEFT, RIGHT)
    assert GRAPH.ancestors(LEFT) == (FIRST,)
    assert not GRAPH.ancestors(FIRST)
    assert not Graph(resources=(RIGHT,)).ancestors(RIGHT)
