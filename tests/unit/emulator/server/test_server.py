"""The server: where it listens, what it forgets, and what a test can have it do."""

import os
import socket
from typing import Any

import pytest
from botocore.exceptions import ClientError, DataNotFoundError
from botocore.session import get_session
from moto.core import errors, responses
from moto.core.responses import BaseResponse

from emulator.server.interception import AwsError, Call, Interception, Patch, Validator
from emulator.server.server import Server
from lib.region import read_region


def _buckets(server: Server) -> list[str]:
    repositories = server.aws().call("ecr.describe_repositories")["repositories"]
    return [each["repositoryName"] for each in repositories]


def test_each_start_is_clean_and_each_stop_leaves_moto_as_it_was() -> None:
    before, names = BaseResponse.call_action, responses.method_names_from_class
    lookups = errors.ErrorLookupFactory
    variables = dict(os.environ)
    server = Server(read_region())
    for _ in range(2):
        with server:
            assert server.endpoint.startswith("http://127.0.0.1:")
            assert BaseResponse.call_action is not before
            assert errors.ErrorLookupFactory() is errors.ErrorLookupFactory()
            assert _buckets(server) == []
            server.aws().call("ecr.create_repository", repositoryName="one")
            assert _buckets(server) == ["one"]
        assert BaseResponse.call_action is before
        assert responses.method_names_from_class is names
        assert errors.ErrorLookupFactory is lookups
        assert dict(os.environ) == variables
    server.stop()


def test_motos_variables_in_the_shell_decide_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "true")
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "999999999999")
    monkeypatch.setenv("MOTO_ENABLE_ISO_REGIONS", "true")
    before = dict(os.environ)
    with Server(read_region()) as server:
        assert os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] == "false"
        assert "MOTO_ENABLE_ISO_REGIONS" not in os.environ
        assert server.aws().call("sts.get_caller_identity")["Account"] == "123456789012"
    assert dict(os.environ) == before


def test_the_account_is_the_one_that_is_asked_for() -> None:
    with Server(read_region(), account="210987654321") as server:
        aws = server.aws()
        made = aws.call("ecr.create_repository", repositoryName="one")["repository"]
        assert made["repositoryArn"] == aws.arn("ecr", "repository/one")
        assert ":210987654321:" in made["repositoryArn"]


def test_models_are_read_once_for_all_sessions() -> None:
    loaders = [get_session().get_component("data_loader") for _ in range(2)]
    assert loaders[0] is loaders[1]
    assert loaders[0].load_service_model("ecr", "service-2")["metadata"]["serviceId"] == "ECR"
    with pytest.raises(DataNotFoundError):
        loaders[0].load_data("none/none")


def test_a_second_one_in_the_process_is_refused() -> None:
    """It would share moto's state, and forget it."""
    with Server(read_region()), pytest.raises(RuntimeError, match="one at a time"):
        Server(read_region()).start()


def test_a_taken_port_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            Server(read_region(), port).start()
    with Server(read_region(), port) as server:
        assert server.endpoint == f"http://127.0.0.1:{port}"


def test_the_environment_leads_every_client_here() -> None:
    with Server(read_region()) as server:
        assert server.environment() == {
            "AWS_ENDPOINT_URL": server.endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_REGION": read_region(),
            "AWS_DEFAULT_REGION": read_region(),
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }


def test_quotas_hold_where_they_are_asked_for() -> None:
    with Server(read_region(), quotas=True) as server:
        aws = server.aws()
        for number in range(4):
            aws.call("ec2.create_vpc", CidrBlock=f"10.{number}.0.0/16")
        with pytest.raises(ClientError, match="VpcLimitExceeded"):
            aws.call("ec2.create_vpc", CidrBlock="10.9.0.0/16")
        for _ in range(5):
            aws.call("ec2.allocate_address", Domain="vpc")
        with pytest.raises(ClientError, match="AddressLimitExceeded"):
            aws.call("ec2.allocate_address", Domain="vpc")


def test_quotas_that_are_set_are_kept_to() -> None:
    with Server(read_region(), quotas=True) as server:
        aws = server.aws()
        server.quotas["vpc", "L-F678F1CE"] = 2
        server.quotas["ec2", "L-0263D0A3"] = 0
        aws.call("ec2.create_vpc", CidrBlock="10.0.0.0/16")
        with pytest.raises(ClientError, match="VpcLimitExceeded"):
            aws.call("ec2.create_vpc", CidrBlock="10.9.0.0/16")
        with pytest.raises(ClientError, match="AddressLimitExceeded"):
            aws.call("ec2.allocate_address", Domain="vpc")


def test_a_call_can_be_made_to_fail_once() -> None:
    with Server(read_region()) as server:
        aws = server.aws()
        server.fail_once("DescribeVpcs", "Throttling", "Slow down.")
        with pytest.raises(ClientError, match=r"\(Throttling\).*Slow down."):
            aws.call("ec2.describe_vpcs")
        aws.call("ec2.describe_vpcs")
        assert server.calls == ["DescribeVpcs", "DescribeVpcs"]
        server.fail_once("DescribeVpcs")
        server.clear_faults()
        assert not server.calls
        aws.call("ec2.describe_vpcs")
        aws.call("ecr.create_repository", repositoryName="one")
        server.fail_once("DescribeRepositories")
        server.reset()
        assert _buckets(server) == []


def test_what_moto_can_not_do_is_said_in_words() -> None:
    with Server(read_region()) as server, pytest.raises(ClientError) as failed:
        server.aws().call("ecs.list_services_by_namespace", namespace="x")
    assert failed.value.response["Error"]["Code"] == "InternalFailure"
    assert "NotImplementedError" in failed.value.response["Error"]["Message"]


def test_validators_come_first_and_patches_know_what_happened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[Any] = []

    def refuse(call: Call) -> None:
        if call.params["repositoryName"] == "bad":
            raise AwsError("InvalidParameterException", "No such name.")

    def remember(call: Call) -> None:
        backend = call.backend("ecr")
        seen.append((call.operation, call.account, call.region, sorted(backend.repositories)))

    def tell(call: Call) -> dict[str, str]:
        return {"registryId": call.account}

    create = ("CreateRepository",)
    interception = Interception(
        [Validator("ecr", create, refuse)],
        [
            Patch("ecr", create, "a test", answer=lambda _call: None, after=remember),
            Patch("ecr", ("DescribeRegistry",), "a test", answer=tell),
        ],
    )
    server = Server(read_region())
    monkeypatch.setattr(server, "_interception", interception)
    with server:
        aws = server.aws()
        with pytest.raises(ClientError, match=r"\(InvalidParameterException\).*No such name."):
            aws.call("ecr.create_repository", repositoryName="bad")
        aws.call("ecr.create_repository", repositoryName="good")
        assert aws.call("ecr.describe_registry")["registryId"] == "123456789012"
    assert seen == [("CreateRepository", "123456789012", read_region(), ["good"])]
