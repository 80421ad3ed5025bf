"""The form in which what AWS says is compared with what the program gave."""

import pytest

from emulator.resources.from_aws import Answer

CASES = {
    "the same": ({"cidrBlock": "10.0.0.0/16"}, {"CidrBlock": "10.0.0.0/16"}, {}, None),
    "another": ({"port": 80}, {"Port": 8080}, {}, {"port": 8080}),
    "not told": ({"password": "x"}, {}, {}, None),
    "gone": ({"description": "x"}, {"Description": None}, {}, {"description": None}),
    "text where the program has a number": ({"port": 80}, {"Port": "8080"}, {}, {"port": 8080}),
    "a number where the program has text": ({"cpu": "256"}, {"cpu": 512}, {}, {"cpu": "512"}),
    "words where the program has a number": (
        {"port": 80},
        {"Port": "traffic-port"},
        {},
        {"port": "traffic-port"},
    ),
    "a fraction": ({"target": 0.5}, {"Target": "0.75"}, {}, {"target": 0.75}),
    "a switch": ({"public": True}, {"public": "DISABLED"}, {}, {"public": False}),
    "a truth value": ({"public": True}, {"public": False}, {}, {"public": False}),
    "words where the program has a fraction": ({"a": 0.5}, {"A": "all"}, {}, {"a": "all"}),
    "text of a truth value": ({"v": "true"}, {"v": False}, {}, {"v": "false"}),
    "a list in another order": ({"ids": ["b", "a"]}, {"Ids": ["a", "b"]}, {}, None),
    "a list that lost one": ({"ids": ["b", "a"]}, {"Ids": ["a"]}, {}, {"ids": ["a"]}),
    "a list that won one": ({"ids": ["b"]}, {"Ids": ["a", "b"]}, {}, {"ids": ["b", "a"]}),
    "an empty list that won one": ({"ids": []}, {"Ids": ["a"]}, {}, {"ids": ["a"]}),
    "a single one for a list": ({"ids": ["a"]}, {"Ids": "b"}, {}, {"ids": ["b"]}),
    "objects in a list": (
        {"actions": [{"type": "forward", "group": "a"}]},
        {"Actions": [{"Type": "forward", "Group": "b", "Order": 1}]},
        {},
        {"actions": [{"type": "forward", "group": "b"}]},
    ),
    "one that is not an object any more": ({"a": {"b": 1}}, {"A": "text"}, {}, None),
    "an object in a list of one": ({"a": {"b": 1}}, {"A": [{"B": 2}]}, {}, {"a": {"b": 2}}),
    "a list of one for an object": ({"a": [{"b": 1}]}, {"A": {"B": 2}}, {}, {"a": [{"b": 2}]}),
    "renamed": ({"internal": 1}, {"Scheme": 2}, {"internal": "Scheme"}, {"internal": 2}),
    "through an object": ({"n": 1}, {"A": {"N": 2}}, {"n": "A.N"}, {"n": 2}),
    "through what is no object": ({"n": 1}, {"A": "x"}, {"n": "A.N"}, None),
    "parts beside the others": (
        {"healthCheck": {"path": "/a", "other": 1}},
        {"HealthCheckPath": "/b"},
        {"healthCheck": {"path": "HealthCheckPath"}},
        {"healthCheck": {"path": "/b", "other": 1}},
    ),
}


@pytest.mark.parametrize(("inputs", "item", "renames", "expected"), CASES.values(), ids=CASES)
def test_what_aws_says_in_the_form_of_the_program(
    inputs: dict, item: dict, renames: dict, expected: dict | None
) -> None:
    """None stands for: as it was."""
    assert Answer(item, renames).arguments(inputs) == (inputs if expected is None else expected)


@pytest.mark.parametrize(
    ("given", "read"),
    [(["a"], []), ([], []), ("a", None), (1, None), (0.5, None), (True, None), ({"b": 1}, None)],
)
def test_what_an_answer_lacks_is_gone(given: object, read: object) -> None:
    """A list is empty then: [None] would be a change for ever."""
    for item in ({}, {"There": None}):
        assert Answer(item, paths={"a": "There"}).arguments({"a": given}) == {"a": read}


def test_an_argument_is_read_from_its_path() -> None:
    item = {"Groups": [{"Id": "sg-1"}, {"Id": "sg-2"}]}
    answer = Answer(item, {"ids": "Elsewhere"}, {"ids": "Groups[].Id"})
    assert answer.arguments({"ids": ["sg-2", "sg-3"]}) == {"ids": ["sg-2", "sg-1"]}
