"""The resource types of the provider `random`, made on this machine: no AWS has them."""

import secrets
import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from emulator.resources.arguments import Arguments, Inputs
from emulator.resources.aws import Aws
from emulator.resources.resource_type import ResourceType
from emulator.resources.state import State

# What the provider has as special characters, unless told otherwise.
# https://www.pulumi.com/registry/packages/random/api-docs/randompassword/
_SPECIAL = "!@#$%&*()-_=+[]{}<>:?"


@dataclass(frozen=True)
class RandomPassword(ResourceType):
    """A password that is made once and kept: nothing that AWS, or a later read, could change."""

    def create(self, aws: Aws, inputs: Inputs) -> State:
        """Make the password, of cryptographic quality."""
        inputs = self.arguments.complete(inputs)
        return State("none", inputs, {"result": _password(inputs)})

    def read(self, aws: Aws, state: State) -> State | None:
        """Return the password as it is."""
        return state

    def update(self, aws: Aws, state: State, inputs: Inputs) -> State:
        """Return the password as it is: whatever could change it replaces it."""
        return State(state.id, self.arguments.complete(inputs), state.outputs)

    def delete(self, aws: Aws, state: State) -> None:
        """Do nothing: it is kept in the state alone."""


def _classes(inputs: Inputs) -> Iterator[tuple[str, int]]:
    """Give the characters of each wanted class, and how many of it there have to be."""
    classes = {
        "lower": (string.ascii_lowercase, "minLower"),
        "upper": (string.ascii_uppercase, "minUpper"),
        "numeric": (string.digits, "minNumeric"),
        "special": (inputs.get("overrideSpecial") or _SPECIAL, "minSpecial"),
    }
    for name, (characters, least) in classes.items():
        if inputs[name]:
            yield characters, int(inputs[least])


def _password(inputs: Inputs) -> str:
    classes = list(_classes(inputs))
    picked = [secrets.choice(each) for each, least in classes for _ in range(least)]
    every = "".join(each for each, _ in classes)
    picked += [secrets.choice(every) for _ in range(int(inputs["length"]) - len(picked))]
    secrets.SystemRandom().shuffle(picked)
    return "".join(picked)


_DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(("lower", "upper", "numeric", "special"), True),
    **dict.fromkeys(("minLower", "minUpper", "minNumeric", "minSpecial"), 0),
}

RANDOM_PASSWORD = RandomPassword(
    "random:index/randomPassword:RandomPassword",
    Arguments(defaults=_DEFAULTS, secrets=("bcryptHash", "result")),
)
