"""What `leftovers` prints with `--json`; docs/json.md describes it."""

from typing import Literal

from pydantic import Field

from ops.frozen_model import FrozenModel
from ops.report import Unseen


class Leftover(FrozenModel):
    """One resource that bears the suffix, by its name or its tag."""

    type: str
    name: str
    id: str
    note: str | None = Field(default=None, description="Why it is there, or what it waits for.")
    usd_a_day: float | None = Field(
        default=None, description="An estimate by public prices; null where it is not known."
    )
    kept: str | None = Field(
        default=None, description="Why `--remove` did not, or would not, remove it."
    )


class Foreign(FrozenModel):
    """One resource that is named like a part of the environment, and is another's."""

    type: str
    name: str
    id: str
    owner: str = Field(description="What its tags say.")


class LeftoversReport(FrozenModel):
    """What `leftovers --suffix S` tells."""

    version: Literal[1] = 1
    command: Literal["leftovers"] = "leftovers"
    environment: str
    region: str
    account: str | None = None
    verdict: str
    exit_code: Literal[0, 1, 3] = Field(
        description="0: nothing is left; 1: something is; 3: nothing was found, but something "
        "could not be looked at."
    )
    living: bool = Field(description="Whether its service runs tasks.")
    usd_a_day: float = Field(description="What the leftovers of known price cost together.")
    prices: str = Field(description="Where the prices are from.")
    left: tuple[Leftover, ...] = ()
    foreign: tuple[Foreign, ...] = ()
    inactive_definitions: int = Field(
        default=0, description="Task definitions that ECS keeps and that can't be started."
    )
    removed: tuple[str, ...] = Field(default=(), description="What `--remove` has removed.")
    unseen: tuple[Unseen, ...] = ()
