"""Discovery in an emulated AWS: what is there, what is another's, what gave no answer."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from botocore.parsers import ResponseParserError
from moto import mock_aws

from lib.region import read_region
from ops.clients import Clients
from ops.inventory.environment import Discovery, Environment, NotFound, Unanswered, discover
from ops.inventory.resource_type import FoundResource
from ops.region import Region

_ASKED_BY_NAME = (
    "describe_secret",
    "get_delivery_destination",
    "get_delivery_source",
    "get_role",
)

WHERE = Region(read_region(), "a test")


@pytest.fixture(name="clients", scope="module")
def emulated_clients() -> Iterator[Clients]:
    """Clients of one emulated AWS in this process; each test has suffixes of its own in it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
            patch.delenv(name, raising=False)
        with mock_aws():
            yield Clients(WHERE)


def _stubbed(operation: str = "", error: Exception | None = None) -> Any:
    """Return clients of which one operation raises an error, and all others find nothing."""
    absent = dict.fromkeys(_ASKED_BY_NAME, "ResourceNotFoundException")
    errors = {name: _refusal(code) for name, code in absent.items()} | {operation: error}

    class Client:
        """A client of any service, without pages."""

        def can_paginate(self, _method: str) -> bool:
            """Have every operation be called directly."""
            return False

        def __getattr__(self, name: str) -> Mock:
            return Mock(return_value={}, side_effect=errors.get(name))

    return Mock(return_value=Client(), region=WHERE)


def _tags(resource: str, name: str, suffix: str) -> dict[str, Any]:
    tags = {"Name": name, "EnvironmentSuffix": suffix}
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    return {"TagSpecifications": [{"ResourceType": resource, "Tags": pairs}]}


def _make_vpc(clients: Clients, suffix: str) -> str:
    tags = _tags("vpc", f"flask-api-vpc-{suffix}", suffix)
    return clients("ec2").create_vpc(CidrBlock="10.0.0.0/16", **tags)["Vpc"]["VpcId"]


def _make_subnets(clients: Clients, suffix: str, *parts: str) -> None:
    vpc_id = _make_vpc(clients, suffix)
    for index, part in enumerate(parts):
        tags = _tags("subnet", f"flask-api-{part}-{suffix}", suffix)
        clients("ec2").create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{index}.0/24", **tags)


def _refusal(code: str, message: str = "No.") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


def test_clients_are_of_the_region_and_made_once(clients: Clients) -> None:
    assert clients("ec2").meta.region_name == WHERE.name
    assert clients("ec2") is clients("ec2")


def test_account_without_the_environment_proves_its_absence(clients: Clients) -> None:
    """Every type is looked at, and the default VPC is none of ours."""
    nothing = discover(clients, "nobody")
    assert nothing == Discovery((), ())
    assert nothing.proves_absence


def test_neighbours_with_like_suffixes_are_told_apart(clients: Clients) -> None:
    made = {suffix: _make_vpc(clients, suffix) for suffix in ("pr1", "pr12", "1-pr1")}
    for suffix, vpc_id in made.items():
        there = discover(clients, suffix)
        assert there == Discovery((FoundResource("VPC", f"flask-api-vpc-{suffix}", vpc_id),), ())
        assert str(there.found[0]) == f"VPC flask-api-vpc-{suffix} ({vpc_id})"
        assert not there.proves_absence
    assert discover(clients, "pr").proves_absence
    assert discover(clients, "r1").proves_absence


def test_listings_of_several_pages_are_read_to_the_end(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment's VPC is on the second page."""
    answers = [{"Vpcs": []}, clients("ec2").describe_vpcs(VpcIds=[_make_vpc(clients, "paged")])]
    pages = Mock(return_value=Mock(paginate=Mock(return_value=answers)))
    monkeypatch.setattr(clients("ec2"), "get_paginator", pages)
    monkeypatch.setattr(clients("ec2"), "describe_vpcs", Mock(return_value=answers[0]))
    [vpc] = Environment(clients, "paged").find("VPC")
    assert vpc.name == "flask-api-vpc-paged"


def test_rules_are_those_of_the_groups_found_whoever_made_them(clients: Clients) -> None:
    """A rule that someone added by hand has no tags, and is found by its group."""
    ec2, name = clients("ec2"), "flask-api-ecs-sg-rules"
    group = ec2.create_security_group(
        GroupName=name,
        Description="Tasks",
        VpcId=_make_vpc(clients, "rules"),
        **_tags("security-group", name, "rules"),
    )["GroupId"]
    answer = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    [rule] = answer["SecurityGroupRules"]
    [found] = Environment(clients, "rules").find("security group rule")
    assert found.id == found.name == rule["SecurityGroupRuleId"]


def test_type_is_listed_once_and_kept(clients: Clients) -> None:
    environment = Environment(clients, "once")
    assert environment.find("VPC") == ()
    _make_vpc(clients, "once")
    assert environment.find("VPC") == ()
    assert len(Environment(clients, "once").find("VPC")) == 1


@pytest.mark.parametrize(
    ("operation", "error", "types", "reason"),
    [
        (
            "describe_addresses",
            _refusal("AccessDenied", "No.\nNever."),
            ["elastic IP"],
            "An error occurred (AccessDenied) when calling the Operation operation: No.",
        ),
        # Rules can't be looked at where their groups can't.
        (
            "describe_security_groups",
            # An emulated AWS may answer with a web page.
            ResponseParserError("not XML"),
            ["security group", "security group rule"],
            "not XML",
        ),
    ],
)
def test_refused_listing_is_told_and_not_taken_for_absence(
    operation: str, error: Exception, types: list[str], reason: str
) -> None:
    answer = discover(_stubbed(operation, error), "pr1")
    assert answer == Discovery((), tuple(Unanswered(each, reason) for each in types))
    assert not answer.proves_absence
    assert str(answer.unanswered[0]) == f"{types[0]}: {reason}"


def test_no_credentials_end_the_search() -> None:
    with pytest.raises(NoCredentialsError):
        discover(_stubbed("describe_vpcs", NoCredentialsError()), "pr1")


@pytest.mark.parametrize(
    ("type_name", "operation", "code"),
    [
        ("ECS service", "describe_services", "ClusterNotFoundException"),
        ("ECR repository", "describe_repositories", "RepositoryNotFoundException"),
        ("IAM role", "get_role", "NoSuchEntity"),
        ("load balancer", "describe_load_balancers", "LoadBalancerNotFound"),
        ("target group", "describe_target_groups", "TargetGroupNotFound"),
        ("Aurora cluster", "describe_db_clusters", "DBClusterNotFoundFault"),
        (
            "Aurora parameter group",
            "describe_db_cluster_parameter_groups",
            "DBParameterGroupNotFound",
        ),
        ("Aurora subnet group", "describe_db_subnet_groups", "DBSubnetGroupNotFoundFault"),
        ("secret", "", ""),
    ],
)
def test_what_is_asked_for_by_name_may_be_absent(type_name: str, operation: str, code: str) -> None:
    environment = Environment(_stubbed(operation, _refusal(code)), "pr1")
    assert environment.find(type_name) == ()
    with pytest.raises(
        NotFound, match=rf"^no {type_name} of environment pr1 in .* \(from a test\)$"
    ):
        environment.all(type_name)


def test_subnets_come_in_the_order_of_their_numbers(clients: Clients) -> None:
    parts = ("public-subnet-2", "public-subnet-1", "private-subnet-1", "private-subnet-2")
    _make_subnets(clients, "main", *parts)
    environment = Environment(clients, "main")
    assert environment.vpc.name == "flask-api-vpc-main"
    there = (environment.public_subnets, environment.private_subnets)
    assert [[subnet.description["CidrBlock"] for subnet in subnets] for subnets in there] == [
        ["10.0.1.0/24", "10.0.0.0/24"],
        ["10.0.2.0/24", "10.0.3.0/24"],
    ]


@pytest.mark.parametrize(
    ("attribute", "message"),
    [
        ("vpc", "no VPC flask-api-vpc-pr1"),
        ("load_balancer", "no load balancer flask-api-alb-pr1"),
        ("target_group", "no target group flask-api-tg-pr1"),
        ("cluster", "no ECS cluster flask-api-cluster-pr1"),
        ("service", "no ECS service flask-api-service-pr1"),
        ("database", "no Aurora cluster flask-api-aurora-pr1"),
        ("secret", "no secret flask-api-db-password-pr1"),
    ],
)
def test_part_that_is_not_there_is_named_with_the_place(attribute: str, message: str) -> None:
    environment = Environment(_stubbed(), "pr1")
    with pytest.raises(NotFound) as raised:
        getattr(environment, attribute)
    where = f"of environment pr1 in {WHERE.name} (from a test)"
    assert str(raised.value) == f"{message} {where}; of this type: none"


def test_private_subnets_may_be_missing_alone(clients: Clients) -> None:
    _make_subnets(clients, "half", "public-subnet-1")
    environment = Environment(clients, "half")
    assert len(environment.public_subnets) == 1
    with pytest.raises(NotFound, match="no subnet flask-api-private-subnet-…-half of environment"):
        _ = environment.private_subnets


def test_two_of_one_name_are_no_part(clients: Clients) -> None:
    for _ in range(2):
        _make_vpc(clients, "twice")
    with pytest.raises(NotFound, match="^2 VPC flask-api-vpc-twice of environment twice in "):
        _ = Environment(clients, "twice").vpc
