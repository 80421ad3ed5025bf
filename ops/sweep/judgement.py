"""Which environment goes: the rules, one after the other; the first that says so has it stay."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ops.doctor.locks import LONGEST_UPDATE
from ops.leftovers.owners import same_repository
from ops.sweep.backend import PULL_REQUEST
from ops.sweep.found import FoundEnvironment


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Rules:
    """What an environment is held against.

    `repository` is whose environments are swept, as the tag Repository says it; `open` are the open
    pull requests, None where they are not known; `account` and `region` are where is swept;
    `missing` are numbers that no pull request has.
    """

    repository: str
    open: frozenset[int] | None
    account: str | None
    region: str
    missing: frozenset[int] = frozenset()
    now: Callable[[], datetime] = field(default=_now)

    def with_state(self, number: int, state: str | None) -> "Rules":
        """Return the rules with what a pull request is now: open, closed, or None if not there."""
        others = (self.open or frozenset()) - {number}
        known = others | {number} if state == "open" else others
        missing = self.missing | {number} if state is None else self.missing - {number}
        return replace(self, open=known, missing=missing)

    def judge(self, found: FoundEnvironment) -> tuple[bool, str]:
        """Tell whether an environment goes, and why it does or stays."""
        for reason in self._reasons_to_stay(found):
            return False, reason
        number = number_of(found.suffix)
        if number not in (self.open or ()):
            return True, f"pull request {number} is closed"
        return True, f"it expired at {found.expiry_text}; pull request {number} is open"

    def _reasons_to_stay(self, found: FoundEnvironment) -> Iterator[str]:
        number = number_of(found.suffix)
        if number is None:
            yield "its suffix is not pr<number>"
        else:
            yield from self._of_a_pull_request(found, number)

    def _of_a_pull_request(self, found: FoundEnvironment, number: int) -> Iterator[str]:
        for each in found.discovery.unanswered:
            yield f"not all of it could be looked at: {each}"
        yield from self._of_the_stacks(found)
        yield from self._of_the_owner(found)
        if found.protection:
            yield f"{found.protection} is protected from deletion"
        if self.open is None:
            yield "it is not known which pull requests are open"
        elif number in self.open and not self._has_expired(found):
            text = found.expiry_text
            until = f" until {text}" if found.expires else ""
            broken = f"; its tag Expires says {text!r}" if text and not found.expires else ""
            yield f"pull request {number} is open{until}{broken}"
        elif number in self.missing:
            yield f"there is no pull request {number}"
        if found.is_empty and self._is_new(found):
            yield "its stack is new, and nothing is in it yet"

    def _of_the_stacks(self, found: FoundEnvironment) -> Iterator[str]:
        if len(found.stacks) > 1:
            names = ", ".join(each.name for each in found.stacks)
            yield f"several stacks may hold it: {names}"
        for stack in found.stacks:
            if stack.worker:
                yield f"its stack is being worked on, by {stack.worker}"
            if stack.resources and stack.state.region not in (None, self.region):
                yield f"its stack is of the region {stack.state.region}"
            others = stack.accounts - {self.account}
            if others:
                yield f"its stack is of the account {', '.join(sorted(others))}"

    def _of_the_owner(self, found: FoundEnvironment) -> Iterator[str]:
        told = sorted(found.repositories)
        others = [each for each in told if not same_repository(each, self.repository)]
        if others:
            yield f"its tag Repository says {', '.join(others)}"
        elif not (found.repositories or found.is_empty):
            yield "no tag Repository says whose it is"

    def _has_expired(self, found: FoundEnvironment) -> bool:
        return found.expires is not None and found.expires <= self.now()

    def _is_new(self, found: FoundEnvironment) -> bool:
        return found.created is not None and self.now() - found.created < LONGEST_UPDATE


def number_of(suffix: str) -> int | None:
    """Return the number of the pull request that an environment is of; None if it is of none."""
    match = PULL_REQUEST.fullmatch(suffix)
    return int(match["number"]) if match else None
