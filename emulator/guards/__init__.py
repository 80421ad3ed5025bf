"""Guards: what moto lets pass and AWS refuses, in one table, each with AWS's own error code.

They cover what a wrong order, name or argument of this program could trip, and no more: that the
emulated AWS takes something does not say that AWS does.
"""

from emulator.guards import balancers, containers, database, identity, logs, network, scaling, tags
from emulator.guards.quotas import QUOTAS

GUARDS = (
    *balancers.GUARDS,
    *containers.GUARDS,
    *database.GUARDS,
    *identity.GUARDS,
    *logs.GUARDS,
    *network.GUARDS,
    *scaling.GUARDS,
    *tags.GUARDS,
)

__all__ = ["GUARDS", "QUOTAS"]
