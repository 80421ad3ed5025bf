"""URNs: how Pulumi names the resources of a stack.

https://www.pulumi.com/docs/iac/concepts/resources/names/#urns
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Urn:
    """The parts of `urn:pulumi:stack::project::parent$type::name`.

    `qualified_type` has the types of all ancestors before the resource's own.
    """

    stack: str
    project: str
    qualified_type: str
    name: str

    @classmethod
    def parse(cls, urn: str) -> "Urn":
        """Return the parts of a URN; raises ValueError for a text that is none."""
        parts = urn.removeprefix("urn:pulumi:").split("::", 3)
        if not urn.startswith("urn:pulumi:") or len(parts) != 4:
            raise ValueError(f"{urn!r} is no URN")
        return cls(*parts)

    def __str__(self) -> str:
        return f"urn:pulumi:{self.stack}::{self.project}::{self.qualified_type}::{self.name}"

    @property
    def type(self) -> str:
        """The resource's own type, such as `aws:ec2/vpc:Vpc`."""
        return self.qualified_type.rpartition("$")[2]


def type_token(urn: str) -> str:
    """Return the type of the resource that a URN names; raises ValueError for no URN."""
    return Urn.parse(urn).type
