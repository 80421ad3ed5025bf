"""The catalogue: every price that an environment may need, and how the Price List API has it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Prices by time have one of these as their unit; any other is a unit of use.
HOUR = "hour"
MONTH = "month"

# An Aurora instance's price is named with its class after this: `aurora-instance db.t3.medium`.
_INSTANCE = "aurora-instance "

_POSTGRESQL = {"databaseEngine": "Aurora PostgreSQL"}
_APPLICATION = {"productFamily": "Load Balancer-Application"}


@dataclass(frozen=True)
class Product:
    """What a price is called in the Price List API.

    `usage` is the usage type without the region's prefix, which is another in each region;
    `attributes` are others that the product must have. The API's price is for a `units`th of ours.
    """

    service: str
    usage: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    units: int = 1


@dataclass(frozen=True)
class PriceItem:
    """One price: for which unit, and the product that has it; None where the API has none."""

    unit: str
    product: Product | None


def _item(
    unit: str,
    service: str,
    usage: str,
    attributes: Mapping[str, str] | None = None,
    units: int = 1,
) -> PriceItem:
    return PriceItem(unit, Product(service, usage, attributes or {}, units))


# Usage types as the offer files of the Price List have them, read through public programs that
# select by them. Spot has no price there, and data to the internet belongs to no region's products.
CATALOGUE: Mapping[str, PriceItem] = {
    "nat-gateway": _item(HOUR, "AmazonEC2", "NatGateway-Hours"),
    "nat-gateway-data": _item("GB", "AmazonEC2", "NatGateway-Bytes"),
    "public-ipv4": _item(HOUR, "AmazonVPC", "PublicIPv4:InUseAddress"),
    "endpoint": _item(HOUR, "AmazonVPC", "VpcEndpoint-Hours"),
    "endpoint-data": _item("GB", "AmazonVPC", "VpcEndpoint-Bytes"),
    "internet-data": PriceItem("GB", None),
    "zone-data": PriceItem("GB each way", None),
    "load-balancer": _item(HOUR, "AWSELB", "LoadBalancerUsage", _APPLICATION),
    "load-balancer-capacity": _item("capacity unit an hour", "AWSELB", "LCUUsage", _APPLICATION),
    "fargate-cpu": _item(HOUR, "AmazonECS", "Fargate-vCPU-Hours:perCPU"),
    "fargate-memory": _item(HOUR, "AmazonECS", "Fargate-GB-Hours"),
    "fargate-arm-cpu": _item(HOUR, "AmazonECS", "Fargate-ARM-vCPU-Hours:perCPU"),
    "fargate-arm-memory": _item(HOUR, "AmazonECS", "Fargate-ARM-GB-Hours"),
    "spot-cpu": PriceItem(HOUR, None),
    "spot-memory": PriceItem(HOUR, None),
    "spot-arm-cpu": PriceItem(HOUR, None),
    "spot-arm-memory": PriceItem(HOUR, None),
    "aurora-capacity": _item(HOUR, "AmazonRDS", "Aurora:ServerlessV2Usage", _POSTGRESQL),
    "aurora-storage": _item("GB a month", "AmazonRDS", "Aurora:StorageUsage"),
    "aurora-requests": _item("million", "AmazonRDS", "Aurora:StorageIOUsage", units=1_000_000),
    "aurora-backup": _item("GB a month", "AmazonRDS", "Aurora:BackupUsage", _POSTGRESQL),
    "secret": _item(MONTH, "AWSSecretsManager", "AWSSecretsManager-Secrets"),
    "secret-requests": _item(
        "10,000", "AWSSecretsManager", "AWSSecretsManagerAPIRequest", units=10_000
    ),
    "kms-key": _item(MONTH, "awskms", "KMS-Keys"),
    "kms-requests": _item("10,000", "awskms", "KMS-Requests", units=10_000),
    "logs": _item("GB", "AmazonCloudWatch", "DataProcessing-Bytes"),
    "delivered-logs": _item("GB", "AmazonCloudWatch", "VendedLog-Bytes"),
    "logs-storage": _item("GB a month", "AmazonCloudWatch", "TimedStorage-ByteHrs"),
    "metric": _item("metric a month", "AmazonCloudWatch", "CW:MetricMonitorUsage"),
    "alarm": _item(MONTH, "AmazonCloudWatch", "CW:AlarmMonitorUsage"),
    "images": _item("GB a month", "AmazonECR", "TimedStorage-ByteHrs"),
}


def aurora_instance(instance_class: str) -> str:
    """Return the name of the price of an instance of a class, such as `db.t3.medium`."""
    return f"{_INSTANCE}{instance_class}"


def price_item(name: str) -> PriceItem:
    """Return the price of this name; raises KeyError where there is none."""
    if name.startswith(_INSTANCE):
        usage = f"InstanceUsage:{name.removeprefix(_INSTANCE)}"
        return _item(HOUR, "AmazonRDS", usage, _POSTGRESQL)
    return CATALOGUE[name]
