"""Tags: which an environment carries, and that every service takes their values."""

import unicodedata

import pytest

from lib.tags import clean_value, environment_tags, resource_tags, tag_problems

KEY_ALLOWED = "allowed: 1 to 128 letters, digits, spaces and _.:/=+-@, not starting with aws:"


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [
        ("Jane O'Neil <j@x.com>", "Jane ONeil j@x.com"),
        ("https://github.com/shop/api.git", "https://github.com/shop/api.git"),
        ("a_b.c:d/e=f+g-h@i", "a_b.c:d/e=f+g-h@i"),
        ("  one\ttwo \n three  ", "one two three"),
        ("Zoe\u0308", "Zo\u00eb"),
        ('(){}[]!"#$%&*,;?\\^`|~\x00\x7f\ud800', ""),
        ("x" * 300, "x" * 256),
        ("x" * 255 + " y", "x" * 255),
        ("", ""),
    ],
)
def test_values_are_cut_to_what_all_services_take(value: str, cleaned: str) -> None:
    """What some service refuses goes; what is left keeps its words."""
    assert clean_value(value) == cleaned


def test_no_other_character_comes_through() -> None:
    """Letters, digits and eight signs, of all that Unicode has in its first plane."""
    kept = "".join(
        clean_value("".join(map(chr, range(start, start + 128)))) for start in range(0, 65536, 128)
    )
    others = {c for c in kept if unicodedata.category(c)[0] not in "LN"}
    assert others == set("_.:/=+-@")


def test_the_tags_of_an_environment() -> None:
    """The suffix is always there; who made it is unknown until told."""
    assert environment_tags("pr1", {}) == {
        "Environment": "production",
        "Project": "ecommerce-api",
        "Repository": "unknown",
        "Author": "unknown",
        "ManagedBy": "pulumi",
        "EnvironmentSuffix": "pr1",
    }


def test_the_callers_tags_win_except_over_the_suffix() -> None:
    """The commands and the tests find an environment by its suffix."""
    caller = {"Author": "Zoë", "Team": "shop!", "EnvironmentSuffix": "pr12", "Project": "other"}
    assert environment_tags("pr1", caller) == {
        "Environment": "production",
        "Project": "other",
        "Repository": "unknown",
        "Author": "Zoë",
        "ManagedBy": "pulumi",
        "EnvironmentSuffix": "pr1",
        "Team": "shop",
    }


def test_the_name_is_the_resources_own() -> None:
    """A Name of the caller's would hide which resource it is on."""
    assert resource_tags("vpc", "pr1", {"Name": "mine", "Team": "shop"}) == {
        "Name": "flask-api-vpc-pr1",
        "Team": "shop",
    }


def test_tags_that_can_be_used() -> None:
    """35 of the caller's own, keys of up to 128 characters."""
    own = {f"key{number}": "" for number in range(33)}
    assert not tag_problems({**own, "k" * 128: "x", "Größe 1_.:/=+-@": "y"})


@pytest.mark.parametrize("key", ["", "k" * 129, "aws:x", "AWS:x", "a&b", "a\n", "<x>", 7])
def test_keys_that_cannot_be_used(key: object) -> None:
    """The problem names the key and what is allowed."""
    assert tag_problems({key: "x"}) == [f"the tag key {key!r} can't be used; {KEY_ALLOWED}"]


def test_a_value_that_is_no_text() -> None:
    """AWS's tags are text."""
    assert tag_problems({"Team": 7}) == ["the value of the tag 'Team' is 7; allowed: text"]


@pytest.mark.parametrize(
    ("tags", "key", "known"),
    [
        ({"project": "x"}, "project", "Project"),
        ({"environmentsuffix": "x"}, "environmentsuffix", "EnvironmentSuffix"),
        ({"name": "x"}, "name", "Name"),
        ({"Team": "x", "team": "y"}, "team", "Team"),
    ],
)
def test_keys_that_differ_in_case_only(tags: dict[str, str], key: str, known: str) -> None:
    """IAM takes them for the same key and refuses the role."""
    assert tag_problems(tags) == [f"the tag key {key!r} differs from {known!r} in case only"]


def test_too_many_tags() -> None:
    """AWS takes 50 a resource, and some of those are ours and ECS's."""
    tags = {f"key{number}": "x" for number in range(36)}
    assert tag_problems(tags) == ["36 tags are given; allowed: at most 35"]


def test_every_problem_is_told() -> None:
    """One run tells all of them."""
    assert len(tag_problems({"aws:x": "x", "name": "x", "Team": 7})) == 3
