"""Tags: the characters and lengths that services take, and those without a value."""

import re
from collections.abc import Iterator, Mapping, MutableMapping
from functools import partial
from typing import Any

from emulator.server.interception import ANY, AwsError, Call, Patch, Validator

_KEY_LENGTH = 128
_VALUE_LENGTH = 256

# Letters of every script, digits and spaces are among them; EC2 and Secrets Manager take more.
_CHARACTERS = re.compile(r"[\w\s.:/=+\-@]*")

# The services that take no others, and the code with which each refuses them.
_STRICT: Mapping[str, str] = {
    "acm": "InvalidTagException",
    "application-autoscaling": "ValidationException",
    "ecr": "InvalidTagParameterException",
    "ecs": "InvalidParameterException",
    "elbv2": "ValidationError",
    "iam": "ValidationError",
    "logs": "InvalidParameterException",
    "rds": "InvalidParameterValue",
    "wafv2": "WAFTagOperationException",
}
_LENIENT: Mapping[str, str] = {
    "ec2": "InvalidParameterValue",
    "secretsmanager": "InvalidParameterException",
}


def _tags(params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the keys and values of the tags in a call, which are pairs or a mapping."""
    for specification in params.get("TagSpecifications", ()):
        yield from _tags(specification)
    for name in ("Tags", "tags"):
        given = params.get(name, ())
        if isinstance(given, Mapping):
            yield from given.items()
            continue
        for pair in given:
            # Key and Value in most services, TagKey and TagValue in KMS.
            known = {name.lower().removeprefix("tag"): value for name, value in pair.items()}
            yield known.get("key", ""), known.get("value", "")


def _check(code: str, strict: bool, call: Call) -> None:
    for key, value in _tags(call.params):
        if not key:
            raise AwsError(code, "Tag keys must not be empty.")
        if key.startswith("aws:"):
            raise AwsError(code, f"Tag {key!r}: keys that begin with aws: are reserved.")
        if len(key) > _KEY_LENGTH or len(value) > _VALUE_LENGTH:
            raise AwsError(
                code,
                f"Tag {key[:_KEY_LENGTH]!r} is too long: keys have at most {_KEY_LENGTH} "
                f"characters, values {_VALUE_LENGTH}.",
            )
        if strict and not (_CHARACTERS.fullmatch(key) and _CHARACTERS.fullmatch(value)):
            raise AwsError(
                code,
                f"Tag {key!r} may only have letters, digits, spaces and _ . : / = + - @",
            )


VALIDATORS = (
    *(Validator(service, ANY, partial(_check, code, True)) for service, code in _STRICT.items()),
    *(Validator(service, ANY, partial(_check, code, False)) for service, code in _LENIENT.items()),
)


def _fill_values(call: Call, params: MutableMapping[str, Any]) -> None:
    # Without a value, a tag goes whatever it has.
    if call.operation == "DeleteTags":
        return
    for holder in (params, *(params.get("TagSpecifications") or ())):
        for tag in holder.get("Tags") or ():
            if tag.get("Value") is None:
                tag["Value"] = ""


PATCHES = tuple(
    Patch(service, ANY, "knows no tag without a value, which is empty", fill=_fill_values)
    for service in ("ec2", "rds")
)
