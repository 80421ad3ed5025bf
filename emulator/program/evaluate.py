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
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import yaml
from pulumi.runtime import Mocks
from pulumi.runtime.mocks import MockEngine

from emulator.program.graph import Graph
from emulator.program.mocks import AwsMocks
from emulator.program.recorder import Recorder

Program = Callable[[], Awaitable[None] | None]

# As many as resources are ever made side by side: one that had to wait for a free thread would hide
# a missing dependency from the test of the order.
_THREADS = 32

# Seconds that a task may take to end after the program has failed.
_LONGEST_TASK = 30

# What the shell says of accounts and of the engine.
_HIDDEN = ("AWS_", "PULUMI_")


@dataclass(frozen=True)
class Conditions:
    """What a program is run in.

    Without a `project` it is the one of a program in a file, and "project" for another. `config`
    maps full keys (`project:key`) to text, as the engine does; `secret_keys` are those of
    them that are encrypted. `environment` holds all that the program sees of AWS_*, PULUMI_* and
    the variables that `hides` names.
    """

    project: str | None = None
    stack: str = "dev"
    config: Mapping[str, str] | None = None
    secret_keys: Collection[str] = ()
    environment: Mapping[str, str] | None = None
    hides: Collection[str] = ()
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

    def result(self) -> Graph:
        """Return the graph; raises the error, if there is one."""
        if self.error is not None:
            raise self.error
        return self.graph


def evaluate(program: Program, mocks: Mocks | None = None, **conditions: Any) -> Graph:
    """Run a program and return its graph; `conditions` are the fields of Conditions.

    `mocks` answer for the providers; AwsMocks if None. Raises what the program raises, as it is;
    `attempt` gives the graph in that case too.
    """
    return attempt(program, mocks, **conditions).result()


def attempt(program: Program, mocks: Mocks | None = None, **conditions: Any) -> Outcome:
    """Run a program, as `evaluate` does, and return its graph with its error, if it has one."""
    given = Conditions(**conditions)
    recorder = Recorder(mocks or AwsMocks())
    # The SDK sends the whole stack with each resource: in a thread of its own it is a short one.
    with ThreadPoolExecutor(1, "program") as thread:
        return thread.submit(_attempt, program, given, recorder).result()


def _attempt(program: Program, given: Conditions, recorder: Recorder) -> Outcome:
    warnings: list[str] = []
    error = None
    try:
        with _environment(given), _threads() as threads, asyncio.Runner() as runner:
            engine = MockEngine(_logger(warnings))
            settings = pulumi.runtime.Settings(
                project=given.project or getattr(program, "project", "project"),
                stack=given.stack,
                dry_run=given.preview,
                monitor=recorder,
                engine=engine,
            )
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
    program: Program, given: Conditions, settings: pulumi.runtime.Settings, threads: Executor
) -> None:
    """Do what Pulumi's language host does, with the recorder in the place of the engine."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(threads)
    # A program that fails leaves many errors behind that nobody awaits.
    loop.set_exception_handler(lambda _loop, _context: None)
    pulumi.runtime.configure(settings)
    pulumi.runtime.set_all_config(dict(given.config or {}), list(given.secret_keys))
    try:
        await pulumi.runtime.run_in_stack(program)
    finally:
        await _settle()


async def _settle() -> None:
    """Wait for all that the program has begun, so that each resource is made, or its error known.

    The SDK itself goes as soon as one resource fails. What only hangs is left to the event loop.
    """
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        ended, _ = await asyncio.wait(
            others, timeout=_LONGEST_TASK, return_when=asyncio.FIRST_COMPLETED
        )
        if not ended:
            break


def _logger(warnings: list[str]) -> logging.Logger:
    """Return a logger that adds warnings to a list and passes over the rest."""
    logger = logging.Logger("program", logging.WARNING)
    handler = logging.Handler()
    handler.emit = lambda record: warnings.append(record.getMessage())
    handler.addFilter(lambda record: record.levelno == logging.WARNING)
    logger.addHandler(handler)
    return logger


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


@dataclass(frozen=True)
class FileProgram:
    """A program that runs a file anew each time, in the project that is named beside it.

    It is run as Pulumi's language host runs `main: FILE`: as `__main__`, its folder not put on the
    import path. Modules that it imports stay imported; sys.path does not keep what it adds.
    """

    path: Path

    @property
    def project(self) -> str:
        """The name in the Pulumi.yaml of its folder; raises OSError where there is none."""
        text = (self.path.parent / "Pulumi.yaml").read_text(encoding="utf-8")
        return yaml.safe_load(text)["name"]

    def __call__(self) -> None:
        saved = list(sys.path)
        try:
            runpy.run_path(str(self.path), run_name="__main__")
        finally:
            sys.path[:] = saved
