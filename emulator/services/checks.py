"""Checks that services share: members that a call has to have, and how their values look."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from emulator.server.interception import AwsError, Call, Validator


def values(params: Mapping[str, Any], path: str) -> Iterator[Any]:
    """Give what a call has at a path (`loadBalancers.containerName`), in all items of its lists.

    Where a structure or an item is there and lacks the member, that is None.
    """
    name, _, rest = path.partition(".")
    found = params.get(name)
    if not rest:
        yield found
        return
    for each in found if isinstance(found, list) else [found]:
        if each is not None:
            yield from values(each, rest)


def required(
    service: str, code: str, members: Mapping[str, Sequence[str | tuple[str, ...]]]
) -> Iterator[Validator]:
    """Make validators of operations: members that they need though botocore's model has it not so.

    A member is a path, see `values`, or several of which one will do. Empty is missing.
    """
    for operation, paths in members.items():
        for path in paths:
            names = path if isinstance(path, tuple) else (path,)
            yield Validator(service, (operation,), partial(_require, code, names))


def _require(code: str, names: tuple[str, ...], call: Call) -> None:
    given = zip(*(values(call.params, name) for name in names), strict=True)
    if any(all(each in (None, "", [], {}) for each in found) for found in given):
        raise AwsError(code, f"The request must contain the parameter {' or '.join(names)}")


def pattern(
    service: str, operations: tuple[str, ...], path: str, text: str, error: AwsError
) -> Validator:
    """Make a validator: what is at a path, if anything, has the pattern `text` from end to end."""
    return Validator(service, operations, partial(_match, path, re.compile(text), error))


def _match(path: str, compiled: re.Pattern[str], error: AwsError, call: Call) -> None:
    for value in values(call.params, path):
        if value is not None and not compiled.fullmatch(str(value)):
            raise error


def security_groups(
    service: str, operations: tuple[str, ...], path: str, error: Callable[[str], AwsError]
) -> Validator:
    """Make a validator: the security groups in a list at a path are there; `error` takes an id."""

    def check(call: Call) -> None:
        known = {each for of in call.backend("ec2").groups.values() for each in of}
        for found in values(call.params, path):
            for unknown in (each for each in found or () if each not in known):
                raise error(unknown)

    return Validator(service, operations, check)
