"""What `sweep` prints with `--json`; docs/json.md describes it."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from ops.frozen_model import FrozenModel
from ops.report import Unseen


class Candidate(FrozenModel):
    """One environment, and whether it is to go."""

    environment: str
    goes: bool
    why: str = Field(description="Why it goes, or why it stays.")
    stack: str | None = Field(default=None, description="The stack that holds it.")
    resources: int = Field(default=0, description="How many it has in AWS; 0 if not looked at.")
    repository: str | None = Field(default=None, description="The tag Repository.")
    created: datetime | None = Field(default=None, description="When its oldest part was made.")
    expires: datetime | None = Field(default=None, description="The tag Expires.")
    usd_a_day: float | None = Field(
        default=None, description="What is in AWS costs at rest; null where that is not known."
    )
    notes: tuple[str, ...] = Field(default=(), description="What its removal has to overcome.")
    outcome: Literal["removed", "failed", "stayed"] | None = Field(
        default=None, description="What --yes did; null where it was not to go."
    )
    problems: tuple[str, ...] = Field(default=(), description="What failed, in words.")


class SweepReport(FrozenModel):
    """What `sweep` tells."""

    version: Literal[1] = 1
    command: Literal["sweep"] = "sweep"
    region: str
    account: str | None = None
    repository: str
    open: tuple[int, ...] | None = Field(
        description="The numbers of the open pull requests; null where they are not known."
    )
    open_from: str = Field(description="Where the numbers are from.")
    verdict: str
    exit_code: Literal[0, 1, 3] = Field(
        description="0: nothing is to go, or all is gone; 1: something failed, or, without --yes, "
        "something is to go; 3: something could not be looked at."
    )
    environments: tuple[Candidate, ...] = ()
    unseen: tuple[Unseen, ...] = ()
