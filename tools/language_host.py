"""A stand-in for Pulumi's language host of Python, which comes with an installed CLI alone.

The Pulumi SDK has one for programs that are functions; here the function runs the project's file.
It is started by `pulumi-language-python`, in the folder of the project or anywhere else.
"""

import json
import os
import runpy
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from pulumi.automation._server import LanguageServer
from pulumi.runtime.config import CONFIG
from pulumi.runtime.proto import language_pb2_grpc

_LARGEST_MESSAGE = 400 * 1024 * 1024


class LanguageHost(LanguageServer):
    """Runs the file that the engine names; the rest is the SDK's."""

    def Run(self, request: Any, context: Any) -> Any:
        """Run the program, in its own folder and with all of the stack's configuration."""
        self.program = _program(request)
        return super().Run(request, context)


def _program(request: Any) -> Callable[[], None]:
    def program() -> None:
        os.chdir(request.info.program_directory)
        os.environ["PULUMI_CONFIG"] = json.dumps(CONFIG.get())
        sys.argv = [request.info.entry_point]
        path = Path(request.info.program_directory) / request.info.entry_point
        runpy.run_path(str(path), run_name="__main__")

    return program


def main() -> None:
    """Serve until a signal, or until the process that started this one has ended."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: ended.set())
    parent = os.getppid()
    server = grpc.server(
        ThreadPoolExecutor(),
        options=[("grpc.max_receive_message_length", _LARGEST_MESSAGE)],
    )
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(LanguageHost(lambda: None), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    while os.getppid() == parent and not ended.wait(1):
        pass
    # A program that waits for something of the engine would keep the interpreter alive.
    os._exit(0)


main()
