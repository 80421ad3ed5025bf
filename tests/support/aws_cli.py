"""A stand-in for the AWS CLI: command lines, turned by botocore's own models into calls.

awscli itself demands versions of botocore and docutils of its own; what it does with an argument is
told by the model of the operation, here as there.
https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-types.html
"""

import json
import socketserver
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jmespath
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import ListShape, Shape, StructureShape

from emulator.resources.aws import Aws

_SERVICES = {"s3api": "s3"}

# Sends its arguments to the socket, and prints what comes back.
_SCRIPT = """#!{python} -IS
import json, socket, sys
with socket.socket(socket.AF_UNIX) as end:
    end.connect({address!r})
    end.sendall(json.dumps(sys.argv[1:]).encode() + b"\\n")
    code, said = json.loads(end.makefile().readline())
print(said, file=sys.stderr if code else sys.stdout)
sys.exit(code)
"""


def run(aws: Aws, arguments: Sequence[str]) -> str:
    """Do what a command line says, and return what the CLI would print.

    Raises ClientError where AWS refuses, KeyError for an option that the operation has not.
    """
    service, operation, *rest = arguments
    client = aws.client(_SERVICES.get(service, service))
    method = operation.replace("-", "_")
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method])
    options = _options(rest)
    options.pop("region", None)
    query, output = (options.pop(name, [""])[0] for name in ("query", "output"))
    members = {xform_name(name, "-"): name for name in model.input_shape.members}
    given = {
        members[name]: _value(model.input_shape.members[members[name]], texts)
        for name, texts in options.items()
    }
    answer = getattr(client, method)(**given)
    answer.pop("ResponseMetadata")
    found = jmespath.search(query, answer) if query else answer
    return str(found) if output == "text" else json.dumps(found, default=str)


def _options(words: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in words:
        if word.startswith("--"):
            found[word.removeprefix("--")] = []
        else:
            found[next(reversed(found))].append(word)
    return found


def _value(shape: Shape, texts: list[str]) -> Any:
    """Return an argument as its type has it: a file's content, JSON, or the short form A=b,C=d."""
    if isinstance(shape, ListShape):
        return [_value(shape.member, [text]) for text in texts]
    (text,) = texts
    if text.startswith("file://"):
        text = Path(text.removeprefix("file://")).read_text(encoding="utf-8")
    if isinstance(shape, StructureShape):
        pairs = (pair.split("=", 1) for pair in text.split(","))
        return {name: _value(shape.members[name], [each]) for name, each in pairs}
    return text == "true" if shape.type_name == "boolean" else text


@contextmanager
def aws_cli(aws: Aws, folder: Path) -> Iterator[list[list[str]]]:
    """Put an `aws` into a folder, and give the command lines that it gets."""
    lines: list[list[str]] = []

    class Handler(socketserver.StreamRequestHandler):
        """Answers one command line with an exit code and what is printed."""

        def handle(self) -> None:
            """Carry it out."""
            lines.append(json.loads(self.rfile.readline()))
            try:
                answer = (0, run(aws, lines[-1]))
            except (ClientError, KeyError) as error:
                answer = (254, repr(error))
            self.wfile.write(json.dumps(answer).encode() + b"\n")

    address = str(folder / "aws.socket")
    with socketserver.ThreadingUnixStreamServer(address, Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        script = folder / "aws"
        script.write_text(_SCRIPT.format(python=sys.executable, address=address))
        script.chmod(0o755)
        try:
            yield lines
        finally:
            server.shutdown()
