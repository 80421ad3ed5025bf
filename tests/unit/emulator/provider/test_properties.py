"""Properties on the wire: secrets, numbers, nulls, unknown values."""

from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import rpc

from emulator.provider.properties import UNKNOWN, Properties
from emulator.provider.wire import Struct


def message(values: dict[str, Any]) -> Struct:
    """Return values as a message."""
    struct = Struct()
    struct.update(values)
    return struct


def secret(value: Any) -> dict[str, Any]:
    """Return a value wrapped as a secret, as the engine sends it."""
    return {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        "value": value,
    }


def test_plain_values_come_as_they_were() -> None:
    """Whole numbers are int again, truth values stay truth values, nulls are left out."""
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
    """Also those inside of values, lists and other secrets."""
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
    """With the signature that the engine knows; every number is a double there."""
    properties = Properties({"a": 1, "b": {"c": 2}, "d": None}, frozenset({"b"}))
    assert MessageToDict(properties.to_wire()) == {"a": 1.0, "b": secret({"c": 2.0})}
    assert rpc.is_rpc_secret(secret(1))


def test_there_and_back() -> None:
    """Properties that were sent are the same when they arrive."""
    properties = Properties({"a": [1, "x", UNKNOWN], "b": UNKNOWN}, frozenset({"a"}))
    assert Properties.from_wire(properties.to_wire()) == properties


def test_unknown_values_stay_unknown() -> None:
    """They are the text that the engine knows them by."""
    assert UNKNOWN == "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    read = Properties.from_wire(message({"a": UNKNOWN, "b": secret(UNKNOWN)}))
    assert read == Properties({"a": UNKNOWN, "b": UNKNOWN}, frozenset({"b"}))


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
    """Each text in a secret value is concealed, the longest first."""
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
