"""Service Quotas: what AWS gives everybody, and what this account has."""

from collections.abc import Iterator
from typing import Any

import pytest

from emulator.resources.aws import Aws
from emulator.server.server import Server
from emulator.services.service_quotas.quotas import QUOTAS
from lib.region import read_region
from tests.unit.emulator.services.world import World, refusal

_VPCS = {"ServiceCode": "vpc", "QuotaCode": "L-F678F1CE"}
_ROLES = {"ServiceCode": "iam", "QuotaCode": "L-FE177D64"}


@pytest.fixture(name="server")
def _server(world: World) -> Iterator[Server]:
    yield world.server
    world.server.clear_faults()


@pytest.fixture(name="aws")
def _aws(world: World) -> Aws:
    return world.aws


@pytest.mark.parametrize(
    ("service", "code", "name", "value"),
    [
        ("vpc", "L-F678F1CE", "VPCs per Region", 5),
        ("vpc", "L-FE5A380F", "NAT gateways per Availability Zone", 5),
        ("ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", 5),
        ("elasticloadbalancing", "L-53DA6B97", "Application Load Balancers per Region", 50),
        ("elasticloadbalancing", "L-B22855CB", "Target Groups per Region", 3000),
        ("ecs", "L-21C621EB", "Clusters per account", 10000),
        ("ecs", "L-9EF96962", "Services per cluster", 5000),
        ("fargate", "L-3032A538", "Fargate On-Demand vCPU resource count", 6),
        ("fargate", "L-36FBB829", "Fargate Spot vCPU resource count", 6),
        ("rds", "L-952B80B8", "DB clusters", 40),
        ("rds", "L-7B6409FD", "DB instances", 40),
        ("ecr", "L-CFEB8E8D", "Registered repositories", 100000),
    ],
)
def test_a_new_account_has_the_defaults(
    aws: Aws, service: str, code: str, name: str, value: float
) -> None:
    which = {"ServiceCode": service, "QuotaCode": code}
    quota = aws.call("service-quotas.get_service_quota", **which)["Quota"]
    assert (quota["QuotaName"], quota["Value"]) == (name, value)
    where = f"arn:aws:servicequotas:{read_region()}:"
    assert quota["QuotaArn"] == f"{where}123456789012:{service}/{code}"
    default = aws.call("service-quotas.get_aws_default_service_quota", **which)["Quota"]
    assert (default["QuotaName"], default["Value"]) == (name, value)
    assert default["QuotaArn"] == f"{where}:{service}/{code}"


def test_what_is_set_is_the_accounts_and_no_default(server: Server, aws: Aws) -> None:
    server.quotas["vpc", "L-F678F1CE"] = 2
    assert aws.call("service-quotas.get_service_quota", **_VPCS)["Quota"]["Value"] == 2
    default = aws.call("service-quotas.get_aws_default_service_quota", **_VPCS)["Quota"]
    assert default["Value"] == 5
    listed = {
        operation: {
            each["QuotaCode"]: each["Value"]
            for each in aws.call(f"service-quotas.{operation}", ServiceCode="vpc")["Quotas"]
        }
        for operation in ("list_service_quotas", "list_aws_default_service_quotas")
    }
    codes = {code for service, code in QUOTAS if service == "vpc"}
    assert all(found.keys() == codes for found in listed.values())
    assert [found["L-F678F1CE"] for found in listed.values()] == [2, 5]
    del server.quotas["vpc", "L-F678F1CE"]
    assert dict(server.quotas) == {key: quota.default for key, quota in QUOTAS.items()}
    assert len(server.quotas) == len(QUOTAS)


def test_a_list_comes_in_pages_and_of_one_code(aws: Aws) -> None:
    first = aws.call("service-quotas.list_service_quotas", ServiceCode="rds", MaxResults=1)
    second = aws.call(
        "service-quotas.list_service_quotas",
        ServiceCode="rds",
        MaxResults=1,
        NextToken=first["NextToken"],
    )
    names = [quota["QuotaName"] for page in (first, second) for quota in page["Quotas"]]
    assert (names, "NextToken" in second) == (["DB clusters", "DB instances"], False)
    (one,) = aws.call("service-quotas.list_service_quotas", **_VPCS)["Quotas"]
    assert one["QuotaName"] == "VPCs per Region"


def test_quotas_of_what_has_no_region_are_told_in_one(server: Server) -> None:
    aws = Aws(server.endpoint, "us-east-1", server.account)
    quota = aws.call("service-quotas.get_service_quota", **_ROLES)["Quota"]
    assert (quota["Value"], quota["GlobalQuota"]) == (1000, True)
    assert quota["QuotaArn"] == "arn:aws:servicequotas::123456789012:iam/L-FE177D64"


@pytest.mark.parametrize(
    ("which", "words"),
    [
        (_ROLES, "not available in the current Region"),
        ({**_VPCS, "QuotaCode": "L-00000000"}, "the specified quota and service do not exist."),
        ({**_VPCS, "ServiceCode": "VPC"}, "the specified service does not exist."),
    ],
)
def test_an_unknown_quota_is_refused(aws: Aws, which: dict[str, Any], words: str) -> None:
    for operation in ("get_service_quota", "get_aws_default_service_quota"):
        code, message = refusal(aws, f"service-quotas.{operation}", which)
        assert (code, words in message) == ("NoSuchResourceException", True)


def test_an_unknown_quota_can_not_be_set(server: Server) -> None:
    with pytest.raises(KeyError):
        server.quotas["vpc", "L-00000000"] = 1
    with pytest.raises(KeyError):
        print(server.quotas["vpc", "L-00000000"])
