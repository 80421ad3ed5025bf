"""Keeping: what a test makes, changes and removes is not there for the next one."""

from emulator.services.table import resource_type
from tests.support.keeping import keep
from tests.unit.emulator.services.world import World


def test_everything_is_brought_back(world: World) -> None:
    """As often as it is asked, in all services, those that were not called before among them."""
    bring_back = keep()
    cluster, service = world.id("Cluster", "cluster"), world.made("Service").state.id
    for _ in range(2):
        world.aws.call("ecs.update_service", cluster=cluster, service=service, desiredCount=4)
        world.aws.call("ecr.delete_repository", repositoryName=world.id("Repository"))
        world.aws.call("ec2.create_vpc", CidrBlock="10.9.0.0/16")
        world.aws.call("acm.request_certificate", DomainName="shop.example")
        bring_back()
        for each in world.deployment.resources:
            assert resource_type(each.type).read(world.aws, each.state) == each.state
        assert len(world.aws.call("ecs.list_tasks", cluster=cluster)["taskArns"]) == 2
        vpcs = world.aws.call("ec2.describe_vpcs")["Vpcs"]
        assert "10.9.0.0/16" not in {vpc["CidrBlock"] for vpc in vpcs}
        assert world.aws.call("acm.list_certificates")["CertificateSummaryList"] == []
