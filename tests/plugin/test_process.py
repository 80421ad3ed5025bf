"""The plugin's folder, started as the engine starts it: by its path, from anywhere."""

import subprocess
import sys
import time
from pathlib import Path

import grpc
import pytest
import yaml
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from emulator.provider.process import plugin_version
from emulator.provider.wire import Empty
from tests.support.plugin_process import FOLDER, configure, plugin_process, running_plugin

ELSEWHERE = {"AWS_ENDPOINT_URL": "https://ec2.eu-south-1.amazonaws.com"}

# Starts the plugin, hands on its port, and ends without a word to it.
_CARELESS_PARENT = """
import subprocess, sys
plugin = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True)
print(plugin.stdout.readline(), end="", flush=True)
"""


@pytest.fixture(name="plugin", scope="module")
def _plugin(tmp_path_factory: pytest.TempPathFactory) -> ResourceProviderStub:
    with running_plugin(ELSEWHERE, tmp_path_factory.mktemp("elsewhere")) as plugin:
        yield plugin


def test_it_answers_at_the_port_that_it_prints(plugin: ResourceProviderStub) -> None:
    """From a folder that is not the project's."""
    assert plugin.GetPluginInfo(Empty()).version == plugin_version()


def test_a_real_aws_is_refused(plugin: ResourceProviderStub) -> None:
    """In words, before anything is called."""
    with pytest.raises(grpc.RpcError) as refused:
        configure(plugin, region="eu-south-1")
    assert "ec2.eu-south-1.amazonaws.com" in refused.value.details()
    assert "Traceback" not in refused.value.details()


def test_it_prints_nothing_but_its_port(tmp_path: Path) -> None:
    """The engine takes the first line, and shows the rest."""
    with plugin_process({}, tmp_path) as process:
        port = process.stdout.readline()
        assert 0 < int(port) < 65536
        process.terminate()
        assert process.stdout.read() == ""


def test_it_ends_when_its_parent_has_ended() -> None:
    """An engine that was killed leaves no plugin behind."""
    command = [sys.executable, "-c", _CARELESS_PARENT, sys.executable, str(FOLDER), "127.0.0.1:1"]
    port = int(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    deadline = time.monotonic() + 10
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = ResourceProviderStub(channel)
        while time.monotonic() < deadline:
            try:
                stub.GetPluginInfo(Empty(), timeout=1)
                time.sleep(0.1)
            except grpc.RpcError:
                return
    raise AssertionError("the plugin still answers")


def test_the_folder_names_its_runtime() -> None:
    """Python, in the project's own virtual environment."""
    plugin = yaml.safe_load((FOLDER / "PulumiPlugin.yaml").read_text(encoding="utf-8"))
    assert plugin["runtime"]["name"] == "python"
    virtualenv = FOLDER / plugin["runtime"]["options"]["virtualenv"]
    assert virtualenv.resolve() == FOLDER.parents[1] / ".venv"
