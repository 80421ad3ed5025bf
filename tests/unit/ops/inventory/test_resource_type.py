"""Kinds: each reads its own from an answer, and passes over its neighbours' and what is gone."""

import pytest

from ops.inventory.table import KINDS


def _tagged(identity, name, **more):
    return {identity: f"{name}-id", "Tags": [{"Key": "Name", "Value": name}], **more}


def _ec2(things, identity, part, **arns):
    """Return an EC2 answer with three environments' things; the owner's is first."""
    listed = [
        _tagged(identity, f"flask-api-{part}-{suffix}", **arns)
        for suffix in ("pr1", "pr12", "1-pr1")
    ]
    name = f"flask-api-{part}-pr1"
    return {things: listed}, [(name, f"{name}-id", next(iter(arns.values()), None))]


def _own(things, part, identity, name, arn):
    """Return the answer of a service with names and ARNs, for three environments."""
    listed = []
    for suffix in ("pr1", "pr12", "1-pr1"):
        whole = f"flask-api-{part}-{suffix}"
        listed.append({arn: f"arn:{whole}", identity: f"id:{whole}", name: whole})
    first = listed[0]
    return {things: listed}, [(first[name], first[identity], first[arn])]


TASK = "arn:aws:ecs:region:1:task-definition/flask-api-task-"

ANSWERS = {
    "VPC": _ec2("Vpcs", "VpcId", "vpc"),
    "subnet": _ec2("Subnets", "SubnetId", "private-subnet-1", SubnetArn="arn:subnet"),
    "internet gateway": _ec2("InternetGateways", "InternetGatewayId", "igw"),
    "elastic IP": _ec2("Addresses", "AllocationId", "nat-eip-2"),
    "NAT gateway": (
        {
            "NatGateways": [
                _tagged("NatGatewayId", "flask-api-nat-1-pr1", State="deleted"),
                _tagged("NatGatewayId", "flask-api-nat-2-pr1", State="deleting"),
            ]
        },
        [("flask-api-nat-2-pr1", "flask-api-nat-2-pr1-id", None)],
    ),
    "route table": _ec2("RouteTables", "RouteTableId", "public-routes"),
    "VPC endpoint": (
        {
            "VpcEndpoints": [
                _tagged("VpcEndpointId", "flask-api-s3-endpoint-pr1", State=state)
                for state in ("deleted", "Deleted", "available")
            ]
        },
        [("flask-api-s3-endpoint-pr1", "flask-api-s3-endpoint-pr1-id", None)],
    ),
    "flow log": _ec2("FlowLogs", "FlowLogId", "flow-log"),
    "security group": _ec2("SecurityGroups", "GroupId", "rds-sg", SecurityGroupArn="arn:group"),
    "security group rule": (
        {"SecurityGroupRules": [{"SecurityGroupRuleId": "sgr-1", "SecurityGroupRuleArn": "arn:1"}]},
        [("sgr-1", "sgr-1", "arn:1")],
    ),
    "load balancer": (
        {
            "LoadBalancers": [
                {"LoadBalancerArn": f"arn:{suffix}", "LoadBalancerName": f"flask-api-alb-{suffix}"}
                for suffix in ("pr12", "pr1", "1-pr1")
            ]
        },
        [("flask-api-alb-pr1", "arn:pr1", "arn:pr1")],
    ),
    "target group": (
        {
            "TargetGroups": [
                {"TargetGroupArn": f"arn:{suffix}", "TargetGroupName": f"flask-api-tg-{suffix}"}
                for suffix in ("pr12", "pr1", "1-pr1")
            ]
        },
        [("flask-api-tg-pr1", "arn:pr1", "arn:pr1")],
    ),
    "listener": (
        {"Listeners": [{"ListenerArn": "arn:a", "Protocol": "HTTP", "Port": 80}]},
        [("HTTP:80", "arn:a", "arn:a")],
    ),
    "ECS cluster": (
        {
            "clusters": [
                {"clusterArn": "arn:a", "clusterName": "a", "status": "INACTIVE"},
                {"clusterArn": "arn:b", "clusterName": "b", "status": "ACTIVE"},
            ],
            "failures": [{"reason": "MISSING"}],
        },
        [("b", "arn:b", "arn:b")],
    ),
    "ECS service": (
        {
            "services": [
                {"serviceArn": "arn:a", "serviceName": "a", "status": "INACTIVE"},
                {"serviceArn": "arn:b", "serviceName": "b", "status": "DRAINING"},
            ]
        },
        [("b", "arn:b", "arn:b")],
    ),
    "task definition": (
        {"taskDefinitionArns": [f"{TASK}pr1:2", f"{TASK}pr12:1", f"{TASK}1-pr1:1"]},
        [("flask-api-task-pr1:2", f"{TASK}pr1:2", f"{TASK}pr1:2")],
    ),
    "scaling target": (
        {"ScalableTargets": [{"ResourceId": "service/a/b", "ScalableTargetARN": "arn:a"}]},
        [("service/a/b", "service/a/b", "arn:a")],
    ),
    "scaling policy": (
        {"ScalingPolicies": [{"PolicyARN": "arn:a", "PolicyName": "a"}]},
        [("a", "arn:a", "arn:a")],
    ),
    "Aurora cluster": (
        {
            "DBClusters": [
                {"DBClusterIdentifier": f"flask-api-aurora-{suffix}", "DBClusterArn": "arn:a"}
                for suffix in ("pr1", "pr12", "1-pr1")
            ]
        },
        [("flask-api-aurora-pr1", "flask-api-aurora-pr1", "arn:a")],
    ),
    "Aurora instance": (
        {
            "DBInstances": [
                {"DBInstanceIdentifier": f"flask-api-aurora-{end}", "DBInstanceArn": "arn:a"}
                for end in ("1-pr1", "2-pr12", "1-1-pr1")
            ]
        },
        [("flask-api-aurora-1-pr1", "flask-api-aurora-1-pr1", "arn:a")],
    ),
    "Aurora parameter group": (
        {
            "DBClusterParameterGroups": [
                {
                    "DBClusterParameterGroupName": f"flask-api-aurora-parameters-{suffix}",
                    "DBClusterParameterGroupArn": "arn:a",
                }
                for suffix in ("pr1", "pr12", "1-pr1")
            ]
        },
        [("flask-api-aurora-parameters-pr1", "flask-api-aurora-parameters-pr1", "arn:a")],
    ),
    "Aurora subnet group": (
        {
            "DBSubnetGroups": [
                {
                    "DBSubnetGroupName": f"flask-api-aurora-subnets-{suffix}",
                    "DBSubnetGroupArn": "arn:a",
                }
                for suffix in ("pr1", "pr12", "1-pr1")
            ]
        },
        [("flask-api-aurora-subnets-pr1", "flask-api-aurora-subnets-pr1", "arn:a")],
    ),
    "Aurora snapshot": (
        {
            "DBClusterSnapshots": [
                {
                    "DBClusterIdentifier": f"flask-api-aurora-{suffix}",
                    "DBClusterSnapshotIdentifier": f"rds:{suffix}",
                    "DBClusterSnapshotArn": "arn:a",
                }
                for suffix in ("pr12", "pr1", "1-pr1")
            ]
        },
        [("rds:pr1", "rds:pr1", "arn:a")],
    ),
    "ECR repository": (
        {"repositories": [{"repositoryName": "a", "repositoryArn": "arn:a/a"}]},
        [("a", "a", "arn:a/a")],
    ),
    "secret": (
        {"ARN": "arn:a", "Name": "a", "DeletedDate": "today"},
        [("a", "arn:a", "arn:a")],
    ),
    "log group": (
        {
            "logGroups": [
                {"logGroupName": "/ecs/flask-api-pr1", "arn": "arn:a:*", "logGroupArn": "arn:a"},
                {"logGroupName": "/ecs/flask-api-pr12", "arn": "arn:b:*"},
                {"logGroupName": "/aws/alb/flask-api-pr1", "arn": "arn:c:*"},
            ]
        },
        [
            ("/ecs/flask-api-pr1", "/ecs/flask-api-pr1", "arn:a"),
            ("/aws/alb/flask-api-pr1", "/aws/alb/flask-api-pr1", "arn:c:*"),
        ],
    ),
    "log delivery source": (
        {
            "deliverySources": [
                {"name": f"flask-api-alb-log-source-{suffix}", "arn": "arn:a"}
                for suffix in ("pr1", "pr12", "1-pr1")
            ]
        },
        [("flask-api-alb-log-source-pr1", "flask-api-alb-log-source-pr1", "arn:a")],
    ),
    "log delivery destination": (
        {
            "deliveryDestinations": [
                {"name": f"flask-api-alb-log-destination-{suffix}", "arn": "arn:a"}
                for suffix in ("pr1", "pr12", "1-pr1")
            ]
        },
        [("flask-api-alb-log-destination-pr1", "flask-api-alb-log-destination-pr1", "arn:a")],
    ),
    "log delivery": (
        {
            "deliveries": [
                {
                    "id": f"id-{suffix}",
                    "deliverySourceName": f"flask-api-alb-log-source-{suffix}",
                    "arn": "arn:a",
                }
                for suffix in ("pr12", "pr1", "1-pr1")
            ]
        },
        [("flask-api-alb-log-source-pr1", "id-pr1", "arn:a")],
    ),
    "IAM role": ({"Role": {"RoleName": "a", "Arn": "arn:a"}}, [("a", "a", "arn:a")]),
}


def test_each_kind_has_an_answer_to_read():
    """The next test leaves none out."""
    assert ANSWERS.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_kind_reads_its_own_from_an_answer(kind):
    """Neighbours with like suffixes and things that are gone are passed over."""
    answer, expected = ANSWERS[kind]
    found = KINDS[kind].read(answer, "pr1")
    assert [(thing.name, thing.id, thing.arn) for thing in found] == expected
    assert {thing.kind for thing in found} == {kind}
    assert all(thing.description for thing in found)


@pytest.mark.parametrize(
    ("name", "suffix", "owned"),
    [
        ("flask-api-vpc-pr1", "pr2", True),
        ("flask-api-other-vpc-pr1", "pr1", True),
        ("flask-api-other-vpc-pr1", "pr12", False),
        ("flask-api-vpc-1-pr1", "1-pr1", False),
        ("shop-vpc-pr1", "pr1", False),
        ("flask-api-vpc", "pr1", False),
        (None, "pr1", False),
    ],
)
def test_tags_tell_whose_a_thing_is(name, suffix, owned):
    """An exact name of the program, or a like one with the tag EnvironmentSuffix."""
    tags = {"Name": name, "EnvironmentSuffix": suffix}
    listed = [{"Key": key, "Value": value} for key, value in tags.items() if value]
    found = KINDS["VPC"].read({"Vpcs": [{"VpcId": "vpc-1", "Tags": listed}]}, "pr1")
    assert len(found) == owned


def test_a_thing_without_tags_is_nobodys():
    """AWS leaves the member out where there are none."""
    assert KINDS["VPC"].read({"Vpcs": [{"VpcId": "vpc-1"}]}, "pr1") == []
