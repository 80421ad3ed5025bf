"""The regions of the account: what is set of one, Account and EC2 tell, and its services show."""

from collections.abc import Iterator

import pytest

from emulator.resources.aws import Aws
from emulator.server.server import Server
from lib.region import read_region
from tests.unit.emulator.services.world import World, refusal

_HERE = read_region()


@pytest.fixture(name="server")
def _server(world: World) -> Iterator[Server]:
    yield world.server
    world.server.clear_faults()


@pytest.mark.parametrize(
    ("status", "opt_in", "answers"),
    [
        ("ENABLED", "opted-in", True),
        ("ENABLED_BY_DEFAULT", "opt-in-not-required", True),
        ("ENABLING", "not-opted-in", False),
        ("DISABLING", "not-opted-in", False),
        ("DISABLED", "not-opted-in", False),
    ],
)
def test_a_status_is_told_and_kept_to(
    world: World, server: Server, status: str, opt_in: str, answers: bool
) -> None:
    elsewhere = Aws(server.endpoint, "us-east-1", server.account)

    def told() -> tuple[str, str]:
        found = elsewhere.call("ec2.describe_regions", RegionNames=[_HERE])["Regions"][0]
        opted = elsewhere.call("account.get_region_opt_status", RegionName=_HERE)
        return opted["RegionOptStatus"], found["OptInStatus"]

    assert told() == ("ENABLED", "opted-in")
    server.regions[_HERE] = status
    assert told() == (status, opt_in)
    for name in ("sts.get_caller_identity", "iam.list_roles"):
        world.aws.call(name)
    if answers:
        world.aws.call("ec2.describe_vpcs")
    else:
        assert refusal(world.aws, "ec2.describe_vpcs", {})[0] == "AuthFailure"
    del server.regions[_HERE]
    assert told() == ("ENABLED", "opted-in")
    world.aws.call("ec2.describe_vpcs")


def test_a_status_that_there_is_not_can_not_be_set(server: Server) -> None:
    with pytest.raises(ValueError, match="not OFF"):
        server.regions[_HERE] = "OFF"
