"""The checks of the ways that requests and tasks take: they are open, and the listener is ours."""

from collections.abc import Iterator, Mapping
from typing import Any

from lib.network.ports import ANYWHERE, DATABASE_PORT, HTTP_PORT, HTTPS_PORT
from ops.checks import Results
from ops.inventory.resource_type import FoundResource
from ops.verify.live_environment import LiveEnvironment
from ops.verify.packet_rules import covers_port
from ops.verify.reach import End, Reach, advice_on

_LISTENER = f"HTTP:{HTTP_PORT}"


def check_network(live: LiveEnvironment, results: Results) -> None:
    """Find what keeps clients from the load balancer, and what keeps it and the tasks apart."""
    results.summary = "clients, load balancer, tasks, database, AWS: each is reached"
    for what, reason in closed_ways(live.reach):
        results.summary = "not every part is reached"
        results.find(f"{what}: {reason}", advice_on(live.environment, reason))


def closed_ways(reach: Reach) -> Iterator[tuple[str, str]]:
    """Give each way that is needed and not open, and why."""
    clients = End("clients", networks=_allowed(reach))
    for reason in reach.obstacles(clients, reach.balancer, HTTP_PORT):
        yield "no client reaches the load balancer", reason
    for reason in reach.internet_obstacles(reach.balancer):
        yield "no client reaches the load balancer", reason
    for port in sorted(_task_ports(reach)):
        for reason in reach.obstacles(reach.balancer, reach.tasks, port):
            yield "the load balancer can't reach the tasks", reason
    for reason in reach.obstacles(reach.tasks, reach.database, DATABASE_PORT):
        yield "the tasks can't reach the database", reason
    internet = End("the internet", networks=(ANYWHERE,))
    for reason in reach.obstacles(reach.tasks, internet, HTTPS_PORT):
        yield "the tasks can't reach AWS", reason
    for reason in reach.internet_obstacles(reach.tasks):
        yield "the tasks can't reach AWS", reason


def _allowed(reach: Reach) -> tuple[str, ...]:
    """Return a network of which a rule says that it may reach the load balancer.

    One is enough: that an ACL keeps others out may be on purpose.
    """
    networks = [cidr for cidr in allowed_networks(reach) if cidr]
    return tuple(networks[:1]) or (ANYWHERE,)


def allowed_networks(reach: Reach) -> list[str]:
    """Return the networks from which clients may reach the load balancer."""
    return [
        rule["CidrIpv4"]
        for rule in reach.rules
        if rule["GroupId"] in reach.balancer.groups
        and not rule["IsEgress"]
        and rule.get("CidrIpv4")
        and covers_port(rule, HTTP_PORT)
    ]


def _task_ports(reach: Reach) -> frozenset[int]:
    """Return the ports on which the service registers its tasks."""
    return frozenset(each["containerPort"] for each in reach.service["loadBalancers"])


def check_listener(live: LiveEnvironment, results: Results) -> None:
    """Find where requests are not simply forwarded to the tasks."""
    listeners, group = live.environment.find("listener"), live.environment.target_group
    results.summary = f"{_LISTENER} forwards to {group.name}"
    if not any(each.name == _LISTENER for each in listeners):
        results.find(
            f"the load balancer has no listener on port {HTTP_PORT}: it refuses connections",
            f"`make up SUFFIX={live.suffix}` makes it",
        )
    for each in listeners:
        if each.name != _LISTENER:
            results.find(
                f"the load balancer has another listener, {each.name}, that the program did not "
                "make",
                _command(live, "delete-listener", "listener-arn", each.id),
            )
        elif not _forwards(each.description["DefaultActions"], group):
            results.find(
                f"the listener {each.name} does not forward to {group.name}",
                f"`make up SUFFIX={live.suffix}` has it forward again",
            )
        _check_rules(live, each, results)


def _check_rules(live: LiveEnvironment, listener: FoundResource, results: Results) -> None:
    rules = live.clients("elbv2").describe_rules(ListenerArn=listener.id)["Rules"]
    for rule in rules:
        if not rule["IsDefault"]:
            fields = ", ".join(_condition(each) for each in rule["Conditions"])
            results.find(
                f"the listener {listener.name} has a rule that the program did not make: {fields}",
                _command(live, "delete-rule", "rule-arn", rule["RuleArn"]),
            )


def _condition(condition: Mapping[str, Any]) -> str:
    values = condition.get("Values") or next(
        (
            config.get("Values", ())
            for key, config in condition.items()
            if key.endswith("Config") and config
        ),
        (),
    )
    return f"{condition['Field']} {' '.join(map(str, values))}".rstrip()


def _forwards(actions: list[Mapping[str, Any]], group: FoundResource) -> bool:
    """Tell whether all that a listener does is to forward to a target group alone."""
    if [action["Type"] for action in actions] != ["forward"]:
        return False
    several = actions[0].get("ForwardConfig", {}).get("TargetGroups", ())
    arns = {each["TargetGroupArn"] for each in several} or {actions[0].get("TargetGroupArn")}
    return arns == {group.arn}


def _command(live: LiveEnvironment, operation: str, option: str, arn: str) -> str:
    return f"`aws elbv2 {operation} --{option} {arn} --region {live.clients.region.name}`"
