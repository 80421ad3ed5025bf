"""Discovery in an emulated AWS: what is there, what is another's, what gave no answer."""

import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from botocore.parsers import ResponseParserError
from moto import mock_aws

from lib.region import read_region
from ops.clients import Clients
from ops.inventory.environment import Discovery, Environment, NotFound, Unanswered, discover
from ops.inventory.resource_type import Found
from ops.inventory.table import KINDS
from ops.region import Region

WHERE = Region(read_region(), "a test")


@pytest.fixture(name="clients", scope="module")
def emulated_clients():
    """Clients of one emulated AWS in this process; each test has suffixes of its own in it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
            patch.delenv(name, raising=False)
        with mock_aws():
            yield Clients(WHERE)


class StubbedClients:
    """Clients of which one operation raises an error, and all others find nothing."""

    region = WHERE

    def __init__(self, operation=None, error=None):
        self._errors = {
            "describe_secret": _refusal("ResourceNotFoundException"),
            "get_role": _refusal("NoSuchEntity"),
            operation: error,
        }

    def __call__(self, service):
        return self

    def can_paginate(self, _operation):
        """Have every operation be called directly."""
        return False

    def __getattr__(self, operation):
        def answer(**_arguments):
            if operation in self._errors:
                raise self._errors[operation]
            return {}

        return answer


def _tags(name, suffix):
    return [{"Key": "Name", "Value": name}, {"Key": "EnvironmentSuffix", "Value": suffix}]


def _make_vpc(clients, name, suffix):
    tags = [{"ResourceType": "vpc", "Tags": _tags(name, suffix)}]
    made = clients("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tags)
    return made["Vpc"]["VpcId"]


def _refusal(code, message="No."):
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


def test_clients_are_of_the_region_and_made_once(clients):
    """Asked twice for a service they give the same client."""
    assert clients("ec2").meta.region_name == WHERE.name
    assert clients("ec2") is clients("ec2")
    assert clients.region == WHERE


def test_an_account_without_the_environment_proves_its_absence(clients):
    """Every kind is looked at, and the default VPC is none of ours."""
    nothing = discover(clients, "nobody")
    assert nothing == Discovery((), ())
    assert nothing.proves_absence


def test_neighbours_with_like_suffixes_are_told_apart(clients):
    """pr1 is neither pr12 nor 1-pr1, whichever of them is there."""
    made = {
        suffix: _make_vpc(clients, f"flask-api-vpc-{suffix}", suffix)
        for suffix in ("pr1", "pr12", "1-pr1")
    }
    for suffix, vpc_id in made.items():
        expected = Found("VPC", f"flask-api-vpc-{suffix}", vpc_id)
        assert discover(clients, suffix) == Discovery((expected,), ())
    assert discover(clients, "pr").proves_absence
    assert discover(clients, "r1").proves_absence


def test_what_was_found_is_no_proof_of_absence(clients):
    """A single thing is too much."""
    _make_vpc(clients, "flask-api-vpc-single", "single")
    assert not discover(clients, "single").proves_absence


def test_listings_of_several_pages_are_read_to_the_end(clients):
    """The environment's log group is on the second page of fifty."""
    logs = clients("logs")
    for number in range(60):
        logs.create_log_group(logGroupName=f"/ecs/flask-api-a-{number:02}")
    logs.create_log_group(logGroupName="/ecs/flask-api-a")
    found = Environment(clients, "a-59").find("log group")
    assert [group.name for group in found] == ["/ecs/flask-api-a-59"]
    assert [group.name for group in Environment(clients, "a").find("log group")] == [
        "/ecs/flask-api-a"
    ]


def test_rules_are_those_of_the_groups_found_whoever_made_them(clients):
    """A rule that someone added by hand has no tags, and is found by its group."""
    ec2 = clients("ec2")
    vpc_id = _make_vpc(clients, "flask-api-vpc-rules", "rules")
    group = ec2.create_security_group(
        GroupName="flask-api-ecs-sg-rules",
        Description="Tasks",
        VpcId=vpc_id,
        TagSpecifications=[
            {"ResourceType": "security-group", "Tags": _tags("flask-api-ecs-sg-rules", "rules")}
        ],
    )["GroupId"]
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])[
        "SecurityGroupRules"
    ]
    found = Environment(clients, "rules").find("security group rule")
    assert len(rules) == 1
    assert [(rule.id, rule.name) for rule in found] == [
        (rule["SecurityGroupRuleId"], rule["SecurityGroupRuleId"]) for rule in rules
    ]


def test_listeners_are_those_of_the_load_balancer(clients):
    """They have no name, and are called by protocol and port."""
    ec2 = clients("ec2")
    elb = clients("elbv2")
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"][:2]]
    for suffix in ("listens", "listens2"):
        balancer = elb.create_load_balancer(Name=f"flask-api-alb-{suffix}", Subnets=subnets)
        elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancers"][0]["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80 if suffix == "listens" else 81,
            DefaultActions=[
                {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
            ],
        )
    found = Environment(clients, "listens").find("listener")
    assert [listener.name for listener in found] == ["HTTP:80"]


def test_a_kind_is_listed_once_and_kept(clients):
    """What comes later is not seen by the same environment."""
    environment = Environment(clients, "once")
    assert environment.find("VPC") == ()
    _make_vpc(clients, "flask-api-vpc-once", "once")
    assert environment.find("VPC") == ()
    assert len(Environment(clients, "once").find("VPC")) == 1


def test_a_refused_listing_is_told_and_not_taken_for_absence():
    """The rest is looked at all the same; only the first line of the refusal is kept."""
    clients = StubbedClients("describe_addresses", _refusal("AccessDenied", "No.\nNever."))
    answer = discover(clients, "pr1")
    reason = "An error occurred (AccessDenied) when calling the Operation operation: No."
    assert answer == Discovery((), (Unanswered("elastic IP", reason),))
    assert not answer.proves_absence
    assert str(answer.unanswered[0]) == f"elastic IP: {reason}"


def test_a_refusal_reaches_the_kinds_that_hang_on_it():
    """Rules can't be looked at where their groups can't."""
    clients = StubbedClients("describe_security_groups", _refusal("AccessDenied"))
    kinds = [unanswered.kind for unanswered in discover(clients, "pr1").unanswered]
    assert kinds == ["security group", "security group rule"]


def test_an_operation_that_an_emulator_lacks_is_told():
    """It may be answered with a web page that botocore can't read."""
    clients = StubbedClients("describe_flow_logs", ResponseParserError("not XML"))
    assert discover(clients, "pr1").unanswered == (Unanswered("flow log", "not XML"),)


def test_no_credentials_end_the_search():
    """Then nothing at all can be looked at."""
    with pytest.raises(NoCredentialsError):
        discover(StubbedClients("describe_vpcs", NoCredentialsError()), "pr1")


@pytest.mark.parametrize(
    ("kind", "operation", "code"),
    [
        ("ECS service", "describe_services", "ClusterNotFoundException"),
        ("IAM role", "get_role", "NoSuchEntity"),
        ("ECR repository", "describe_repositories", "RepositoryNotFoundException"),
        ("secret", "describe_secret", "ResourceNotFoundException"),
    ],
)
def test_what_is_asked_for_by_name_may_be_absent(kind, operation, code):
    """The service's error for it is an answer."""
    assert Environment(StubbedClients(operation, _refusal(code)), "pr1").find(kind) == ()


def test_the_main_parts_are_found_by_their_names(clients):
    """Each is the one thing of its name; subnets come in order."""
    vpc_id = _make_vpc(clients, "flask-api-vpc-main", "main")
    ec2 = clients("ec2")
    for index, part in enumerate(
        ("public-subnet-2", "public-subnet-1", "private-subnet-1", "private-subnet-2")
    ):
        ec2.create_subnet(
            VpcId=vpc_id,
            CidrBlock=f"10.0.{index}.0/24",
            TagSpecifications=[
                {"ResourceType": "subnet", "Tags": _tags(f"flask-api-{part}-main", "main")}
            ],
        )
    environment = Environment(clients, "main")
    assert environment.vpc.id == vpc_id
    assert [subnet.name for subnet in environment.public_subnets] == [
        "flask-api-public-subnet-1-main",
        "flask-api-public-subnet-2-main",
    ]
    assert [subnet.description["CidrBlock"] for subnet in environment.private_subnets] == [
        "10.0.2.0/24",
        "10.0.3.0/24",
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
def test_a_part_that_is_not_there_is_named_with_the_place(attribute, message):
    """Which part, of which environment, in which region, and who named the region."""
    environment = Environment(StubbedClients(), "pr1")
    with pytest.raises(NotFound) as raised:
        getattr(environment, attribute)
    where = f"of environment pr1 in {WHERE.name} (from a test)"
    assert str(raised.value) == f"{message} {where}; of this kind: none"


def test_a_kind_of_which_there_is_nothing_is_named_with_the_place():
    """`all` is for kinds that every environment has."""
    environment = Environment(StubbedClients(), "pr1")
    with pytest.raises(NotFound, match=r"^no IAM role of environment pr1 in .* \(from a test\)$"):
        environment.all("IAM role")


def test_subnets_of_one_sort_may_be_missing_alone(clients):
    """Then the message says which."""
    vpc_id = _make_vpc(clients, "flask-api-vpc-half", "half")
    clients("ec2").create_subnet(
        VpcId=vpc_id,
        CidrBlock="10.0.0.0/24",
        TagSpecifications=[
            {"ResourceType": "subnet", "Tags": _tags("flask-api-public-subnet-1-half", "half")}
        ],
    )
    environment = Environment(clients, "half")
    assert len(environment.public_subnets) == 1
    with pytest.raises(NotFound, match="no subnet flask-api-private-subnet-…-half of environment"):
        _ = environment.private_subnets


def test_two_things_of_one_name_are_no_part(clients):
    """Which of them is meant can't be told."""
    for _ in range(2):
        _make_vpc(clients, "flask-api-vpc-twice", "twice")
    with pytest.raises(NotFound, match="^2 VPC flask-api-vpc-twice of environment twice in "):
        _ = Environment(clients, "twice").vpc


def test_every_kind_is_asked_for_with_operations_that_boto3_has(clients):
    """A misspelt operation or argument would only fail in AWS."""
    environment = Environment(StubbedClients(), "pr1")
    for kind in KINDS.values():
        service, _, method = kind.listing.operation.partition(".")
        client = clients(service)
        members = client.meta.service_model.operation_model(
            client.meta.method_to_api_mapping[method]
        ).input_shape.members
        for arguments in kind.listing.calls("pr1", environment.find):
            assert arguments.keys() <= members.keys(), kind.name
