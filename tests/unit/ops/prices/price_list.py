"""A Price List API for the tests: a client of boto3's own whose requests are answered here."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

_PAGE = 2


class _Body(io.BytesIO):
    """The body of an answer, as botocore reads it."""

    def stream(self, **_options: Any) -> Iterator[bytes]:
        """Give all of it."""
        yield self.read()


def product(
    service: str, usage: str, *usd: str, region: str = "eu-south-1", **attributes: str
) -> dict[str, Any]:
    """Return an entry of a price list: one tier for each price, of the shape that the API has.

    https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
    """
    sku = f"{abs(hash((service, usage, usd))):016X}"[:16]
    offer = f"{sku}.JRTCKXETXF"
    family = {"productFamily": attributes.pop("productFamily")} if attributes else {}
    dimensions = {
        f"{offer}.{number}": {
            "unit": "Hrs",
            "beginRange": str(1000 * number),
            "endRange": str(1000 * (number + 1)) if number + 1 < len(usd) else "Inf",
            "description": f"${price} for {usage}",
            "appliesTo": [],
            "rateCode": f"{offer}.{number}",
            "pricePerUnit": {"USD": f"{price}0000000"},
        }
        # No order is promised.
        for number, price in reversed(list(enumerate(usd)))
    }
    terms = {offer: {"priceDimensions": dimensions, "sku": sku, "offerTermCode": "JRTCKXETXF"}}
    return {
        "product": {
            "sku": sku,
            **family,
            "attributes": {
                "regionCode": region,
                "servicecode": service,
                "usagetype": usage,
                "locationType": "AWS Region",
                **attributes,
            },
        },
        "serviceCode": service,
        "terms": {"OnDemand": terms} if usd else {"Reserved": {}},
        "version": "20261120000000",
        "publicationDate": "2026-11-20T00:00:00Z",
    }


@dataclass
class PriceList:
    """What the API has; `refusal` is the code with which it refuses instead."""

    products: list[dict[str, Any]] = field(default_factory=list)
    refusal: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)

    def client(self) -> Any:
        """Return a client that has its answers from here."""
        session = boto3.Session("AKIDEXAMPLE", "secret")
        client = session.client("pricing", region_name="eu-central-1")
        client.meta.events.register("before-send.pricing.GetProducts", self._answer)
        return client

    def _answer(self, request: AWSPreparedRequest, **_others: Any) -> AWSResponse:
        asked = json.loads(request.body)
        self.asked.append(asked)
        if self.refusal:
            return _response(request, 400, {"__type": self.refusal, "message": "not allowed"})
        found = [json.dumps(each) for each in self.products if _fits(each, asked)]
        start = int(asked.get("NextToken", "0"))
        answer: dict[str, Any] = {"FormatVersion": "aws_v1", "PriceList": found[start:][:_PAGE]}
        if len(found) > start + _PAGE:
            answer["NextToken"] = str(start + _PAGE)
        return _response(request, 200, answer)


def _fits(entry: dict[str, Any], asked: dict[str, Any]) -> bool:
    attributes = entry["product"]["attributes"]
    return entry["serviceCode"] == asked["ServiceCode"] and all(
        each["Value"] == attributes.get(each["Field"])
        if each["Type"] == "TERM_MATCH"
        else each["Value"] in attributes.get(each["Field"], "")
        for each in asked["Filters"]
    )


def _response(request: AWSPreparedRequest, status: int, body: dict[str, Any]) -> AWSResponse:
    headers = {"Content-Type": "application/x-amz-json-1.1"}
    return AWSResponse(request.url, status, headers, _Body(json.dumps(body).encode()))
