"""Evaluation: a Pulumi program run under mocks, apart from all else, and the graph that it gives.

Every run has a context, an event loop and threads of its own, and sees only the configuration and
the environment variables that it is given. It shares os.environ and sys.path with the process, and
puts them back: one run at a time.
"""

import asyncio
import contextvars
import json
import logging
import os
import runpy
import sys
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import Mocks
from pulumi.runtime.mocks import MockEngine

from emulator.program.graph import Graph
from emulator.program.mocks import AwsMocks
from emulator.program.recorder import Recorder

Program = Callable[[], Awaitable[None] | None]

# As many as resources are ever made side by side: one that had to wait for a free thread would hide
# a missing dependency from the test of the order.
_THREADS = 32

# What the shell says of accounts and of the engine.
_HIDDEN = ("AWS_", "PULUMI_")


@dataclass(frozen=True)
class Conditions:
    """What a program is run in.

    `config` maps full keys (`tap:cpu`) to text, as the engine hands them over; `secret_keys` are
    those of them that are encrypted. `environment` holds all that the program sees of AWS_*,
    PULUMI_* and the variables that `hides` names. `mocks` answer for the providers; AwsMocks if
    None.
    """

    project: str = "tap"
    stack: str = "dev"
    config: Mapping[str, str] | None = None
    secret_keys: Collection[str] = ()
    environment: Mapping[str, str] | None = None
    hides: Collection[str] = ()
    mocks: Mocks | None = None
    preview: bool = False

    def variables(self) -> dict[str, str]:
        """Return the environment variables, those that the engine sets among them."""
        return {
            "PULUMI_CONFIG": json.dumps(dict(self.config or {})),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(sorted(self.secret_keys)),
            **(self.environment or {}),
        }


@dataclass(frozen=True)
class Outcome:
    """The graph as far as the program came, and the error that ended it, if one did.

    Where the mocks refused resources, that is the first refusal, as it is.
    """

    graph: Graph
    error: Exception | None


def evaluate(program: Program, **conditions: Any) -> Graph:
    """Run a program and return its graph; `conditions` are the fields of Conditions.

    Raises what the program raises, as it is; `attempt` gives the graph in that case too.
    """
    outcome = attempt(program, **conditions)
    if outcome.error is not None:
        raise outcome.error
    return outcome.graph


def attempt(program: Program, **conditions: Any) -> Outcome:
    """Run a program, as `evaluate` does, and return its graph with its error, if it has one."""
    given = Conditions(**conditions)
    # The SDK sends the whole stack with each resource: in a thread of its own it is a short one.
    with ThreadPoolExecutor(1, "program") as thread:
        return thread.submit(_attempt, program, given).result()


def _attempt(program: Program, given: Conditions) -> Outcome:
    recorder = Recorder(given.mocks or AwsMocks())
    warnings: list[str] = []
    error = None
    try:
        with _environment(given), _threads() as threads, asyncio.Runner() as runner:
            settings = {"monitor": recorder, "engine": MockEngine(_logger(warnings))}
            main = _run(program, given, settings, threads)
            runner.run(main, context=contextvars.Context())
    # Whatever ends the program is its outcome.
    except Exception as raised:  # pylint: disable=broad-exception-caught
        error = recorder.failure or raised
    finally:
        # Where nothing is set, as in a new thread, the SDK's settings fall back to the last ones.
        contextvars.Context().run(pulumi.runtime.reset_options)
    return Outcome(recorder.graph(tuple(warnings)), error)


async def _run(
    program: Program,
    given: Conditions,
    settings: Mapping[str, Any],
    threads: ThreadPoolExecutor,
) -> None:
    """Do what Pulumi's language host does, with the recorder in the place of the engine."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(threads)
    _quieten(loop)
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            project=given.project, stack=given.stack, dry_run=given.preview, **settings
        )
    )
    pulumi.runtime.set_all_config(dict(given.config or {}), list(given.secret_keys))
    await pulumi.runtime.run_in_stack(program)


def _logger(warnings: list[str]) -> logging.Logger:
    """Return a logger that adds warnings to a list and passes over the rest."""
    logger = logging.Logger("program", logging.WARNING)
    handler = logging.Handler()
    handler.emit = lambda record: warnings.append(record.getMessage())
    handler.addFilter(lambda record: record.levelno == logging.WARNING)
    logger.addHandler(handler)
    return logger


def _quieten(loop: asyncio.AbstractEventLoop) -> None:
    """Have a loop pass over errors that nobody awaits: a program that fails leaves many behind."""
    loop.set_exception_handler(lambda _loop, _context: None)


@contextmanager
def _threads() -> Iterator[ThreadPoolExecutor]:
    """Give threads that each have an event loop, which the SDK wants where it serializes."""
    loops: list[asyncio.AbstractEventLoop] = []

    def begin() -> None:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        loops.append(loop)

    try:
        with ThreadPoolExecutor(_THREADS, "resource", begin) as threads:
            yield threads
    finally:
        for loop in loops:
            loop.close()


@contextmanager
def _environment(given: Conditions) -> Iterator[None]:
    """Have os.environ hold these of the variables that matter to the program, and no others."""
    saved = dict(os.environ)
    try:
        for name in saved:
            if name in given.hides or name.startswith(_HIDDEN):
                del os.environ[name]
        os.environ.update(given.variables())
        yield
    finally:
        for name in os.environ.keys() - saved.keys():
            del os.environ[name]
        os.environ.update(saved)


def file_program(path: Path) -> Program:
    """Return a program that runs a file, such as tap.py, anew each time.

    It is run as Pulumi's language host runs `main: tap.py`: as `__main__`, its folder not put on
    the import path. Modules that it imports stay imported; sys.path does not keep what it adds.
    """

    def program() -> None:
        saved = list(sys.path)
        try:
            runpy.run_path(str(path), run_name="__main__")
        finally:
            sys.path[:] = saved

    return program
