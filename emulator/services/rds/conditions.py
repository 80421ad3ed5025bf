"""The conditions of RDS that a test may set: what it offers, and how clusters and instances are.

A reset of the server forgets them.
"""

from dataclasses import dataclass, field
from typing import Any

from moto.backends import get_backend

from emulator.resources.aws import ACCOUNT

AURORA = "aurora-postgresql"

# Offered in November 2026 (cfn-lint's data of describe-db-engine-versions); 15.8 is deprecated
# since July 2026, so AWS does not create it any more.
_VERSIONS = (
    *("14.18", "14.19", "14.20", "14.22"),
    *("15.10", "15.12", "15.13", "15.14", "15.15", "15.17", "15.18", "15.19"),
    *("16.6", "16.8", "16.9", "16.10", "16.11", "16.13", "16.14"),
    *("17.4", "17.5", "17.6", "17.7", "17.9"),
)
_DEPRECATED = ("15.8",)

# Those that one of the younger regions offered in November 2026; older ones offer more.
_CLASSES = (
    *("db.serverless", "db.t3.medium", "db.t3.large", "db.t4g.medium", "db.t4g.large"),
    *(
        f"db.{family}.{size}"
        for family in ("r6g", "r7g")
        for size in ("large", "xlarge", "2xlarge")
    ),
)

_OFFERS = "emulated_offers"


@dataclass
class Offers:
    """What a region offers of Aurora PostgreSQL: versions to create, old ones, classes."""

    versions: list[str] = field(default_factory=lambda: list(_VERSIONS))
    deprecated: list[str] = field(default_factory=lambda: list(_DEPRECATED))
    classes: list[str] = field(default_factory=lambda: list(_CLASSES))
    withheld: set[tuple[str, str]] = field(default_factory=set)

    def withdraw(self, version: str) -> None:
        """Create no clusters of a version any more; those that are there stay."""
        self.versions.remove(version)
        self.deprecated.append(version)

    def withhold(self, instance_class: str, version: str) -> None:
        """Offer a class no more with a version."""
        self.withheld.add((instance_class, version))

    def classes_with(self, version: str) -> list[str]:
        """Return the classes that can be ordered with a version."""
        return [each for each in self.classes if (each, version) not in self.withheld]


def offers_of(backend: Any) -> Offers:
    """Return what moto's RDS of a region offers."""
    return vars(backend).setdefault(_OFFERS, Offers())


def offers(region: str, account: str = ACCOUNT) -> Offers:
    """Return what RDS offers in a region, to be changed."""
    return offers_of(get_backend("rds")[account][region])  # type: ignore[arg-type]


def set_status(identifier: str, status: str, region: str, account: str = ACCOUNT) -> None:
    """Have a cluster (`failing-over`) or an instance (`storage-full`) be in a status.

    Raises LookupError where there is neither. The statuses are those of
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html
    """
    backend = get_backend("rds")[account][region]  # type: ignore[arg-type]
    found = backend.clusters.get(identifier) or backend.databases.get(identifier)
    if found is None:
        raise LookupError(f"RDS has no {identifier} in {region}")
    found.status = status
