"""The table: every resource type that can be made in the emulated AWS, by its Pulumi type."""

from collections.abc import Mapping

from emulator.kind import Kind
from emulator.kinds import (
    containers,
    database,
    firewall,
    identity,
    load_balancing,
    local,
    logs,
    network,
    registry,
    secrets,
)
from emulator.state import KindError

_GROUPS = (
    containers,
    database,
    firewall,
    identity,
    load_balancing,
    local,
    logs,
    network,
    registry,
    secrets,
)

TABLE: Mapping[str, Kind] = {kind.token: kind for group in _GROUPS for kind in group.KINDS}


def kind_of(token: str) -> Kind:
    """Return the kind of a type; raises KindError for one that the table lacks."""
    if token not in TABLE:
        raise KindError(f"the emulated AWS has no type {token}; emulator/kinds has those it has")
    return TABLE[token]
