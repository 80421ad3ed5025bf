"""The environment of the program, made in an emulated AWS, for the tests of what holds there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dev.program import tap_program
from emulator.program.deployment import Deployment
from emulator.program.made import Made
from emulator.resources.aws import Aws
from emulator.server.server import Server
from lib.region import read_region
from tests.support.in_process import in_process
from tests.support.keeping import keep
from tests.support.samples import Of


@dataclass(frozen=True)
class World:
    """A running emulated AWS, and what was made in it."""

    server: Server
    aws: Aws
    resources: Sequence[Made]

    def made(self, type_name: str, part: str = "") -> Made:
        """Return what was made of a type, by its token or last name, and a part of the name."""
        for each in self.resources:
            if f":{each.type}".endswith(f":{type_name}") and part in each.name:
                return each
        raise LookupError(f"nothing made is a {type_name} named {part}")

    def id(self, type_name: str, part: str = "") -> str:
        """Return the id of what was made."""
        return self.made(type_name, part).state.id

    def fact(self, type_name: str, name: str, part: str = "") -> Any:
        """Return an argument or output of what was made."""
        return self.made(type_name, part).state[name]

    def resolve(self, value: Any) -> Any:
        """Return a value with what was made in place of each `Of`; functions take the world."""
        if isinstance(value, Of):
            state = self.made(value.token, value.part).state
            return state.id if value.key == "id" else state[value.key]
        if isinstance(value, Mapping):
            return {name: self.resolve(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        return value(self) if callable(value) else value


# What the first one has made; to bring that back takes a hundredth of the time.
_MADE: list[tuple[Sequence[Made], Callable[[], None]]] = []


@contextmanager
def made_world() -> Iterator[tuple[World, Callable[[], None]]]:
    """Make the environment `dev`; what is given beside it brings it back to how it was made."""
    with in_process(Server(read_region())) as server:
        aws = server.aws()
        if not _MADE:
            deployment = Deployment(aws)
            deployment.up(tap_program(), stack="dev")
            _MADE.append((deployment.resources, keep()))
        resources, bring_back = _MADE[0]
        bring_back()
        yield World(server, aws, resources), bring_back


# In place of a value: the member is not there.
MISSING = object()

# A good call made wrong in one way: the operation, where it is changed, to what (a function takes
# the world), AWS's error code, and words of its message.
Row = tuple[str, str, Any, str, str]
Refused = list[Row]


PUBLIC_SUBNETS = [Of("Subnet", f"public-subnet-{number}") for number in (1, 2)]


def refusal(aws: Aws, operation: str, arguments: dict[str, Any]) -> tuple[str, str]:
    """Call what AWS refuses, and return its error code and message."""
    with pytest.raises(ClientError) as refused:
        aws.call(operation, **arguments)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]
