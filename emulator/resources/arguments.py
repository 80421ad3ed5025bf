"""Arguments: what is irregular about those of a resource type, by their names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Inputs = Mapping[str, Any]

# What a document means, so that two ways to write it compare equal.
Meaning = Callable[[Any], Any]

# Whether a change from the old arguments to the new ones replaces the resource.
Condition = Callable[[Inputs, Inputs], bool]


# The dotted path of an argument (`defaultActions.redirect`) -> where AWS has it, from where the
# argument stands: another member (`RedirectConfig`), a dotted path through structures and lists of
# one (`Certificates.CertificateArn`), or such a place for each part of an object.
Renames = Mapping[str, str | Mapping[str, str]]


@dataclass(frozen=True)
class Comparison:
    """What is irregular about changes, as the real provider has them.

    meanings: how documents compare. replaces_if: when a change at a dotted path replaces, where
    more than the name decides. kept: what shows no difference when it is left out, for other
    reasons than that AWS computes it.
    """

    meanings: Mapping[str, Meaning] = field(default_factory=dict)
    replaces_if: Mapping[str, Condition] = field(default_factory=dict)
    kept: tuple[str, ...] = ()


@dataclass(frozen=True)
class Arguments:
    """What is irregular about the arguments of a type, by their names.

    Names match AWS's members whatever their case; `renames` are the others. converters: from the
    program's form to AWS's. local: those that no call takes. defaults: what the real provider
    fills in. secrets: arguments and outputs that are secret, whatever the program says. identity:
    those that make the thing's name in AWS, which two can't share.
    """

    renames: Renames = field(default_factory=dict)
    converters: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    local: tuple[str, ...] = ()
    defaults: Inputs = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    comparison: Comparison = Comparison()

    @property
    def unsent(self) -> frozenset[str]:
        """Those that no call takes, with the region: the emulated AWS has the provider's alone."""
        return frozenset((*self.local, "region"))

    def complete(self, inputs: Inputs) -> dict[str, Any]:
        """Return the arguments with those that the real provider fills in."""
        given = {name: item for name, item in inputs.items() if item is not None}
        return {**self.defaults, **given}


REGULAR = Arguments()
