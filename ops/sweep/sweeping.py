"""A sweep: what is there, what of it is to go, and its removal."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from ops.account import Account
from ops.checks import unseen
from ops.clients import Clients
from ops.inventory.side_by_side import side_by_side
from ops.report import Unseen
from ops.sweep.backend import Backend, FoundStack
from ops.sweep.found import FoundEnvironment, Listing, list_environments, look_at_environment
from ops.sweep.judgement import Rules, number_of
from ops.sweep.model import Candidate
from ops.sweep.price import usd_a_day
from ops.sweep.pull_requests import NotKnown, PullRequests
from ops.sweep.removal import Remover

# What a pull request has that is to have an environment.
LABEL = "preview"

_EXPIRED = (
    "The environment `{suffix}` expired at {expires:%Y-%m-%d %H:%M} UTC and was removed. To have a "
    "new one, give this pull request the label `{label}` again."
)


@dataclass(frozen=True)
class Sweep:
    """Everything that a sweep works with.

    `owner` is the repository whose environments are swept, as the tag Repository says it.
    """

    owner: str
    pull_requests: PullRequests
    account: Account
    backend: Backend
    remover: Remover
    unseen: list[Unseen] = field(default_factory=list)

    @property
    def clients(self) -> Clients:
        """The clients of the region that is swept."""
        return self.remover.clients

    @cached_property
    def _listing(self) -> Listing:
        return list_environments(self.account, self.clients)

    def look(self) -> tuple[Rules, list[Candidate]]:
        """Return every environment, judged, and what each was held against.

        Which pull requests are open is asked last: one that is opened meanwhile has an environment
        that was not seen yet. Raises CommandError, OSError and BotoCoreError where neither backend
        nor AWS can be asked.
        """
        self.unseen.extend(self._listing.unseen)
        stacks = self.backend.stacks()
        suffixes = sorted({*self._listing.suffixes, *stacks}, key=_order)
        mine = [suffix for suffix in suffixes if number_of(suffix)]
        looked = side_by_side(
            partial(self._look_at, suffix, stacks.get(suffix, ())) for suffix in mine
        )
        # What AWS still lists and is gone has nothing.
        found = [each for each in looked if each and (each.resources or each.stacks)]
        rules = self._rules(number_of(each.suffix) or 0 for each in found)
        return rules, [
            *(self._candidate(each, rules) for each in found),
            *(
                Candidate(environment=suffix, goes=False, why="it could not be looked at")
                for suffix, each in zip(mine, looked, strict=True)
                if each is None
            ),
            *(
                Candidate(environment=suffix, goes=False, why="its suffix is not pr<number>")
                for suffix in suffixes
                if not number_of(suffix)
            ),
        ]

    def remove(self, candidate: Candidate, rules: Rules) -> Candidate:
        """Remove what is to go, if that is still so; return it with what became of it."""
        suffix = candidate.environment
        number = number_of(suffix) or 0
        try:
            state = self.pull_requests.state(number)
        except NotKnown as error:
            return _ended(candidate, [str(error)])
        found = self._look_at(suffix, self.backend.stacks(suffix).get(suffix, ()))
        if found is None:
            return _ended(candidate, ["it could not be looked at again"])
        again = self._candidate(found, rules.with_state(number, state))
        if not again.goes:
            return again.model_copy(update={"outcome": "stayed"})
        problems = [*self.remover.remove(found)]
        if not problems and state == "open":
            problems = [*self._tell(number, found)]
        return _ended(again, problems)

    def _look_at(self, suffix: str, stacks: Sequence[FoundStack]) -> FoundEnvironment | None:
        tagged = self._listing.tagged.get(suffix, frozenset())
        try:
            found = look_at_environment(self.clients, suffix, stacks, tagged)
        except (ClientError, ResponseParserError) as error:
            self.unseen.append(unseen(error))
            return None
        errors = (each.error for each in found.discovery.unanswered)
        self.unseen.extend(unseen(error) for error in errors if error)
        return found

    def _rules(self, numbers: Iterable[int]) -> Rules:
        """Return what environments of these pull requests are held against.

        A list that misses an open one is none: each that it misses is asked for by itself.
        """
        rules = Rules(self.owner, None, self.account.number, self.clients.region.name)
        try:
            known = replace(rules, open=self.pull_requests.open)
            for number in sorted(set(numbers) - self.pull_requests.open):
                state = self.pull_requests.state(number)
                if state == "open":
                    raise NotKnown(f"pull request {number} is open, and the list lacks it")
                known = known.with_state(number, state)
            return known
        except NotKnown as error:
            self.unseen.append(Unseen(words=str(error)))
            return rules

    def _candidate(self, found: FoundEnvironment, rules: Rules) -> Candidate:
        goes, why = rules.judge(found)
        return Candidate(
            environment=found.suffix,
            goes=goes,
            why=why,
            stack=found.stack.name if found.stack else None,
            resources=len(found.resources),
            repository=next(iter(sorted(found.repositories)), None),
            created=found.created,
            expires=found.expires,
            usd_a_day=self._price(found),
            notes=tuple(self.remover.notes(found)) if goes else (),
        )

    def _price(self, found: FoundEnvironment) -> float | None:
        try:
            return usd_a_day(self.clients, found.resources)
        except ClientError:
            return None

    def _tell(self, number: int, found: FoundEnvironment) -> Iterator[str]:
        words = _EXPIRED.format(suffix=found.suffix, expires=found.expires, label=LABEL)
        try:
            self.pull_requests.tell(number, words, LABEL)
        except NotKnown as error:
            yield f"it is gone, and its pull request was not told: {error}"


def _order(suffix: str) -> tuple[int, str]:
    return number_of(suffix) or 0, suffix


def _ended(candidate: Candidate, problems: Sequence[str]) -> Candidate:
    outcome = "failed" if problems else "removed"
    return candidate.model_copy(update={"outcome": outcome, "problems": tuple(problems)})
