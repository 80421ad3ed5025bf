"""`make docs`: docs/output.md has what the commands print, taken from a run of each.

Each is run as make runs it, on an environment that is made in an emulated AWS for this: once where
all is well, and once where something is wrong.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dev.json_document import DOCUMENT as JSON_DOCUMENT
from dev.json_document import json_document
from dev.program import tap_program
from dev.workplace import make_workplace
from emulator.program.deployment import Deployment
from emulator.server.server import Server
from emulator.services.rds.conditions import offers
from lib.names import resource_name, vpc_log_group
from lib.region import read_region
from ops.pulumi_cli import BUILT, ROOT

DOCUMENT = ROOT / "docs" / "output.md"

_SUFFIX = "dev"

# What a new revision of a task definition takes over from the one before.
_KEPT = (
    *("family", "taskRoleArn", "executionRoleArn", "networkMode", "volumes"),
    *("requiresCompatibilities", "cpu", "memory", "runtimePlatform"),
)

_HEAD = """\
# What the commands print

Taken from a run of each in the emulated AWS, by `make docs`; `JSON=1` prints the same for programs
([json.md](json.md)). The exit code is 0 where all is well, 1 where something was found, 3 where
nothing was found and not everything could be looked at; 2 is misuse. (`make` itself ends in 2
whenever a command fails; `python -m ops verify --suffix dev` has the code.)
"""


def write_transcripts() -> int:
    """Run the commands and write the document; return the exit code."""
    with tempfile.TemporaryDirectory() as folder, Server(read_region()) as server:
        place = make_workplace(Path(folder, "workplace"), server.environment())
        path = os.pathsep.join((os.environ["PATH"], str(BUILT)))
        variables = {**os.environ, **place.variables, "PATH": path, "COLUMNS": "80"}
        parts = "\n".join(_parts(server, variables))
    DOCUMENT.write_text(f"{_HEAD}\n{parts}", encoding="utf-8")
    JSON_DOCUMENT.write_text(json_document(), encoding="utf-8")
    for path in (DOCUMENT, JSON_DOCUMENT):
        print(f"Written: {path.relative_to(ROOT)}")
    return 0


def _parts(server: Server, variables: dict[str, str]) -> Iterator[str]:
    """Take an environment through its life; give what each command says on the way."""
    deployment = Deployment(server.aws())
    yield "## doctor, before `up`\n"
    yield _run(variables, "doctor")
    yield "A quota that is used up, and a version that the region no longer offers:\n"
    server.quotas["ec2", "L-0263D0A3"] = 1
    for version in ("15.10", "15.12", "15.13", "15.14", "15.15", "15.17", "15.18", "15.19"):
        offers(server.region).withdraw(version)
    yield _run(variables, "doctor")
    server.reset()
    deployment.up(tap_program(), stack=_SUFFIX)
    yield "## verify, after `up`\n"
    yield _run(variables, "verify")
    yield "An image whose process ends as soon as it runs, which ECS has rolled back:\n"
    _break(server)
    yield _run(variables, "verify")
    yield "## show\n"
    yield _run(variables, "show")
    yield "Without a suffix, all environments of the region:\n"
    yield _run(variables, "show", suffix="")
    deployment.destroy()
    yield "## leftovers, after `destroy`\n"
    yield _run(variables, "leftovers")
    yield "A log group that a service made again, and a secret that waits for its deletion:\n"
    server.aws().call("logs.create_log_group", logGroupName=vpc_log_group(_SUFFIX))
    name = resource_name("db-password", _SUFFIX)
    server.aws().call("secretsmanager.create_secret", Name=name, SecretString="-")
    server.aws().call("secretsmanager.delete_secret", SecretId=name)
    yield _run(variables, "leftovers")


def _break(server: Server) -> None:
    """Deploy an image whose tasks end as soon as they run."""
    aws = server.aws()
    cluster, service = (resource_name(part, _SUFFIX) for part in ("cluster", "service"))
    given = {"cluster": cluster, "services": [service]}
    arn = aws.call("ecs.describe_services", **given)["services"][0]["taskDefinition"]
    made = aws.call("ecs.describe_task_definition", taskDefinition=arn)["taskDefinition"]
    kept = {key: made[key] for key in _KEPT if key in made}
    containers = [{**each, "image": "shop/api:exits-1"} for each in made["containerDefinitions"]]
    definition = aws.call("ecs.register_task_definition", **kept, containerDefinitions=containers)
    broken = definition["taskDefinition"]["taskDefinitionArn"]
    aws.call("ecs.update_service", cluster=cluster, service=service, taskDefinition=broken)


def _run(variables: dict[str, str], command: str, suffix: str = _SUFFIX) -> str:
    """Run a command as make does; return it with what it prints and its exit code."""
    done = subprocess.run(
        (sys.executable, "-m", "ops", command),
        cwd=ROOT,
        env={**variables, "SUFFIX": suffix},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    typed = f"$ make {command}" + (f" SUFFIX={suffix}" if suffix else "")
    place = variables["PULUMI_BACKEND_URL"].removesuffix("/workplace/state")
    said = (done.stdout + done.stderr).replace(place, "file://…").rstrip()
    return f"```text\n{typed}\n{said}\n```\n\nExit code {done.returncode}.\n"
