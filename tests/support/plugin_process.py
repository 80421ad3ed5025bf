"""The plugin's process, started as Pulumi's Python language host starts a plugin's folder."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import grpc
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from emulator.provider import wire
from emulator.provider.wire import Struct

FOLDER = Path(__file__).resolve().parents[2] / "emulator" / "plugin"

# The plugin does not call the engine back; the address only has to be there.
_ENGINE_ADDRESS = "127.0.0.1:1"


@contextmanager
def plugin_process(variables: Mapping[str, str], where: Path) -> Iterator[subprocess.Popen[str]]:
    """Run `python <folder> <engine's address>` in some folder, and end it.

    It sees none of the shell's AWS_* and PULUMI_* variables, but the ones given.
    """
    shell = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "PULUMI_"))}
    command = [sys.executable, str(FOLDER), _ENGINE_ADDRESS]
    with subprocess.Popen(
        command, cwd=where, env={**shell, **variables}, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextmanager
def running_plugin(variables: Mapping[str, str], where: Path) -> Iterator[ResourceProviderStub]:
    """Run the plugin and give its gRPC client, not yet configured."""
    with plugin_process(variables, where) as process:
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield ResourceProviderStub(channel)


def configure(plugin: ResourceProviderStub, **args: str) -> wire.ConfigureResponse:
    """Configure a plugin as the engine does, with a provider's arguments."""
    message = Struct()
    message.update(args)
    return plugin.Configure(
        wire.ConfigureRequest(args=message, acceptSecrets=True, acceptResources=True)
    )
