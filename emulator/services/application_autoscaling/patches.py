"""Patches of scaling: the tags of what is scaled."""

from collections.abc import Mapping
from typing import Any

from emulator.server.interception import AwsError, Call, Patch

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


_SERVICE = "application-autoscaling"

PATCHES = (
    Patch(_SERVICE, ("RegisterScalableTarget",), "drops the tags", after=_tag_new),
    Patch(_SERVICE, ("TagResource",), "is not there", answer=_tag),
    Patch(_SERVICE, ("UntagResource",), "is not there", answer=_untag),
    Patch(_SERVICE, ("ListTagsForResource",), "is not there", answer=_list),
)
