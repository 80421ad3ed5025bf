"""The check of the parts: what the others look at is there."""

from collections.abc import Callable
from typing import Any

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
    lambda found: found.database,
    lambda found: found.all("Aurora instance"),
    lambda found: found.secret,
    lambda found: found.part("ECR repository", "repo"),
    *(lambda found, part=part: found.part("IAM role", part) for part in ROLES),  # type: ignore
)


def check_parts(live: LiveEnvironment, results: Results) -> None:
    """Find which part of the environment is not there."""
    absent = []
    for part in _PARTS:
        try:
            part(live.environment)
        except NotFound as error:
            absent.append(str(error))
    results.summary = f"{len(_PARTS) - len(absent)} of {len(_PARTS)} parts are there"
    for words in absent:
        results.find(words, f"`make up SUFFIX={live.suffix}` makes it; or is the region another?")
