"""Guards of scaling: what is not there can't be removed, in AWS's own words for it."""

from emulator.server.interception import AwsError, Call, Validator


def _target_known(call: Call) -> None:
    targets = call.backend("applicationautoscaling").targets
    if call.params["ResourceId"] not in targets.get(call.params["ScalableDimension"], {}):
        raise AwsError(
            "ObjectNotFoundException",
            f"No scalable target found for resource ID: {call.params['ResourceId']}",
        )


def _policy_known(call: Call) -> None:
    policies = call.backend("applicationautoscaling").policies.values()
    wanted = (call.params["PolicyName"], call.params["ResourceId"])
    if wanted not in {(each.policy_name, each.resource_id) for each in policies}:
        raise AwsError(
            "ObjectNotFoundException", f"No scaling policy found: {call.params['PolicyName']}"
        )


_SERVICE = "application-autoscaling"

VALIDATORS = (
    Validator(_SERVICE, ("DeregisterScalableTarget", "PutScalingPolicy"), _target_known),
    Validator(_SERVICE, ("DeleteScalingPolicy",), _policy_known),
)
