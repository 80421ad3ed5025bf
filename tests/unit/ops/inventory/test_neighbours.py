"""What others made in an environment's network: named, and told from what AWS made for us."""

from typing import Any

import pytest

from lib.names import resource_name
from ops.clients import Clients
from ops.inventory.environment import Environment
from ops.inventory.neighbours import find_neighbours
from tests.unit.ops.conftest import Deploy
from tests.unit.ops.support import StubClients, refusal

_VPCS = {
    "Vpcs": [{"VpcId": "vpc-1", "Tags": [{"Key": "Name", "Value": resource_name("vpc", "pr1")}]}]
}
_OURS = {"LoadBalancerName": resource_name("alb", "pr1"), "LoadBalancerArn": "arn:alb"}
_GROUP = {
    "TargetGroupName": resource_name("tg", "pr1"),
    "TargetGroupArn": "arn:tg",
    "LoadBalancerArns": ["arn:alb", "arn:other"],
}


def test_neighbours_in_the_network_are_named(deploy: Deploy, clients: Clients) -> None:
    """The environment's own, and what its VPC came with, are none."""
    known = frozenset(each["id"] for each in deploy("old", image="v1"))
    environment = Environment(clients, "old")
    assert not find_neighbours(environment, known)
    vpc, ec2 = environment.vpc.id, clients("ec2")
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.99.0/24")["Subnet"]["SubnetId"]
    named = [{"Key": "Name", "Value": "theirs"}]
    group = ec2.create_security_group(
        GroupName="theirs",
        Description="x",
        VpcId=vpc,
        TagSpecifications=[{"ResourceType": "security-group", "Tags": named}],
    )["GroupId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    assert find_neighbours(environment, known) == (
        f"the subnet {subnet} in the VPC {vpc}",
        f"the security group {group} (theirs) in the VPC {vpc}",
        f"the route table {table} in the VPC {vpc}",
    )


def _interface(**description: Any) -> dict[str, Any]:
    return {"NetworkInterfaceId": "eni-1", **description}


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (
            {"ec2__describe_vpc_endpoints": {"VpcEndpoints": [{"VpcEndpointId": "vpce-1"}]}},
            "the VPC endpoint vpce-1 in the VPC vpc-1",
        ),
        (
            {
                "ec2__describe_vpc_endpoints": {
                    "VpcEndpoints": [
                        {
                            "VpcEndpointId": "vpce-1",
                            "Tags": [{"Key": "GuardDutyManaged", "Value": "true"}],
                        }
                    ]
                }
            },
            None,
        ),
        (_interface(Attachment={"InstanceId": "i-1"}), "the instance i-1"),
        (
            _interface(InterfaceType="lambda", Description="AWS Lambda VPC ENI-x"),
            "a Lambda function (AWS Lambda VPC ENI-x)",
        ),
        (
            _interface(Description="EFS mount target for fs-1"),
            "a file system (EFS mount target for fs-1)",
        ),
        (_interface(Description="ELB app/theirs/1"), "a load balancer (app/theirs/1)"),
        (_interface(Description=f"ELB app/{_OURS['LoadBalancerName']}/1"), None),
        (_interface(Description="Interface for NAT Gateway nat-1", Attachment=None), None),
        (
            {
                "rds__describe_db_proxies": {
                    "DBProxies": [
                        {"DBProxyName": "theirs", "VpcId": "vpc-1"},
                        {"DBProxyName": "elsewhere", "VpcId": "vpc-2"},
                    ]
                }
            },
            "the RDS proxy theirs in the VPC vpc-1",
        ),
        (
            {"elbv2__describe_target_groups": {"TargetGroups": [_GROUP]}},
            f"the load balancer arn:other, which forwards to {_GROUP['TargetGroupName']}",
        ),
        (
            {
                "rds__describe_db_subnet_groups": {
                    "DBSubnetGroups": [
                        {"DBSubnetGroupName": resource_name("aurora-subnets", "pr1")}
                    ]
                },
                "rds__describe_db_instances": {
                    "DBInstances": [
                        {"DBInstanceIdentifier": "elsewhere"},
                        {
                            "DBInstanceIdentifier": "theirs",
                            "DBSubnetGroup": {
                                "DBSubnetGroupName": resource_name("aurora-subnets", "pr1")
                            },
                        },
                    ]
                },
            },
            f"the database theirs in the subnet group {resource_name('aurora-subnets', 'pr1')}",
        ),
        # What AWS does not answer, the removal itself will tell.
        ({"ec2__describe_network_interfaces": refusal("AccessDenied")}, None),
    ],
)
def test_neighbour_is_named_with_who_holds_it(answers: dict[str, Any], words: str | None) -> None:
    if "NetworkInterfaceId" in answers:
        words = words and f"the network interface eni-1 of {words}"
        answers = {"ec2__describe_network_interfaces": {"NetworkInterfaces": [answers]}}
    empty = {
        "ec2__describe_network_interfaces": {"NetworkInterfaces": []},
        "rds__describe_db_proxies": {"DBProxies": []},
        "rds__describe_db_instances": {"DBInstances": []},
        "elbv2__describe_load_balancers": {"LoadBalancers": [_OURS]},
        "ec2__describe_vpcs": _VPCS,
    }
    clients = StubClients(**{**empty, **answers})
    found = find_neighbours(Environment(clients, "pr1"), frozenset())
    assert found == ((words,) if words else ())
