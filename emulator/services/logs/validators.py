"""Guards of logs: what a delivery still uses."""

from emulator.server.interception import AwsError, Call, Validator


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
    Validator("logs", ("DeleteDeliverySource",), _source_free),
    Validator("logs", ("DeleteDeliveryDestination",), _destination_free),
)
