"""Clients of the emulated AWS, which never reach a real one."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from emulator.resources.aws import Aws, is_loopback
from lib.region import read_region


@pytest.mark.parametrize(
    "endpoint",
    ["http://127.0.0.1:5000", "http://localhost:1", "http://[::1]:5000", "http://127.9.9.9"],
)
def test_an_address_of_this_machine_is_taken(endpoint: str) -> None:
    assert is_loopback(endpoint)
    assert Aws(endpoint, read_region()).endpoint == endpoint


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://ec2.eu-south-1.amazonaws.com",
        "http://10.0.0.1:5000",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://[::1",
        "127.0.0.1:5000",
        "",
    ],
)
def test_any_other_address_is_refused(endpoint: str) -> None:
    assert not is_loopback(endpoint)
    with pytest.raises(ValueError, match="allowed: an address of this machine"):
        Aws(endpoint, read_region())


def test_clients_are_made_once_for_all_threads() -> None:
    aws = Aws("http://127.0.0.1:1", read_region())
    with ThreadPoolExecutor(8) as threads:
        clients = set(threads.map(aws.client, ["sts"] * 8))
    (client,) = clients
    assert client.meta.endpoint_url == "http://127.0.0.1:1"
    assert client.meta.config.retries["total_max_attempts"] == 1


def test_arns_are_of_the_region_and_its_partition() -> None:
    aws = Aws("http://127.0.0.1:1", read_region())
    assert aws.arn("ec2", "vpc/vpc-1") == f"arn:aws:ec2:{read_region()}:123456789012:vpc/vpc-1"
    assert Aws("http://127.0.0.1:1", "cn-north-1").partition == "aws-cn"
