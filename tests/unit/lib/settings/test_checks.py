"""Checks: what is read from text, what is accepted, and how a refusal reads."""

import json
from typing import Any

import pytest

from lib.settings import checks
from lib.settings.checks import Check


def _verdict(check: Check, text: str) -> object:
    """Return what is read from a text and accepted, or the problem."""
    value = check.parse(text)
    problems = check.problems("key", value)
    return problems[0] if problems else value


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("1", 1),
        ("10", 10),
        ("007", 7),
        ("0", "tap:key is 0; allowed: a whole number from 1 to 10"),
        ("11", "tap:key is 11; allowed: a whole number from 1 to 10"),
        ("-5", "tap:key is -5; allowed: a whole number from 1 to 10"),
        ("ten", "tap:key is 'ten'; allowed: a whole number from 1 to 10"),
        ("", "tap:key is ''; allowed: a whole number from 1 to 10"),
        ("1.0", "tap:key is '1.0'; allowed: a whole number from 1 to 10"),
        (" 1", "tap:key is ' 1'; allowed: a whole number from 1 to 10"),
        ("1_0", "tap:key is '1_0'; allowed: a whole number from 1 to 10"),
        ("1\n", "tap:key is '1\\n'; allowed: a whole number from 1 to 10"),
        ("٣", "tap:key is '٣'; allowed: a whole number from 1 to 10"),
        ("9" * 5000, f"tap:key is '{'9' * 5000}'; allowed: a whole number from 1 to 10"),
    ],
)
def test_whole_numbers(text: str, verdict: object) -> None:
    """Plain decimal digits alone, and both bounds count."""
    assert _verdict(checks.whole_number(1, 10), text) == verdict


def test_a_truth_value_is_no_number() -> None:
    """True is 1 in Python, but not in a setting."""
    assert checks.whole_number(0, 1).problems("key", True) == [
        "tap:key is True; allowed: a whole number from 0 to 1"
    ]
    assert not checks.one_number_of({1}).accepts(True)
    assert checks.is_whole_number(1)
    assert not checks.is_whole_number("1")


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("3", 3),
        ("14", 14),
        ("4", "tap:key is 4; allowed: 3, 14"),
        ("x", "tap:key is 'x'; allowed: 3, 14"),
    ],
)
def test_numbers_of_a_set(text: str, verdict: object) -> None:
    """The choices are told in their order."""
    assert _verdict(checks.one_number_of({14, 3}), text) == verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("single", "single"),
        ("Single", "tap:key is 'Single'; allowed: single, none"),
        ("", "tap:key is ''; allowed: single, none"),
    ],
)
def test_words(text: str, verdict: object) -> None:
    """One of the words, in its spelling."""
    assert _verdict(checks.one_of("single", "none"), text) == verdict


def test_a_word_is_text() -> None:
    """A program may give anything."""
    assert not checks.one_of("single").accepts(["single"])


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("true", True),
        ("false", False),
        ("True", "tap:key is 'True'; allowed: true, false"),
        ("1", "tap:key is '1'; allowed: true, false"),
        ("", "tap:key is ''; allowed: true, false"),
    ],
)
def test_truth_values(text: str, verdict: object) -> None:
    """Spelled as Pulumi and JSON spell them."""
    assert _verdict(checks.boolean, text) is verdict or _verdict(checks.boolean, text) == verdict
    assert not checks.boolean.accepts(1)


@pytest.mark.parametrize(
    ("value", "accepted"),
    [("ab", True), ("abc", False), ("a", True), ("a\n", False), ("", False), (None, False)],
)
def test_patterns(value: object, accepted: bool) -> None:
    """The whole text counts, its length too."""
    assert checks.matching("[a-c]+", "letters", longest=2).accepts(value) is accepted


def test_patterns_have_a_length_by_default() -> None:
    """255 characters, which every AWS name of the settings keeps to."""
    letters = checks.matching("a+", "letters")
    assert letters.accepts("a" * 255)
    assert not letters.accepts("a" * 256)


def test_what_need_not_be_given() -> None:
    """None passes; all else is as without it, words and secrecy included."""
    inner = Check("words", lambda value: value == 3, len, confidential=True)
    outer = checks.optional(inner)
    assert outer.accepts(None)
    assert outer.accepts(3)
    assert not outer.accepts(4)
    assert (outer.allowed, outer.parse, outer.confidential) == ("words", len, True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        ('{"A": "1"}', {"A": "1"}),
        ('{"A": 1}', None),
        ('{"A": null}', None),
        ('{"A": {"B": "1"}}', None),
        ('["A"]', None),
        ("A=1", None),
        ("", None),
        ("[" * 100_000, None),
        ("9" * 5000, None),
    ],
)
def test_mappings_of_text(text: str, value: Any) -> None:
    """JSON objects of text; what they hold is never told."""
    verdict = _verdict(checks.text_mapping("an object", lambda value: True), text)
    assert verdict == ("tap:key is not usable; allowed: an object" if value is None else value)


def test_mappings_have_a_check_of_their_own() -> None:
    """It is asked once the types are right, so that it can rely on them."""
    check = checks.text_mapping("an object", lambda value: len(value["A"]) == 1)
    assert check.accepts({"A": "1"})
    assert not check.accepts({"A": "12"})
    assert not check.accepts({"A": 1})
    assert not check.accepts({1: "A"})


@pytest.mark.parametrize(
    "network",
    [
        "10.0.0.0/16",
        "10.255.240.0/20",
        "10.7.0.0/17",
        "172.16.0.0/16",
        "172.31.240.0/20",
        "192.168.0.0/16",
        "192.168.16.0/20",
    ],
)
def test_private_networks(network: str) -> None:
    """From /16 to /20, in each of the three blocks of RFC 1918."""
    assert _verdict(checks.private_network, network) == network


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.0/15",
        "10.0.0.0/21",
        "10.0.0.0/24",
        "10.0.0.0",
        "10.0.0.1/16",
        "10.0.0.0/255.255.0.0",
        "10.0.0.0/0016",
        "8.8.0.0/16",
        "172.15.0.0/16",
        "172.32.0.0/16",
        "192.169.0.0/16",
        "100.64.0.0/16",
        "fd00::/16",
        "10.0.0.0/16 ",
        "ten",
        "",
    ],
)
def test_networks_that_cannot_be_used(text: str) -> None:
    """Too large for a VPC, too small for the subnets, not private, not exact, no network."""
    assert _verdict(checks.private_network, text) == (
        f"tap:key is {text!r}; allowed: a private network (in 10.0.0.0/8, 172.16.0.0/12 or "
        "192.168.0.0/16) from /16 to /20, such as 10.0.0.0/16"
    )


@pytest.mark.parametrize("value", [None, 167772160, ("10.0.0.0", 16)])
def test_a_network_is_text(value: object) -> None:
    """Python's own module would take an address as a number, too."""
    assert not checks.is_private_network(value)


def test_a_confidential_value_is_not_told() -> None:
    """Whatever it is."""
    check = Check("words", lambda value: False, confidential=True)
    assert check.problems("key", "hush") == ["tap:key is not usable; allowed: words"]
    assert "hush" not in json.dumps(check.problems("key", {"A": "hush"}))
