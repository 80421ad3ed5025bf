"""The check of the parts: what the others look at is there."""

from collections.abc import Callable, Iterator
from typing import Any

from lib.names import resource_name, task_log_group, vpc_log_group
from ops.checks import Results
from ops.inventory.environment import Environment, NotFound
from ops.verify.live_environment import LiveEnvironment
from ops.verify.rights import ROLES

_PARTS: tuple[Callable[[Environment], Any], ...] = (
    lambda found: found.vpc,
    lambda found: found.public_subnets,
    lambda found: found.private_subnets,
    lambda found: found.part("internet gateway", "igw"),
    lambda found: found.part("security group", "alb-sg"),
    lambda found: found.part("security group", "ecs-sg"),
    lambda found: found.part("security group", "rds-sg"),
    lambda found: found.load_balancer,
    lambda found: found.target_group,
    lambda found: found.cluster,
    lambda found: found.service,
    lambda found: found.all("task definition"),
    lambda found: found.database,
    lambda found: found.all("Aurora instance"),
    lambda found: found.secret,
    lambda found: found.part("ECR repository", "repo"),
    lambda found: found.named("log group", task_log_group(found.suffix)),
    *(lambda found, part=part: found.part("IAM role", part) for part in ROLES),  # type: ignore
)


def check_parts(live: LiveEnvironment, results: Results) -> None:
    """Find which part of the environment is not there."""
    parts = [*_PARTS, *_flow_logs(live.environment)]
    absent = []
    for part in parts:
        try:
            part(live.environment)
        except NotFound as error:
            absent.append(str(error))
    results.summary = f"{len(parts) - len(absent)} of {len(parts)} are there"
    if len(absent) == len(parts):
        live.absent = True
        absent = [f"there is no {live.environment}"]
    for words in absent:
        results.find(
            words,
            f"`make up SUFFIX={live.suffix}` makes it; if it is in another region, say so by "
            "REGION=…",
        )


def _flow_logs(environment: Environment) -> Iterator[Callable[[Environment], Any]]:
    """Give what flow logs need, where there is a role for them."""
    role = resource_name("flow-log-role", environment.suffix)
    if any(each.name == role for each in environment.find("IAM role")):
        yield lambda found: found.named("log group", vpc_log_group(found.suffix))
