"""What the tests of ops share: a stand-in for the Pulumi CLI, an environment's state, waiting."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lib.region import read_region
from ops.commands.deploy import preview, up
from ops.commands.destroy import destroy
from ops.region import Region
from ops.request import Request

WHERE = Region(read_region(), "a test")

# Answers by the first words of the command line; a stand-in that is asked anything else succeeds.
STAND_IN = """#!{python} -IS
import json, os, sys
names = ("ENVIRONMENT_SUFFIX", "REPOSITORY", "COMMIT_AUTHOR", "PULUMI_RUN_PROGRAM",
         "PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER", "PULUMI_BACKEND_URL")
call = [sys.argv[1:], os.getcwd(), {{name: os.environ.get(name) for name in names}}]
with open({calls!r}, "a", encoding="utf-8") as calls:
    calls.write(json.dumps(call) + "\\n")
with open({answers!r}, encoding="utf-8") as answers:
    known = json.load(answers)
    for words, code, out, err, later in known:
        if " ".join(sys.argv[1:]).startswith(words):
            if later:
                with open({answers!r}, "w", encoding="utf-8") as answers:
                    json.dump([*later, *known], answers)
            sys.stdout.buffer.write(out.encode("utf-8", "surrogateescape"))
            print(err, end="", file=sys.stderr)
            sys.exit(code)
"""

_ASKING = ("whoami", "stack ls", "stack export", "config --json")


@dataclass(frozen=True)
class StandIn:
    """A `pulumi` on PATH that answers as it is told, and what it was called with."""

    folder: Path

    def answer(
        self, words: str, code: int = 0, out: str = "", err: str = "", then: Sequence[Any] = ()
    ) -> None:
        """Have calls that start with these words answered so; the latest answer counts.

        `then` are answers that count from such a call on, as these arguments but the last.
        """
        path = self.folder / "answers"
        later = [(*each, []) for each in then]
        path.write_text(json.dumps([(words, code, out, err, later), *json.loads(path.read_text())]))

    def holds(self, stacks: dict[str, Any]) -> None:
        """Have the backend hold these stacks, each with its deployment."""
        self.answer("stack ls", out=json.dumps([{"name": name} for name in stacks]))
        for name, deployment in stacks.items():
            out = json.dumps({"version": 3, "deployment": deployment})
            self.answer(f"stack export --stack {name} ", out=out)

    def is_configured(self, stack: str, **values: str) -> None:
        """Have a stack's file hold these keys of `tap:`."""
        config = {f"tap:{key}": {"value": value} for key, value in values.items()}
        self.answer(f"config --json --stack {stack}", out=json.dumps(config))

    @property
    def _lines(self) -> list[Any]:
        return [json.loads(line) for line in (self.folder / "calls").read_text().splitlines()]

    @property
    def calls(self) -> list[str]:
        """The command lines, the ones without effect left out."""
        commands = [" ".join(arguments) for arguments, _, _ in self._lines]
        return [line for line in commands if not line.startswith(_ASKING)]

    @property
    def asked(self) -> list[str]:
        """All command lines."""
        return [" ".join(arguments) for arguments, _, _ in self._lines]

    @property
    def last(self) -> tuple[list[str], str, dict[str, str]]:
        """The last call: its arguments, its folder, what it was handed over."""
        arguments, folder, variables = self._lines[-1]
        return arguments, folder, variables


def deployment_of(suffix: str, *resources: Any, **outputs: Any) -> dict[str, Any]:
    """Return the state of a stack with an environment, as the backend has it."""
    stack = {"type": "pulumi:pulumi:Stack", "urn": "urn:pulumi:x::tap::x::tap-x"}
    provider = {
        "type": "pulumi:providers:aws",
        "urn": f"urn:pulumi:x::tap::x::aws-{suffix}",
        "id": "1",
        "inputs": {"region": WHERE.name},
    }
    exported = {"environment_suffix": suffix, **outputs}
    return {
        "secrets_providers": {"type": "passphrase"},
        "resources": [{**stack, "outputs": exported}, provider, *resources],
    }


@dataclass
class Waiting:
    """A clock on which no time passes: `waited` has how long each wait was to be, in seconds.

    What is in `then` is done in the midst of a wait, one thing in each.
    """

    waited: list[float] = field(default_factory=list)
    then: list[Callable[[], Any]] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        """Let no time pass."""
        self.waited.append(seconds)
        if self.then:
            self.then.pop(0)()


_COMMANDS: dict[str, Callable[[Request, Waiting, Path], int]] = {
    "preview": preview,
    "up": up,
    "destroy": destroy,
}


@dataclass(frozen=True)
class Operator:
    """Carries out commands in a project's folder, for the environment `new` unless told."""

    pulumi: StandIn
    project: Path
    wait: Waiting
    screen: pytest.CaptureFixture[str]

    def __call__(self, command: str, *arguments: str, suffix: str = "new", **more: Any) -> int:
        """Carry out a command; return its exit code."""
        request = Request(command, suffix, arguments, **more)
        return _COMMANDS[command](request, self.wait, self.project)

    def told(self) -> Any:
        """Return what was printed since the last time: `out` and `err`."""
        return self.screen.readouterr()


class StubClients:
    """Clients that answer as they are told, by `service.method`, and note what they were asked.

    An exception is raised; a list is one answer after the other; nothing is an empty answer.
    """

    def __init__(self, **answers: Any) -> None:
        self.region = WHERE
        self.session: Any = None
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._answers = {name.replace("__", "."): answer for name, answer in answers.items()}

    def __call__(self, service: str) -> Any:
        """Return the client of a service."""
        stub = self

        class Client:
            """A client without pages."""

            def can_paginate(self, _method: str) -> bool:
                """Have every operation be called directly."""
                return False

            def __getattr__(self, method: str) -> Callable[..., Any]:
                return lambda **arguments: stub.answer(f"{service}.{method}", arguments)

        return Client()

    def answer(self, operation: str, arguments: dict[str, Any]) -> Any:
        """Note a call and answer it."""
        self.asked.append((operation, arguments))
        answer = self._answers.get(operation, {})
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def refusal(code: str, message: str = "No.") -> ClientError:
    """Return what AWS refuses with."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")
