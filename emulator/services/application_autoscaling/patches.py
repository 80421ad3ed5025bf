"""Patches of scaling: the tags of what is scaled."""

from collections.abc import Mapping
from typing import Any

from emulator.server.interception import AwsError, Call, Patch
from emulator.services.ecs.patches import scale

_TAGS = "emulated_tags"


def _known(call: Call, arn: str) -> dict[str, str]:
    """Return the tags of a scalable target, to be changed; moto's reset forgets them."""
    backend = call.backend("applicationautoscaling")
    arns = {each.arn for targets in backend.targets.values() for each in targets.values()}
    if arn not in arns:
        raise AwsError("ResourceNotFoundException", f"No scalable target has the ARN {arn}.")
    return vars(backend).setdefault(_TAGS, {}).setdefault(arn, {})


def _tag_new(call: Call) -> None:
    if "Tags" in call.params:
        targets = call.backend("applicationautoscaling").targets
        target = targets[call.params["ScalableDimension"]][call.params["ResourceId"]]
        _known(call, target.arn).update(call.params["Tags"])


def _tag(call: Call) -> Mapping[str, Any]:
    _known(call, call.params["ResourceARN"]).update(call.params["Tags"])
    return {}


def _untag(call: Call) -> Mapping[str, Any]:
    tags = _known(call, call.params["ResourceARN"])
    for key in call.params["TagKeys"]:
        tags.pop(key, None)
    return {}


def _list(call: Call) -> Mapping[str, Any]:
    return {"Tags": dict(_known(call, call.params["ResourceARN"]))}


def _scale(call: Call) -> None:
    """Bring what is scaled between its capacities, as far as it is a service of ECS."""
    resource, dimension = call.params["ResourceId"], call.params["ScalableDimension"]
    if dimension == "ecs:service:DesiredCount":
        _, cluster, name = resource.split("/")
        target = call.backend("applicationautoscaling").targets[dimension][resource]
        scale(call, cluster, name, target.min_capacity, target.max_capacity)


_SERVICE = "application-autoscaling"

PATCHES = (
    Patch(_SERVICE, ("RegisterScalableTarget",), "drops the tags", after=_tag_new),
    Patch(
        _SERVICE,
        ("RegisterScalableTarget",),
        "leaves the desired count outside of the capacities",
        after=_scale,
    ),
    Patch(_SERVICE, ("TagResource",), "is not there", answer=_tag),
    Patch(_SERVICE, ("UntagResource",), "is not there", answer=_untag),
    Patch(_SERVICE, ("ListTagsForResource",), "is not there", answer=_list),
)
