"""What a command found out: the shape of what `--json` prints, and of what the screen shows.

docs/json.md describes it; its JSON Schema is what `Report.model_json_schema()` returns.
"""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from ops.frozen_model import FrozenModel

# Exit codes. 2 is misuse: nothing was looked at.
WELL = 0
FINDINGS = 1
UNSEEN = 3


class Finding(FrozenModel):
    """Something that is wrong, and what to do about it."""

    words: str = Field(description="What is wrong, in one sentence.")
    advice: str = Field(description="What to do about it, with the command to type.")
    because: str | None = Field(
        default=None, description="The finding of another check of which this is the effect."
    )


class Unseen(FrozenModel):
    """Something that could not be looked at."""

    words: str = Field(description="What AWS, or the machine, said instead of an answer.")
    action: str | None = Field(
        default=None, description="The IAM action that is missing, such as rds:DescribeDBClusters."
    )


class CheckReport(FrozenModel):
    """What one check found out."""

    name: str = Field(description="The name of the check, the same in each run.")
    summary: str = Field(description="What is there, in one line; empty where nothing was seen.")
    findings: tuple[Finding, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    notes: tuple[str, ...] = Field(default=(), description="What is worth knowing, and not wrong.")


class Report(FrozenModel):
    """What a command found out about an environment."""

    version: Literal[1] = 1
    command: str
    environment: str
    region: str
    account: str | None = None
    verdict: str = Field(description="The outcome in one sentence.")
    exit_code: Literal[0, 1, 3] = Field(
        description="0: all is well; 1: findings; 3: no finding, but something was not looked at."
    )
    checks: tuple[CheckReport, ...]

    @property
    def findings(self) -> Iterator[Finding]:
        """Every finding of every check."""
        return (finding for check in self.checks for finding in check.findings)


def exit_code(checks: tuple[CheckReport, ...]) -> Literal[0, 1, 3]:
    """Return the exit code of what checks found out: a finding counts more than what is unseen."""
    if any(check.findings for check in checks):
        return FINDINGS
    return UNSEEN if any(check.unseen for check in checks) else WELL
