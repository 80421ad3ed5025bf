"""The tests themselves: without ENVIRONMENT_SUFFIX they reach this machine alone."""

import os

import pytest

from emulator.resources.aws import is_loopback
from ops.inventory.table import INVENTORY
from tests.integration.place import Place

SERVICES = {entry.listing.operation.partition(".")[0] for entry in INVENTORY.values()} | {"sts"}


@pytest.fixture(autouse=True)
def ours(place: Place) -> None:
    """These are about an environment that the tests made."""
    if place.make is None:
        pytest.skip("ENVIRONMENT_SUFFIX names an existing environment, in whatever AWS it is")


def test_clients_speak_to_the_emulated_aws_whatever_the_shell_says(place: Place) -> None:
    endpoints = {place.clients(service).meta.endpoint_url for service in SERVICES}
    assert endpoints == {os.environ["AWS_ENDPOINT_URL"]}
    assert all(map(is_loopback, endpoints))


def test_credentials_are_made_up_and_no_others_are_looked_for() -> None:
    assert os.environ["AWS_ACCESS_KEY_ID"] == "testing"
    assert os.environ["AWS_EC2_METADATA_DISABLED"] == "true"
    assert os.environ["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert [name for name in os.environ if name.startswith("PULUMI_")] == []
    assert "AWS_PROFILE" not in os.environ
