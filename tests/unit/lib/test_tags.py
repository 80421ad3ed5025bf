"""Tags: which an environment carries, and that every service takes their values."""

import unicodedata

import pytest

from lib.tags import clean_value, environment_tags, resource_tags, tag_problems

KEY_ALLOWED = "allowed: 1 to 128 letters, digits, spaces and _.:/=+-@, not starting with aws:"

STANDARD = {
    "Environment": "production",
    "Project": "ecommerce-api",
    "Repository": "unknown",
    "Author": "unknown",
    "ManagedBy": "pulumi",
    "EnvironmentSuffix": "pr1",
}


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
    assert clean_value(value) == cleaned


def test_no_other_character_comes_through() -> None:
    """Letters, digits and eight signs, of all that Unicode has in its first plane."""
    kept = "".join(
        clean_value("".join(map(chr, range(start, start + 128)))) for start in range(0, 65536, 128)
    )
    others = {c for c in kept if unicodedata.category(c)[0] not in "LN"}
    assert others == set("_.:/=+-@")


@pytest.mark.parametrize(
    ("caller", "changes"),
    [
        ({}, {}),
        ({"Author": "Zoë", "Team": "shop!"}, {"Author": "Zoë", "Team": "shop"}),
        ({"EnvironmentSuffix": "pr12", "Project": "other"}, {"Project": "other"}),
    ],
)
def test_the_callers_tags_win_except_over_the_suffix(caller: dict, changes: dict) -> None:
    """The commands and the tests find an environment by its suffix."""
    assert environment_tags("pr1", caller) == {**STANDARD, **changes}


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


def test_tags_of_the_providers_that_can_be_used() -> None:
    """Together with our own, which win; one that both have is no second spelling."""
    own = {f"key{number}": "" for number in range(34)}
    assert not tag_problems(own, {"CostCenter": "7", "key1": "x"})
    assert tag_problems(own, {"CostCenter": "7", "Team": "x"}) == [
        "36 tags are given; allowed: at most 35"
    ]
    assert tag_problems({"Team": "x"}, {"team": "y"}) == [
        "the tag key 'team' differs from 'Team' in case only"
    ]


@pytest.mark.parametrize(
    ("tags", "problems"),
    [
        *(
            ({key: "x"}, [f"the tag key {key!r} can't be used; {KEY_ALLOWED}"])
            for key in ("", "k" * 129, "aws:x", "AWS:x", "a&b", "a\n", "<x>", 7)
        ),
        *(
            # IAM takes them for the same key and refuses the role.
            ({key: "x"}, [f"the tag key {key!r} differs from {known!r} in case only"])
            for key, known in (("project", "Project"), ("NAME", "Name"))
        ),
        (
            {"Team": "x", "team": "y", "environmentsuffix": "z"},
            [
                "the tag key 'team' differs from 'Team' in case only",
                "the tag key 'environmentsuffix' differs from 'EnvironmentSuffix' in case only",
            ],
        ),
        ({"Team": 7}, ["the value of the tag 'Team' is 7; allowed: text"]),
        (
            {f"key{number}": "x" for number in range(36)},
            ["36 tags are given; allowed: at most 35"],
        ),
    ],
)
def test_tags_that_cannot_be_used(tags: dict, problems: list[str]) -> None:
    assert tag_problems(tags) == problems
