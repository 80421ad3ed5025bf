"""Validators of scaling: limits, and what is not there, in AWS's own words for it."""

from emulator.server.interception import ANY, AwsError, Call, Validator
from emulator.services.checks import pattern, required

_SERVICE = "application-autoscaling"


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


def _capacity(call: Call) -> None:
    targets = call.backend("applicationautoscaling").targets
    known = targets.get(call.params["ScalableDimension"], {}).get(call.params["ResourceId"])
    least = call.params.get("MinCapacity", known.min_capacity if known else None)
    most = call.params.get("MaxCapacity", known.max_capacity if known else None)
    if least is None or most is None:
        raise AwsError("ValidationException", "Minimum and maximum capacity must be specified")
    if least < 0 or most < 0:
        raise AwsError("ValidationException", "Minimum and maximum capacity cannot be negative")
    if most < least:
        raise AwsError(
            "ValidationException", "Maximum capacity cannot be less than minimum capacity"
        )


def _service_known(call: Call) -> None:
    namespace, _, rest = call.params["ResourceId"].partition("/")
    cluster, _, name = rest.partition("/")
    services = call.backend("ecs").services
    if namespace == "service" and f"{cluster}:{name}" not in services:
        raise AwsError(
            "ValidationException", f"ECS service doesn't exist: {call.params['ResourceId']}"
        )


VALIDATORS = (
    Validator(_SERVICE, ("RegisterScalableTarget",), _service_known),
    Validator(_SERVICE, ("RegisterScalableTarget",), _capacity),
    *required(
        _SERVICE,
        "ValidationException",
        {
            "PutScalingPolicy": [
                (
                    "TargetTrackingScalingPolicyConfiguration",
                    "StepScalingPolicyConfiguration",
                    "PredictiveScalingPolicyConfiguration",
                )
            ]
        },
    ),
    Validator(_SERVICE, ("DeregisterScalableTarget", "PutScalingPolicy"), _target_known),
    Validator(_SERVICE, ("DeleteScalingPolicy",), _policy_known),
    pattern(
        _SERVICE,
        ANY,
        "NextToken",
        r"\d+",
        AwsError("InvalidNextTokenException", "The next token is invalid."),
    ),
)
