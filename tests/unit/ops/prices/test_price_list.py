"""The Price List API: which product has a price, and what counts where the API can't say."""

from datetime import date
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from ops.errors import CommandError
from ops.prices.price_list import ask_price_list, find_prices, price_list_client
from ops.prices.snapshot import read_snapshot
from tests.unit.ops.prices.price_list import PriceList, product

_CPU = "Fargate-vCPU-Hours:perCPU"
_APPLICATION = {"productFamily": "Load Balancer-Application"}
_INSTANCE = "aurora-instance db.r6g.large"


def _asked(name: str, *products: dict[str, Any], region: str = "eu-south-1") -> Decimal | None:
    """Return the price that is found where the API has these products."""
    found = ask_price_list(PriceList(list(products)).client(), region, [name])
    return found[name].usd if name in found else None


@pytest.mark.parametrize(
    ("region", "usage"),
    [
        ("eu-south-1", f"EUS1-{_CPU}"),
        ("us-east-1", f"USE1-{_CPU}"),
        ("us-east-1", _CPU),
        ("eu-west-1", f"EU-{_CPU}"),
        ("ap-northeast-1", f"APN1-{_CPU}"),
        ("eu-south-1", f"eu-south-1-{_CPU}"),
    ],
)
def test_a_product_is_known_by_its_usage_type_whatever_the_prefix(region: str, usage: str) -> None:
    others = [
        product("AmazonECS", f"{prefix}{_CPU}", "0.1", region=region)
        for prefix in ("EUS1-SpotUsage-", "SpotUsage-", "TS-", "EUS1-TS-", "ap-south-1-")
    ]
    arm = product("AmazonECS", "EUS1-Fargate-ARM-vCPU-Hours:perCPU", "0.2", region=region)
    found = product("AmazonECS", usage, "0.048576", region=region)
    assert _asked("fargate-cpu", *others, arm, found, region=region) == Decimal("0.048576")


@pytest.mark.parametrize(
    ("name", "service", "usage", "right", "wrong"),
    [
        (
            "load-balancer",
            "AWSELB",
            "EUS1-LoadBalancerUsage",
            _APPLICATION,
            {"productFamily": "Load Balancer-Network"},
        ),
        (
            _INSTANCE,
            "AmazonRDS",
            "EUS1-InstanceUsage:db.r6g.large",
            {"productFamily": "Database Instance", "databaseEngine": "Aurora PostgreSQL"},
            {"productFamily": "Database Instance", "databaseEngine": "Aurora MySQL"},
        ),
        (
            _INSTANCE,
            "AmazonRDS",
            "EUS1-InstanceUsage:db.r6g.large",
            {"productFamily": "Database Instance", "databaseEngine": "Aurora PostgreSQL"},
            {"productFamily": "Database Instance", "databaseEngine": "PostgreSQL"},
        ),
    ],
)
def test_of_products_with_one_usage_type_its_attributes_choose(
    name: str, service: str, usage: str, right: dict[str, str], wrong: dict[str, str]
) -> None:
    mine, other = product(service, usage, "0.3", **right), product(service, usage, "0.2", **wrong)
    assert _asked(name, other, mine) == Decimal("0.3")
    assert _asked(name, other) is None


def test_io_optimized_instances_are_another_product() -> None:
    kept = {"productFamily": "Database Instance", "databaseEngine": "Aurora PostgreSQL"}
    usage = "EUS1-InstanceUsageIOOptimized:db.r6g.large"
    assert _asked(_INSTANCE, product("AmazonRDS", usage, "0.4", **kept)) is None


def test_the_first_tier_that_costs_counts() -> None:
    """What is free at first is free for the account, and not for each environment."""
    logs = product("AmazonCloudWatch", "EUS1-DataProcessing-Bytes", "0.0", "0.6", "0.3")
    assert _asked("logs", logs) == Decimal("0.6")
    free = product("AmazonCloudWatch", "EUS1-DataProcessing-Bytes", "0.0")
    assert _asked("logs", free) == 0


def test_prices_are_for_our_unit() -> None:
    calls = product("AWSSecretsManager", "EUS1-AWSSecretsManagerAPIRequest", "0.000005")
    assert _asked("secret-requests", calls) == Decimal("0.05")


def test_two_prices_are_none_and_one_listed_twice_is_one() -> None:
    first, second = (product("AmazonEC2", "EUS1-NatGateway-Hours", usd) for usd in ("0.05", "0.06"))
    assert _asked("nat-gateway", first, second) is None
    assert _asked("nat-gateway", first, first, first) == Decimal("0.05")


def test_what_has_reserved_prices_alone_has_none() -> None:
    assert _asked("nat-gateway", product("AmazonEC2", "EUS1-NatGateway-Hours")) is None


def _reachable(*products: dict[str, Any]) -> PriceList:
    return PriceList([product("AmazonEC2", "EUS1-NatGateway-Hours", "0.052"), *products])


def test_prices_of_the_api_count_before_the_snapshots() -> None:
    """And those that the API does not have follow from those that it has."""
    cpu = product("AmazonECS", f"EUS1-{_CPU}", "0.05")
    names = {"nat-gateway", "fargate-cpu", "spot-cpu", "load-balancer"}
    prices = find_prices("eu-south-1", names, _reachable(cpu).client())
    snapshot = read_snapshot().regions["eu-south-1"]
    assert prices.figures.keys() == names
    assert prices.of("nat-gateway").usd == Decimal("0.052")
    assert prices.of("nat-gateway").estimate is None
    assert prices.of("spot-cpu").usd == Decimal("0.0155")
    assert prices.of("load-balancer") == snapshot["load-balancer"]
    assert prices.source == "the Price List API, now, and the snapshot of 2026-11-25"


def test_where_the_api_has_all_the_snapshot_is_not_named() -> None:
    prices = find_prices("eu-south-1", ["nat-gateway"], _reachable().client())
    assert (prices.source, prices.region) == ("the Price List API, now", "eu-south-1")
    assert prices.of("nat-gateway").date == date.today()


def test_a_region_that_the_snapshot_lacks_has_the_apis_prices_alone() -> None:
    nat = product("AmazonEC2", "EUC1-NatGateway-Hours", "0.052", region="eu-central-1")
    prices = find_prices("eu-central-1", ["nat-gateway", "secret"], PriceList([nat]).client())
    assert (prices.source, set(prices.figures)) == ("the Price List API, now", {"nat-gateway"})
    with pytest.raises(CommandError, match="'secret' in eu-central-1 is not known"):
        prices.of("secret")


@pytest.mark.parametrize(
    ("price_list", "reason"),
    [
        (
            PriceList(refusal="AccessDeniedException"),
            "the Price List API was not asked: AccessDeniedException",
        ),
        (PriceList(), "the Price List API knows none of its products"),
    ],
)
def test_where_the_api_says_nothing_the_snapshot_counts_and_says_why(
    price_list: PriceList, reason: str
) -> None:
    prices = find_prices("eu-south-1", ["nat-gateway"], price_list.client())
    assert prices.figures == read_snapshot().regions["eu-south-1"]
    assert prices.source == f"the snapshot of 2026-11-25 ({reason})"
    assert price_list.asked[0]["Filters"][0]["Value"] == "eu-south-1"


def test_without_a_network_the_snapshot_counts() -> None:
    client = PriceList().client()

    def fail(**_others: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://x")

    client.meta.events.register_first("before-send.pricing.GetProducts", fail)
    prices = find_prices("us-east-1", ["nat-gateway"], client)
    assert "was not asked: Could not connect to the endpoint URL" in prices.source


def test_without_a_client_the_snapshot_counts() -> None:
    assert find_prices("us-east-1", ["secret"], None).source == "the snapshot of 2026-11-25"


@pytest.mark.parametrize(
    ("region", "endpoint"),
    [
        ("eu-south-1", "eu-central-1"),
        ("ap-southeast-2", "ap-south-1"),
        ("us-east-1", "us-east-1"),
        ("sa-east-1", "us-east-1"),
    ],
)
def test_the_api_is_asked_in_a_region_that_has_it(region: str, endpoint: str) -> None:
    client = price_list_client(region, boto3.Session("AKIDEXAMPLE", "secret"))
    assert client is not None and client.meta.region_name == endpoint
    assert endpoint in boto3.Session().get_available_regions("pricing")


def test_without_credentials_there_is_no_client(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert price_list_client("eu-south-1") is None
