"""Links to the console: each type's page, in each partition."""

from typing import Any

import pytest

from ops.inventory.resource_type import FoundResource
from ops.inventory.table import INVENTORY
from ops.show.console_links import console_link

# The console shows these inside of another's page.
_WITHOUT_A_PAGE = {
    "Aurora parameter group",
    "Aurora snapshot",
    "Aurora subnet group",
    "flow log",
    "listener",
    "log delivery",
    "log delivery destination",
    "log delivery source",
    "scaling policy",
    "scaling target",
    "security group rule",
}
_DESCRIPTION = {"clusterArn": "arn:aws:ecs:r:1:cluster/flask-api-cluster-dev", "registryId": "1"}


def _found(type_name: str, name: str, identity: str = "") -> FoundResource:
    return FoundResource(type_name, name, identity or name, description=_DESCRIPTION)


def test_each_type_has_a_page_or_is_known_to_have_none() -> None:
    linked = {name for name in INVENTORY if console_link(_found(name, "a:1"), "eu-south-1")}
    assert INVENTORY.keys() - linked == _WITHOUT_A_PAGE


@pytest.mark.parametrize(
    ("found", "page"),
    [
        (("VPC", "n", "vpc-1"), "/vpcconsole/home?region=eu-south-1#VpcDetails:VpcId=vpc-1"),
        (
            ("load balancer", "n", "arn:aws:elasticloadbalancing:r:1:loadbalancer/app/n/2"),
            "/ec2/home?region=eu-south-1#LoadBalancer:loadBalancerArn="
            "arn:aws:elasticloadbalancing:r:1:loadbalancer/app/n/2",
        ),
        (
            ("ECS service", "s"),
            "/ecs/v2/clusters/flask-api-cluster-dev/services/s/health?region=eu-south-1",
        ),
        (
            ("task definition", "flask-api-task-dev:7"),
            "/ecs/v2/task-definitions/flask-api-task-dev/7/containers?region=eu-south-1",
        ),
        (("Aurora cluster", "c"), "/rds/home?region=eu-south-1#database:id=c;is-cluster=true"),
        (("ECR repository", "r"), "/ecr/repositories/private/1/r?region=eu-south-1"),
        (("secret", "s", "arn"), "/secretsmanager/secret?name=s&region=eu-south-1"),
        (
            ("log group", "/ecs/flask-api-dev"),
            "/cloudwatch/home?region=eu-south-1#logsV2:log-groups/log-group/"
            "$252Fecs$252Fflask-api-dev",
        ),
    ],
)
def test_page(found: Any, page: str) -> None:
    link = console_link(_found(*found), "eu-south-1")
    assert link == f"https://eu-south-1.console.aws.amazon.com{page}"


@pytest.mark.parametrize(
    ("region", "domain"),
    [
        ("us-east-1", "console.aws.amazon.com"),
        ("cn-north-1", "console.amazonaws.cn"),
        ("us-gov-west-1", "console.amazonaws-us-gov.com"),
    ],
)
def test_partition_has_a_domain_of_its_own(region: str, domain: str) -> None:
    subnet = console_link(_found("subnet", "n", "subnet-1"), region)
    role = console_link(_found("IAM role", "r"), region)
    assert str(subnet).startswith(f"https://{region}.{domain}/")
    assert role == f"https://{domain}/iam/home#/roles/details/r"
