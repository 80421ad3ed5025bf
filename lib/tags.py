"""Tags: the ones that every resource carries, in the characters that every service accepts."""

import unicodedata
from collections.abc import Iterable, Mapping

from lib.names import resource_name

VALUE_LENGTH = 256
KEY_LENGTH = 128

# AWS takes 50 tags a resource; the ones that this program adds, and those that ECS manages by
# itself (aws:ecs:…), need room beside the caller's.
CALLER_TAGS = 35

# Who made an environment, and from where: a later `up` by somebody else changes nothing.
CREATION_TAGS = ("Author", "Repository")

_STANDARD = {
    "Environment": "production",
    "Project": "ecommerce-api",
    "Repository": "unknown",
    "Author": "unknown",
    "ManagedBy": "pulumi",
}

# What IAM, ECS, ELB, RDS, ECR and CloudWatch Logs have in common.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules
_PUNCTUATION = frozenset("_.:/=+-@")


def _accepted(character: str) -> bool:
    return character.isalnum() or character in _PUNCTUATION or character == " "


def clean_value(value: str) -> str:
    """Return a tag's value without the characters that some service refuses, 256 at most.

    `Jane O'Neil <j@x.com>` becomes `Jane ONeil j@x.com`: an author's name must not fail a create.
    """
    composed = unicodedata.normalize("NFC", value)
    kept = (c if _accepted(c) else " " if c.isspace() else "" for c in composed)
    return " ".join("".join(kept).split())[:VALUE_LENGTH].rstrip()


def _usable_key(key: object) -> bool:
    return (
        isinstance(key, str)
        and 0 < len(key) <= KEY_LENGTH
        and all(_accepted(c) for c in key)
        and not key.lower().startswith("aws:")
    )


def _case_problems(keys: Iterable[str]) -> list[str]:
    """IAM takes keys that differ only in case for the same key, and refuses the role."""
    spellings = {key.lower(): key for key in (*_STANDARD, "EnvironmentSuffix", "Name")}
    problems = []
    for key in filter(_usable_key, keys):
        known = spellings.setdefault(key.lower(), key)
        if known != key:
            problems.append(f"the tag key {key!r} differs from {known!r} in case only")
    return problems


def tag_problems(tags: Mapping[str, str], defaults: Mapping[str, str] | None = None) -> list[str]:
    """Tell what AWS would refuse about the keys and the number of a caller's own tags.

    `defaults` are those that the provider adds (`aws:defaultTags`). They come on top of ours, and
    reach AWS as they are: a value is not cut to what every service accepts.
    """
    defaults = defaults or {}
    problems = _case_problems([*tags, *(key for key in defaults if key not in tags)])
    together = {**defaults, **tags}
    if len(together) > CALLER_TAGS:
        problems.append(f"{len(together)} tags are given; allowed: at most {CALLER_TAGS}")
    for key, value in defaults.items():
        if isinstance(value, str) and value != clean_value(value):
            problems.append(
                f"the value of the tag {key!r} of aws:defaultTags can't be used; allowed: at most "
                f"{VALUE_LENGTH} letters, digits, single spaces and _.:/=+-@"
            )
    for key, value in together.items():
        if not _usable_key(key):
            problems.append(
                f"the tag key {key!r} can't be used; allowed: 1 to {KEY_LENGTH} letters, digits, "
                "spaces and _.:/=+-@, not starting with aws:"
            )
        elif not isinstance(value, str):
            problems.append(f"the value of the tag {key!r} is {value!r}; allowed: text")
    return problems


def environment_tags(suffix: str, caller: Mapping[str, str]) -> dict[str, str]:
    """Return the tags that every resource of an environment carries, Name apart.

    What the caller gives wins, except over EnvironmentSuffix: the tests, the commands and the
    proof that nothing is left find an environment by it.
    """
    tags = {**_STANDARD, **caller, "EnvironmentSuffix": suffix}
    return {key: clean_value(value) for key, value in tags.items()}


def resource_tags(part: str, suffix: str, common: Mapping[str, str]) -> dict[str, str]:
    """Return the common tags with the Name of this part of the environment."""
    return {**common, "Name": resource_name(part, suffix)}
