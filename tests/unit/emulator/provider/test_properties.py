"""Properties on the wire: secrets, numbers, nulls, unknown values."""

from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import rpc

from emulator.provider.properties import UNKNOWN, Properties
from tests.support.plugin import message

# As the engine sends them.
SIGNATURE = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


def secret(value: Any) -> dict[str, Any]:
    """Return a value wrapped as a secret."""
    return {**SIGNATURE, "value": value}


def test_plain_values_come_as_they_were() -> None:
    values = {
        "text": "x",
        "whole": 5,
        "part": 1.5,
        "large": 10**12,
        "yes": True,
        "list": [1, 2.5, {"a": [False]}],
        "map": {"a": {"b": 3}},
        "empty": "",
        "nothing": None,
    }
    read = Properties.from_wire(message(values))
    assert read.values == {name: item for name, item in values.items() if name != "nothing"}
    assert read.secret == frozenset()
    assert [type(read.values[name]) for name in ("whole", "part", "yes")] == [int, float, bool]


def test_secrets_are_unwrapped_and_known_by_name() -> None:
    read = Properties.from_wire(
        message(
            {
                "plain": "x",
                "whole": secret("s1"),
                "inside": {"a": [{"b": secret(secret(2))}], "c": 1},
            }
        )
    )
    assert read.values == {"plain": "x", "whole": "s1", "inside": {"a": [{"b": 2}], "c": 1}}
    assert read.secret == {"whole", "inside"}


def test_on_the_wire_secrets_are_wrapped_as_a_whole() -> None:
    properties = Properties({"a": 1, "b": {"c": 2}, "d": None}, frozenset({"b"}))
    assert MessageToDict(properties.to_wire()) == {"a": 1.0, "b": secret({"c": 2.0})}
    assert rpc.is_rpc_secret(secret(1))


def test_unknown_values_stay_unknown_there_and_back() -> None:
    assert UNKNOWN == "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    read = Properties.from_wire(message({"a": [1, UNKNOWN], "b": secret(UNKNOWN)}))
    assert read == Properties({"a": [1, UNKNOWN], "b": UNKNOWN}, frozenset({"b"}))
    assert Properties.from_wire(read.to_wire()) == read


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password 'pa55word' is bad", "password '[secret]' is bad"),
        ("pa55wordpa55word", "[secret][secret]"),
        ("pa55word and more", "[secret]"),
        ("nested: deep secret", "nested: [secret]"),
        ("plain is shown", "plain is shown"),
        ("abc is too short to be told from a part of a word", None),
        (f"not known: {UNKNOWN}", None),
    ],
)
def test_messages_do_not_show_secrets(text: str, shown: str | None) -> None:
    properties = Properties(
        {
            "a": "pa55word",
            "b": {"c": ["deep secret", 5, "abc", UNKNOWN]},
            "d": "plain",
            "e": "pa55word and more",
        },
        frozenset({"a", "b", "e"}),
    )
    assert properties.conceal(text) == (text if shown is None else shown)
