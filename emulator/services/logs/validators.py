"""Validators of logs: how long they are kept, policies, and what a delivery still uses."""

import json

from emulator.server.interception import AwsError, Call, Validator
from emulator.services.checks import pattern, required

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
_SOURCE = r"arn:[^:]+:[^:]+:[^:]*:[^:]*:.+"
_DESTINATION = r"arn:[^:]+:(logs|s3|firehose|xray):[^:]*:[^:]*:.+"


def _retention(call: Call) -> None:
    days = call.params["retentionInDays"]
    if days not in _DAYS:
        raise AwsError(
            "InvalidParameterException",
            f"Invalid retention value: {days}. Valid values are: {list(_DAYS)}",
        )


def _policy(call: Call) -> None:
    try:
        json.loads(call.params["policyDocument"])
    except ValueError:
        raise AwsError("InvalidParameterException", "The policy is not valid JSON.") from None


def _source_free(call: Call) -> None:
    deliveries = call.backend("logs").deliveries.values()
    name = call.params["name"]
    if any(each.delivery_source_name == name for each in deliveries):
        raise AwsError("ConflictException", f"The delivery source {name} has a delivery.")


def _destination_free(call: Call) -> None:
    deliveries = call.backend("logs").deliveries.values()
    suffix = f":delivery-destination:{call.params['name']}"
    if any(each.delivery_destination_arn.endswith(suffix) for each in deliveries):
        raise AwsError("ConflictException", "The delivery destination has a delivery.")


VALIDATORS = (
    *required(
        "logs",
        "InvalidParameterException",
        {
            "AssociateKmsKey": [("logGroupName", "resourceIdentifier")],
            "PutResourcePolicy": ["policyDocument"],
        },
    ),
    Validator("logs", ("PutResourcePolicy",), _policy),
    Validator("logs", ("PutRetentionPolicy",), _retention),
    *required(
        "logs",
        "ValidationException",
        {
            "PutDeliveryDestination": [
                ("deliveryDestinationConfiguration", "deliveryDestinationType")
            ]
        },
    ),
    *(
        pattern(
            "logs",
            (operation,),
            path,
            text,
            AwsError("ValidationException", f"The value of {path} is not a valid ARN."),
        )
        for operation, path, text in (
            ("PutDeliverySource", "resourceArn", _SOURCE),
            (
                "PutDeliveryDestination",
                "deliveryDestinationConfiguration.destinationResourceArn",
                _DESTINATION,
            ),
        )
    ),
    Validator("logs", ("DeleteDeliverySource",), _source_free),
    Validator("logs", ("DeleteDeliveryDestination",), _destination_free),
)
