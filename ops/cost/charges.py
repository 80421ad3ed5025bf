"""Charges: what AWS asks money for, by time and by use, before any price is known."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Number:
    """How many there are of something.

    At rest, when nobody uses the environment and what can pause has paused; awake, when somebody
    does, at the least; at most, when all is as large as it may become.
    """

    rest: Decimal
    awake: Decimal
    most: Decimal

    def __iter__(self) -> Iterator[Decimal]:
        return iter((self.rest, self.awake, self.most))

    def __add__(self, other: "Number") -> "Number":
        return Number(*(a + b for a, b in zip(self, other, strict=True)))


def always(number: int | Decimal) -> Number:
    """Return the number of something that neither pauses nor grows."""
    return Number(*[Decimal(number)] * 3)


@dataclass(frozen=True)
class TimeCharge:
    """What costs money as long as it is there.

    Each costs the sum of these amounts of prices, which the catalogue names.
    """

    part: str
    amounts: tuple[tuple[str, Decimal], ...]
    number: Number

    @classmethod
    def simple(cls, part: str, price: str, number: int | Decimal = 1) -> "TimeCharge":
        """Return the charge for something that is always there and has one price."""
        return cls(part, ((price, Decimal(1)),), always(number))


@dataclass(frozen=True)
class UseCharge:
    """What costs money for each unit of its use."""

    words: str
    price: str


Charge = TimeCharge | UseCharge
