"""The plugin's process: what it serves, where, and when it ends."""

import os
from collections.abc import Iterator

import grpc
import pytest
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from emulator.provider import process
from emulator.provider.operations import ProviderError
from emulator.provider.properties import Properties
from emulator.provider.wire import Empty
from emulator.resources.lookups import LOOKUPS
from emulator.services.table import RESOURCE_TYPES
from lib.region import read_region

TOKEN = "random:index/randomPassword:RandomPassword"


def test_without_an_endpoint_it_refuses_to_work() -> None:
    """It would otherwise speak to a real AWS."""
    for variables in ({}, {"AWS_ENDPOINT_URL": ""}):
        with pytest.raises(ProviderError, match="AWS_ENDPOINT_URL is not set.*make serve"):
            process.operations(variables).configure("eu-west-1")


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://ec2.eu-south-1.amazonaws.com",
        "http://10.0.0.1:5000",
        "http://127.0.0.1.example.com",
        "nonsense",
    ],
)
def test_an_endpoint_elsewhere_is_refused(endpoint: str) -> None:
    """Only an address of this machine will do."""
    with pytest.raises(ValueError, match="allowed: an address of this machine"):
        process.operations({"AWS_ENDPOINT_URL": endpoint}).configure("eu-west-1")


@pytest.mark.parametrize(("given", "region"), [("eu-west-1", "eu-west-1"), (None, read_region())])
def test_the_region_is_the_providers_own(
    monkeypatch: pytest.MonkeyPatch, given: str | None, region: str
) -> None:
    """A provider without one, such as `random`, gets that of lib/AWS_REGION."""
    token = "aws:test/get:get"
    monkeypatch.setitem(LOOKUPS, token, lambda aws, args: {"at": (aws.endpoint, aws.region)})
    operations = process.operations({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"})
    operations.configure(given)
    assert operations.look_up(token, Properties())["at"] == ("http://127.0.0.1:9", region)


def test_one_folder_serves_both_packages() -> None:
    """The table's types of both are there, and the version is at least that of either SDK."""
    operations = process.operations({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"})
    assert operations.check(TOKEN, Properties({"length": 32})) == []
    schema = process.schema()
    assert schema["resources"].keys() == RESOURCE_TYPES.keys()
    assert schema["functions"].keys() == LOOKUPS.keys()
    assert schema["version"] == process.plugin_version()
    assert int(process.plugin_version().split(".")[0]) >= 7


def test_it_tells_its_port_and_ends_with_its_parent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """While the parent is there, the port answers."""
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
    assert answers == [process.plugin_version()]
