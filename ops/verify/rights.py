"""The check of the roles: each allows what its service needs. What else, `access` tells."""

from ops.checks import Results
from ops.verify.live_environment import LiveEnvironment
from ops.verify.live_role import SERVICES
from ops.verify.statements import missing

# Those that each environment has.
ROLES = ("execution-role", "task-role")

_BREAKS = {
    "execution-role": "ECS can't start tasks",
    "task-role": "the tasks can't take it, or ECS Exec does not reach them",
    "flow-log-role": "what the network refuses is not logged",
}


def check_rights(live: LiveEnvironment, results: Results) -> None:
    """Find what roles lack, and what comes of it."""
    results.summary = ", ".join(role.found.name for role in live.roles)
    for role in live.roles:
        needed = role.needed(live.service, live.running_definition)
        lacks = [str(each) for each in missing(role.allowed, needed)]
        lacks += sorted(role.own_attached - role.attached)
        if missing(role.trusted, role.own_trusted):
            lacks.append(f"the trust of {SERVICES[role.part]}")
        for each in lacks:
            results.find(
                f"{role.found.name} lacks {each}: {_BREAKS[role.part]}",
                f"`make up SUFFIX={live.suffix}` gives it again",
            )
