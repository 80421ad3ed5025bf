"""The container that a task runs: its image and its definition, as plain data."""

import re
from dataclasses import dataclass
from typing import Any

from lib.settings.container_checks import name_value_pairs
from lib.settings.schema import FARGATE_STOP_SECONDS, Settings

CONTAINER_NAME = "flask-api"

# Runs until the first image is there; pinned, so that two environments start the same one.
PLACEHOLDER_IMAGE = "public.ecr.aws/docker/library/python:3.12.7-slim-bookworm"

# Answers on the configured health check path and port, so that a first `up` reaches a steady state
# while the repository is still empty. The path and the port arrive as arguments: nothing of a
# setting is ever pasted into code.
_PLACEHOLDER_PROGRAM = """\
import http.server, sys
path, port = sys.argv[1].split("?")[0], int(sys.argv[2])
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = self.path.split("?")[0] in (path, "/")
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(b"No image yet: this is the placeholder.\\n")
http.server.ThreadingHTTPServer(("", port), Handler).serve_forever()
"""

_BARE_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_DIGEST = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?(sha256:[0-9a-f]{64})")


@dataclass(frozen=True)
class DatabaseAccess:
    """What the container is told of its database; the password comes from the secret alone."""

    host: str
    port: int
    name: str
    user: str
    secret_arn: str
    secret_version: str


@dataclass(frozen=True)
class LogTarget:
    """Where the container's output goes."""

    group: str
    region: str


def image_name(image: str | None, repository_url: str) -> str:
    """Return the whole name of the image to run.

    No image is the placeholder. A bare tag, a digest, and a tag with a digest (which then alone
    counts) are in the environment's own repository, and so is what names that repository without
    its registry: Docker Hub, where ECS would look, has none of these. Anything else is a whole name
    already.
    """
    if image is None:
        return PLACEHOLDER_IMAGE
    registry, _, repository = repository_url.partition("/")
    if re.split("[:@]", image)[0] == repository:
        return f"{registry}/{image}"
    if digest := _DIGEST.fullmatch(image):
        return f"{repository_url}@{digest[1]}"
    return f"{repository_url}:{image}" if _BARE_TAG.fullmatch(image) else image


def container_definition(
    settings: Settings, image: str, database: DatabaseAccess, log: LogTarget
) -> dict[str, Any]:
    """Return the definition of the one container, as ECS takes it.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
    """
    container, runtime = settings.container, settings.runtime
    environment = {
        **container.environment,
        "DB_HOST": database.host,
        "DB_PORT": str(database.port),
        "DB_NAME": database.name,
        "DB_USER": database.user,
        # A running task keeps the password it started with; a new version makes a new definition.
        "DB_SECRET_VERSION": database.secret_version,
    }
    secrets = {
        **container.secrets,
        "DB_PASSWORD": f"{database.secret_arn}:password::",
        "DATABASE_URL": f"{database.secret_arn}:url::",
    }
    definition = {
        "name": CONTAINER_NAME,
        "image": image,
        "essential": True,
        "portMappings": [
            {
                "containerPort": container.container_port,
                "hostPort": container.container_port,
                "protocol": "tcp",
            }
        ],
        "environment": name_value_pairs(environment, "value"),
        "secrets": name_value_pairs(secrets, "valueFrom"),
        "readonlyRootFilesystem": runtime.readonly_root_filesystem,
        "linuxParameters": {
            "initProcessEnabled": True,
            # A bind mount would belong to root and break images that run as another user.
            "tmpfs": [{"containerPath": "/tmp", "size": runtime.tmp_mebibytes}],
        },
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": log.group,
                "awslogs-region": log.region,
                "awslogs-stream-prefix": "ecs",
            },
        },
    }
    if container.image is None:
        definition["command"] = [
            "python",
            "-c",
            _PLACEHOLDER_PROGRAM,
            container.health_check_path,
            str(container.container_port),
        ]
    if runtime.exec_command:
        # The service's flag alone starts no deployment: tasks that run would have no shell.
        definition["dockerLabels"] = {"exec-command": "enabled"}
    if runtime.stop_seconds != FARGATE_STOP_SECONDS:
        definition["stopTimeout"] = runtime.stop_seconds
    return definition
