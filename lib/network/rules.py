"""The rules of the firewall, as plain data: who may talk to whom."""

from collections.abc import Iterable
from dataclasses import dataclass

from lib.names import http_rule_part
from lib.network.ports import ANYWHERE, DATABASE_PORT, HTTP_PORT, HTTPS_PORT

# The parts of the security groups of load balancer, tasks and database.
LOAD_BALANCER_GROUP = "alb-sg"
TASKS_GROUP = "ecs-sg"
DATABASE_GROUP = "rds-sg"


@dataclass(frozen=True)
class FirewallRule:
    """A rule of a security group, for TCP on one port.

    `part` is that of its name, `group` that of its security group; `egress` tells the way out from
    the way in; `peer` is the other side, a network's CIDR or a group's part. `former` is the part
    that its name had in an earlier version of the program.
    """

    part: str
    group: str
    egress: bool
    port: int
    peer: str
    former: str | None = None


def firewall_rules(allowed_cidrs: Iterable[str], port: int) -> tuple[FirewallRule, ...]:
    """Return all rules that there are.

    The internet, or the networks that are allowed, reaches the load balancer on port 80, the load
    balancer the tasks on their port, the tasks the database and, on port 443, the internet.
    """
    balancer, tasks, database = LOAD_BALANCER_GROUP, TASKS_GROUP, DATABASE_GROUP
    return (
        *(
            FirewallRule(
                http_rule_part(cidr),
                balancer,
                False,
                HTTP_PORT,
                cidr,
                "alb-in-http" if cidr == ANYWHERE else None,
            )
            for cidr in allowed_cidrs
        ),
        FirewallRule(f"alb-out-tasks-{port}", balancer, True, port, tasks, "alb-out-tasks"),
        FirewallRule(f"ecs-in-alb-{port}", tasks, False, port, balancer, "ecs-in-alb"),
        FirewallRule("ecs-out-https", tasks, True, HTTPS_PORT, ANYWHERE),
        FirewallRule("ecs-out-database", tasks, True, DATABASE_PORT, database),
        FirewallRule("rds-in-tasks", database, False, DATABASE_PORT, tasks),
    )
