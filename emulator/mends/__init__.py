"""Mends: what moto 5.2.5 lacks or gets wrong, each with its reason, in one table.

They set moto's own objects rather than answer in its place, wherever it has an object to set.
"""

from emulator.mends import database, identity, logs, network, scaling, tasks

MENDS = (
    *database.MENDS,
    *identity.MENDS,
    *logs.MENDS,
    *network.MENDS,
    *scaling.MENDS,
    *tasks.MENDS,
)

__all__ = ["MENDS"]
