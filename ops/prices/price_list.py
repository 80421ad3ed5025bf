"""The Price List API: what AWS asks for each product in a region.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from ops.errors import CommandError
from ops.prices.catalogue import Product, price_item
from ops.prices.snapshot import Figure, Prices, recalculated, snapshot_prices

SOURCE = "Price List API"

# Nobody is to wait for a price that the snapshot has.
_CONFIG = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 2},
    max_pool_connections=8,
)

# The API is in three regions, and has the prices of all.
_ENDPOINTS = {"eu": "eu-central-1", "ap": "ap-south-1"}


def price_list_client(region: str, session: boto3.Session | None = None) -> Any | None:
    """Return a client of the API near a region; None where there are no credentials."""
    session = session or boto3.Session()
    if session.get_credentials() is None:
        return None
    endpoint = _ENDPOINTS.get(region.partition("-")[0], "us-east-1")
    return session.client("pricing", region_name=endpoint, config=_CONFIG)


def find_prices(region: str, names: Collection[str], client: Any | None) -> Prices:
    """Return prices of a region: the API's, and the snapshot's where it has none or can't be asked.

    `client` is the API's; None where it is not to be asked. Raises CommandError where neither has
    prices of the region.
    """
    if client is None:
        return snapshot_prices(region)
    try:
        asked = ask_price_list(client, region, names)
    except (BotoCoreError, ClientError) as error:
        return snapshot_prices(region, f"the {SOURCE} was not asked: {_reason(error)}")
    if not asked:
        return snapshot_prices(region, f"the {SOURCE} knows none of its products")
    if missing := set(names) - asked.keys():
        return _filled(region, asked, missing)
    return Prices(region, asked, f"the {SOURCE}, now")


def _filled(region: str, asked: Mapping[str, Figure], missing: Collection[str]) -> Prices:
    """Return the API's prices, with the snapshot's of what the API does not have."""
    try:
        others = snapshot_prices(region)
    except CommandError:
        return Prices(region, asked, f"the {SOURCE}, now")
    figures = recalculated({region: {**others.figures, **asked}})[region]
    kept = {name: figures[name] for name in {*asked, *missing} if name in figures}
    return Prices(region, kept, f"the {SOURCE}, now, and {others.source}")


def ask_price_list(client: Any, region: str, names: Collection[str]) -> dict[str, Figure]:
    """Return the API's prices of a region, by name, without those that it does not have.

    Raises ClientError or BotoCoreError where it can't be asked.
    """
    products = {name: product for name in sorted(names) if (product := price_item(name).product)}
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda each: _ask(client, region, each), products.values()))
    today = date.today()
    return {
        name: Figure(usd=usd, date=today, source=SOURCE)
        for name, usd in zip(products, found, strict=True)
        if usd is not None
    }


def _ask(client: Any, region: str, product: Product) -> Decimal | None:
    filters = [
        {"Type": "TERM_MATCH", "Field": "regionCode", "Value": region},
        {"Type": "CONTAINS", "Field": "usagetype", "Value": product.usage},
    ]
    pages = client.get_paginator("get_products").paginate(
        ServiceCode=product.service, Filters=filters, FormatVersion="aws_v1"
    )
    entries = (json.loads(text) for page in pages for text in page["PriceList"])
    prices = {
        price
        for entry in entries
        if _is_of(entry["product"], region, product)
        for price in _on_demand(entry)
    }
    # One product may be listed twice; two prices would be two products.
    return prices.pop() * product.units if len(prices) == 1 else None


def _is_of(found: Mapping[str, Any], region: str, product: Product) -> bool:
    """Tell whether a product is the one that is meant, whatever the prefix of its usage type.

    That is nothing, `USE1-`, `EUS1-`, `EU-` or the region's name; `SpotUsage-` and `TS-` are other
    products.
    """
    attributes = {**found["attributes"], "productFamily": found.get("productFamily", "")}
    prefix = rf"(?:[A-Z]{{2,4}}[0-9]-|EU-|{re.escape(region)}-)?"
    return (
        bool(re.fullmatch(prefix + re.escape(product.usage), attributes.get("usagetype", "")))
        and product.attributes.items() <= attributes.items()
    )


def _on_demand(entry: Mapping[str, Any]) -> Iterator[Decimal]:
    """Give the price of each offer: that of the first tier that costs anything."""
    for offer in entry["terms"].get("OnDemand", {}).values():
        tiers = sorted(
            offer["priceDimensions"].values(), key=lambda each: Decimal(each.get("beginRange", "0"))
        )
        usd = [Decimal(tier["pricePerUnit"]["USD"]) for tier in tiers]
        yield next((price for price in usd if price), Decimal(0))


def _reason(error: Exception) -> str:
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"]
    return " ".join(str(error).split())
