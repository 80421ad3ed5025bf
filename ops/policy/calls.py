"""The calls: which actions each of those takes who works on environments.

calls.json has them by resource type of Pulumi's, as the provider makes them in create, read, update
and delete, with the actions that IAM asks for besides (a role that is passed, tags at the
creation); by look-up; and those of the commands of ops and of the integration tests.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("calls.json")


@dataclass(frozen=True)
class Calls:
    """Actions, `service:Name` as IAM has them; `provider` says whose source was read.

    `resources` are by type and by what is done with one. `others` are `look` and `change`, what the
    commands do besides; `tests`, what tests/integration does; `images`, what a push takes; `state`,
    what the backend in S3 and its key take; `roles`, what the environment's own roles do at most.
    """

    provider: Mapping[str, str]
    resources: Mapping[str, Mapping[str, Sequence[str]]]
    lookups: Mapping[str, Sequence[str]]
    others: Mapping[str, Sequence[str]]

    def of_provider(self) -> frozenset[str]:
        """Return what an `up` and a `destroy` take, whatever the settings."""
        made = (actions for each in self.resources.values() for actions in each.values())
        looked_up = self.lookups.values()
        return frozenset(action for actions in (*made, *looked_up) for action in actions)

    def of_deployer(self) -> frozenset[str]:
        """Return what `make up`, `make destroy`, an image, every command and the tests take."""
        names = ("look", "change", "tests", "images", "state")
        return self.of_provider().union(*(self.others[name] for name in names))

    def of_reader(self) -> frozenset[str]:
        """Return what the commands take that only look: they do without the values of secrets."""
        return frozenset(self.others["look"])

    def of_tests(self) -> frozenset[str]:
        """Return what tests/integration takes."""
        return frozenset(self.others["tests"])

    def of_roles(self) -> frozenset[str]:
        """Return what the roles of an environment may do at most."""
        return frozenset(self.others["roles"])


@cache
def read_calls() -> Calls:
    """Return what calls.json has."""
    return Calls(**json.loads(_FILE.read_text(encoding="utf-8")))
