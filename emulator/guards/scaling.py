"""Guards of scaling: what is not there can't be removed, in AWS's own words for it."""

from emulator.calls import Call, Guard, Refusal


def _target_known(call: Call) -> None:
    targets = call.backend("applicationautoscaling").targets
    if call.params["ResourceId"] not in targets.get(call.params["ScalableDimension"], {}):
        raise Refusal(
            "ObjectNotFoundException",
            f"No scalable target found for resource ID: {call.params['ResourceId']}",
        )


def _policy_known(call: Call) -> None:
    policies = call.backend("applicationautoscaling").policies.values()
    wanted = (call.params["PolicyName"], call.params["ResourceId"])
    if wanted not in {(each.policy_name, each.resource_id) for each in policies}:
        raise Refusal(
            "ObjectNotFoundException", f"No scaling policy found: {call.params['PolicyName']}"
        )


_SERVICE = "application-autoscaling"

GUARDS = (
    Guard(_SERVICE, ("DeregisterScalableTarget", "PutScalingPolicy"), _target_known),
    Guard(_SERVICE, ("DeleteScalingPolicy",), _policy_known),
)
