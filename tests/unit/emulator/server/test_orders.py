"""What a test orders of the emulated AWS: faults in AWS's words, and what happens later."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.resources.aws import Aws
from emulator.server.server import Server

_GROUP = {"logGroupName": "late"}
_WHO = "User: arn:aws:sts::123456789012:user/moto is not authorized to perform: "


@pytest.fixture(name="ordered", autouse=True)
def _ordered(server: Server) -> Iterator[None]:
    """Nothing that one test orders is left for the next."""
    yield
    server.clear_faults()


def _refused(aws: Aws, operation: str, **arguments: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as failed:
        aws.call(operation, **arguments)
    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] < 500
    return failed.value.response["Error"]["Code"], failed.value.response["Error"]["Message"]


def _groups(aws: Aws) -> list[str]:
    return [each["logGroupName"] for each in aws.call("logs.describe_log_groups")["logGroups"]]


# A call of each sort of API, its action, and the codes with which it is denied, one too many, and
# made with a token that is none.
_SERVICES = [
    ("ec2.describe_vpcs", "ec2:DescribeVpcs",
     "UnauthorizedOperation", "RequestLimitExceeded", "AuthFailure"),
    ("rds.describe_db_clusters", "rds:DescribeDBClusters",
     "AccessDenied", "Throttling", "InvalidClientTokenId"),
    ("elbv2.describe_load_balancers", "elasticloadbalancing:DescribeLoadBalancers",
     "AccessDenied", "Throttling", "InvalidClientTokenId"),
    ("cloudwatch.describe_alarms", "cloudwatch:DescribeAlarms",
     "AccessDenied", "Throttling", "InvalidClientTokenId"),
    # It has no region that could take a token for none.
    ("route53.list_hosted_zones", "route53:ListHostedZones",
     "AccessDenied", "Throttling", ""),
    ("logs.describe_log_groups", "logs:DescribeLogGroups",
     "AccessDeniedException", "ThrottlingException", "UnrecognizedClientException"),
    ("resourcegroupstaggingapi.get_resources", "tag:GetResources",
     "AccessDeniedException", "ThrottlingException", "UnrecognizedClientException"),
    ("service-quotas.list_service_quotas", "servicequotas:ListServiceQuotas",
     "AccessDeniedException", "TooManyRequestsException", "UnrecognizedClientException"),
]  # fmt: skip
_ARGUMENTS = {"service-quotas.list_service_quotas": {"ServiceCode": "vpc"}}


@pytest.mark.parametrize("row", _SERVICES, ids=lambda row: row[0])
def test_each_service_refuses_in_its_own_words(
    server: Server, clients: Aws, row: tuple[str, ...]
) -> None:
    operation, action, denied, throttled, token = row
    arguments = _ARGUMENTS.get(operation, {})
    server.deny(action)
    words = f"{_WHO}{action} because no identity-based policy allows the {action} action"
    for _ in range(2):
        code, message = _refused(clients, operation, **arguments)
        assert code == denied
        assert message.removeprefix("You are not authorized to perform this operation. ") == words
        assert message.startswith("You ") is (denied == "UnauthorizedOperation")
    server.clear_faults()
    server.throttle(action, times=2)
    for _ in range(2):
        code, message = _refused(clients, operation, **arguments)
        assert (code, bool(re.search("Rate exceeded|Request limit", message))) == (throttled, True)
    clients.call(operation, **arguments)
    server.refuse_tokens()
    if token:
        assert _refused(clients, operation, **arguments)[0] == token
        server.clear_faults()
    clients.call(operation, **arguments)


def test_what_is_denied_is_an_action_with_wildcards_and_names_its_resource(
    server: Server, clients: Aws
) -> None:
    arn = clients.arn("rds", "cluster:*")
    server.deny("RDS:describe*", arn)
    _, message = _refused(clients, "rds.describe_db_instances")
    assert f"{_WHO}rds:DescribeDBInstances on resource: {arn} because" in message
    clients.call("ec2.describe_vpcs")
    code, _ = _refused(clients, "rds.stop_db_cluster", DBClusterIdentifier="none")
    assert code == "DBClusterNotFoundFault"


def test_a_throttle_is_for_its_own_action_and_over_when_it_is(server: Server, clients: Aws) -> None:
    server.throttle("ecs:*", times=1)
    server.throttle("ecs:ListClusters", times=1)
    clients.call("ec2.describe_vpcs")
    for _ in range(2):
        assert _refused(clients, "ecs.list_clusters")[0] == "ThrottlingException"
    clients.call("ecs.list_clusters")


def test_a_refused_token_is_one_for_global_services(server: Server, clients: Aws) -> None:
    """As that of STS's global endpoint is in an opt-in region."""
    server.refuse_tokens()
    assert clients.call("sts.get_caller_identity")["Account"] == "123456789012"
    clients.call("iam.list_roles")
    clients.call("account.get_region_opt_status", RegionName="us-east-1")
    assert _refused(clients, "ecs.list_clusters")[0] == "UnrecognizedClientException"


def test_what_happens_before_the_second_listing_is_in_it(server: Server, aws: Aws) -> None:
    happened: list[str] = []

    def come_back() -> None:
        aws.call("logs.create_log_group", **_GROUP)
        happened.append("once")

    server.before("DescribeLogGroups", come_back, call=2)
    aws.call("ec2.describe_vpcs")
    assert [_groups(aws) for _ in range(3)] == [[], ["late"], ["late"]]
    assert happened == ["once"]
    server.before("DescribeLogGroups", lambda: aws.call("logs.delete_log_group", **_GROUP))
    assert _groups(aws) == []


def test_what_waits_for_time_happens_when_it_has_passed(server: Server, aws: Aws) -> None:
    happened: list[str] = []

    def note(word: str) -> Callable[[], None]:
        return lambda: happened.append(word)

    server.after(60, note("second"))
    server.after(30, lambda: aws.call("logs.create_log_group", **_GROUP))
    server.after(20, note("first"))
    server.before("DescribeVpcs", note("not yet"))
    before = server.ecs.clock.now().seconds
    server.pass_time(29)
    assert (_groups(aws), happened) == ([], ["first"])
    server.pass_time(31)
    assert (_groups(aws), happened) == (["late"], ["first", "second"])
    assert server.ecs.clock.now().seconds == before + 60


def test_what_is_due_at_once_happens_in_its_order(server: Server, aws: Aws) -> None:
    server.after(20, lambda: aws.call("logs.delete_log_group", **_GROUP))
    server.after(10, lambda: aws.call("logs.create_log_group", **_GROUP))
    server.pass_time(60)
    assert _groups(aws) == []
    assert server.calls == ["CreateLogGroup", "DeleteLogGroup", "DescribeLogGroups"]


def test_what_can_not_happen_is_said_in_words(server: Server, clients: Aws) -> None:
    server.before("DescribeVpcs", lambda: int("x"))
    with pytest.raises(ClientError, match=r"\(InternalFailure\).*ValueError"):
        clients.call("ec2.describe_vpcs")


def test_all_that_is_ordered_can_be_taken_back(server: Server, aws: Aws) -> None:
    aws.call("logs.create_log_group", **_GROUP)
    for forget in (server.clear_faults, server.reset):
        server.deny("ec2:*")
        server.throttle("ec2:*", times=1)
        server.refuse_tokens()
        server.fail_once("DescribeVpcs")
        server.before("DescribeVpcs", lambda: int("x"))
        server.after(1, lambda: int("x"))
        server.quotas["vpc", "L-F678F1CE"] = 1
        server.regions[server.region] = "DISABLED"
        forget()
        server.pass_time(1)
        aws.call("ec2.describe_vpcs")
        assert server.quotas["vpc", "L-F678F1CE"] == 5
        assert not server.regions
        assert _groups(aws) == (["late"] if forget == server.clear_faults else [])
