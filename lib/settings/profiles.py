"""Profiles: named sets of differences from the settings' defaults, by field name."""

from collections.abc import Mapping
from typing import Any

PROFILES: Mapping[str, Mapping[str, Any]] = {
    "standard": {},
    # For a pull request: as little as an environment can cost at rest.
    "ephemeral": {
        "nat_gateways": "none",
        "flow_logs": False,
        "cpu": 256,
        "memory": 512,
        "spot": True,
        "min_tasks": 1,
        "max_tasks": 2,
        "database_instance_class": "db.serverless",
        "database_instances": 1,
        "database_min_capacity": 0,
        "database_max_capacity": 2,
        "log_retention_days": 3,
        "database_logs": False,
        "alb_logs": False,
        "container_insights": False,
    },
}

# Profiles to come -> why none can be asked for yet.
NOT_YET: Mapping[str, str] = {
    "production": "it comes with its protection from removal, and that is not there yet",
}


def profile_problems(name: str) -> list[str]:
    """Tell why a profile can't be asked for; an empty list if it can."""
    if name in PROFILES:
        return []
    reason = f" ({NOT_YET[name]})" if name in NOT_YET else ""
    return [f"tap:profile is {name!r}; allowed: {', '.join(sorted(PROFILES))}{reason}"]
