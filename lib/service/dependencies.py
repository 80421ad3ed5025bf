"""What the service waits for."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from lib.database.cluster import Database
from lib.database.connection_secret import DatabaseSecret
from lib.edge.load_balancer import LoadBalancer
from lib.network.security_groups import Firewall
from lib.network.vpc import Network
from lib.service.roles import Roles


@dataclass(frozen=True)
class ServiceDependencies:
    """What must be there before the service, which waits for what is `ready` of it.

    `needs_database` tells whether the container connects as soon as it starts. The placeholder does
    not: until the first image is there, creating from nothing takes no longer than Aurora alone.
    """

    network: Network
    firewall: Firewall
    load_balancer: LoadBalancer
    database: Database
    secret: DatabaseSecret
    roles: Roles
    needs_database: bool

    @property
    def ready(self) -> Sequence[pulumi.Resource]:
        """What must exist before a task can start, the database's instances only if needed."""
        return [
            *self.network.ready,
            *self.firewall.ready,
            *self.load_balancer.ready,
            *self.secret.ready,
            *self.roles.ready,
            *(self.database.ready if self.needs_database else ()),
        ]
