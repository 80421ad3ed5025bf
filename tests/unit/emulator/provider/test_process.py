"""The plugin's process: what it serves, where, and when it ends."""

import os
from collections.abc import Iterator

import grpc
import pytest
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from emulator.provider import process
from emulator.provider.wire import Empty
from emulator.resources.state import ResourceError
from emulator.services.table import LOOKUPS, RESOURCE_TYPES


@pytest.mark.parametrize("variables", [{}, {"AWS_ENDPOINT_URL": ""}])
def test_without_an_endpoint_it_refuses_to_work(variables: dict[str, str]) -> None:
    with pytest.raises(ResourceError, match="AWS_ENDPOINT_URL is not set"):
        process.connection(variables)("eu-west-1")


@pytest.mark.parametrize(
    ("configured", "variables", "region"),
    [
        ("eu-west-1", {"AWS_REGION": "eu-west-2"}, "eu-west-1"),
        (None, {"AWS_REGION": "eu-west-2"}, "eu-west-2"),
        (None, {}, "us-east-1"),
    ],
)
def test_the_region_is_the_providers_own_before_the_shells(
    configured: str | None, variables: dict[str, str], region: str
) -> None:
    connect = process.connection({"AWS_ENDPOINT_URL": "http://127.0.0.1:9", **variables})
    aws = connect(configured)
    assert (aws.endpoint, aws.region) == ("http://127.0.0.1:9", region)
    assert connect(configured) is aws


def test_it_serves_the_table_as_a_version_that_the_sdks_take() -> None:
    served = process.provider({})
    assert (served.resource_types, served.functions) == (RESOURCE_TYPES, LOOKUPS)
    assert int(served.version.split(".", maxsplit=1)[0]) >= 7


def test_it_tells_its_port_and_ends_with_its_parent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers: list[str] = []

    def parents() -> Iterator[int]:
        yield from (7, 7)
        port = int(capsys.readouterr().out)
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            answers.append(ResourceProviderStub(channel).GetPluginInfo(Empty()).version)
        yield 7
        yield 1

    monkeypatch.setattr(os, "getppid", parents().__next__)
    monkeypatch.setattr(process, "_SECONDS_BETWEEN_LOOKS", 0.01)
    process.main()
    assert answers == [process.provider({}).version]
