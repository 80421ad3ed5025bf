"""The environment of a container: its variables, and the values of its secrets."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from emulator.data_plane.images import Image
from emulator.data_plane.tasks.world import World
from emulator.services.ecs.secret_references import SecretError, SecretReference
from emulator.services.ecs.task_runner import TaskRequest

# What Docker gives a container whose image has none.
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# The folder of a sitecustomize.
_BIND = Path(__file__).parent / "bind"


@dataclass(frozen=True)
class Place:
    """Where a task listens on this machine: an address, and for each of its ports the one there.

    `folder` is the task's own.
    """

    host: str
    ports: Mapping[int, int]
    folder: Path

    def own(self, container: str) -> Path:
        """Return the folder of a container, made when it is not there."""
        folder = self.folder / container
        (folder / "tmp").mkdir(parents=True, exist_ok=True)
        return folder


def container_ports(container: Mapping[str, Any]) -> list[int]:
    """Return the ports that a container listens on."""
    return [each["containerPort"] for each in container.get("portMappings", ())]


def _read_secrets(
    task: TaskRequest, container: Mapping[str, Any], world: World
) -> Mapping[str, str]:
    return {
        each["name"]: _read(
            SecretReference.read(each["valueFrom"], task.region, task.account), world
        )
        for each in container.get("secrets", ())
    }


def _read(reference: SecretReference, world: World) -> str:
    client = world.client(reference.service, reference.region)
    try:
        if reference.service == "ssm":
            names = list(dict.fromkeys(reference.parameter_names))
            found = client.get_parameters(Names=names, WithDecryption=True)["Parameters"]
            if not found:
                why = f"invalid ssm parameters: {names[-1]}"
                raise SecretError(reference.unavailable(why))
            return found[0]["Value"]
        which = {"VersionStage": reference.stage, "VersionId": reference.version}
        answer = client.get_secret_value(
            SecretId=reference.arn, **{name: value for name, value in which.items() if value}
        )
    except ClientError as error:
        told = error.response["Error"]
        words = f"{told['Code']}: {told['Message']}"
        raise SecretError(reference.unavailable(words)) from None
    return reference.select(answer["SecretString"])


def container_environment(
    task: TaskRequest,
    container: Mapping[str, Any],
    image: Image,
    place: Place,
    world: World,
) -> dict[str, str]:
    """Return the variables of a container: those of its image, of its definition, and its secrets.

    Besides them what ECS gives, and what it needs to live on this machine: HOST and PORT to listen
    on, PGHOSTADDR for its database. Nothing of this process's own.

    Raises SecretError with ECS's words where a secret is not to be had. Whether the execution role
    may read it was looked at when the task was begun (task_start.py).
    """
    given = {
        **image.environment,
        **{each["name"]: each["value"] for each in container.get("environment", ())},
        **_read_secrets(task, container, world),
    }
    folder, ports = place.own(container["name"]), container_ports(container)
    others = [f"{port}={there}" for port, there in place.ports.items() if port != there]
    own = {
        **world.variables(),
        "AWS_REGION": task.region,
        "AWS_DEFAULT_REGION": task.region,
        "HOSTNAME": f"ip-{(task.address or place.host).replace('.', '-')}",
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "PATH": _joined(image.programs, given.get("PATH", _PATH)),
        "PYTHONPATH": _joined(_BIND, given.get("PYTHONPATH", "")),
        "HOST": place.host,
        "EMULATED_BIND": " ".join([place.host, *others]),
    }
    if ports:
        own["PORT"] = str(place.ports[ports[0]])
    database = world.database_address(given)
    if database:
        own["PGHOSTADDR"] = database
    return {**given, **own}


def _joined(*paths: object) -> str:
    return os.pathsep.join(str(each) for each in paths if each)
