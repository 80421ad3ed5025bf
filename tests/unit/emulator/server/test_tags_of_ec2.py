"""Tags of EC2's resources: the same as moto finds, without going through all of the region's."""

from moto.backends import get_backend
from moto.ec2.models.core import TaggedEC2Resource

from emulator.server.server import Server


def test_tags_are_those_that_moto_finds() -> None:
    of_moto = TaggedEC2Resource.get_tags
    with Server("eu-south-1") as server:
        backend = get_backend("ec2")[server.account]["eu-south-1"]
        vpc = backend.create_vpc("10.0.0.0/16", tags=[{"Key": "Name", "Value": "x"}])
        backend.create_vpc("10.1.0.0/16", tags=[{"Key": "Name", "Value": "y"}])
        assert TaggedEC2Resource.get_tags is not of_moto
        assert vpc.get_tags() == of_moto(vpc) != []
        untagged = backend.create_vpc("10.2.0.0/16")
        assert untagged.get_tags() == of_moto(untagged) == []
    assert TaggedEC2Resource.get_tags is of_moto
