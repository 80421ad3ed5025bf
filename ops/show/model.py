"""What `show` prints with `--json`; docs/json.md describes it."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from ops.frozen_model import FrozenModel
from ops.report import Unseen


class Part(FrozenModel):
    """One resource of the environment."""

    type: str
    name: str
    id: str
    address: str | None = Field(default=None, description="A URL, an endpoint, an IP or a CIDR.")
    console: str | None = Field(default=None, description="Its page in AWS's console.")


class Image(FrozenModel):
    """What the tasks run."""

    name: str = Field(description="The whole name, as the task definition has it.")
    tag: str | None = None
    digest: str | None = Field(default=None, description="Of the image that a task has pulled.")
    since: datetime | None = Field(default=None, description="When its deployment began.")
    registered_by: str | None = Field(
        default=None, description="The ARN of who registered the task definition."
    )


class RunningTask(FrozenModel):
    """One task of the service."""

    id: str
    status: str
    health: str | None = None
    since: datetime | None = None
    zone: str | None = None
    task_definition: str


class Service(FrozenModel):
    """The service and its tasks."""

    desired: int
    running: int
    pending: int
    at_least: int | None = Field(default=None, description="Fewer tasks scaling does not leave.")
    at_most: int | None = Field(default=None, description="More tasks scaling does not start.")
    task_definition: str
    cpu: str | None = Field(default=None, description="CPU units of a task; 1024 are a vCPU.")
    memory: str | None = Field(default=None, description="MiB of a task.")
    architecture: str | None = None
    tasks: tuple[RunningTask, ...] = ()


class Instance(FrozenModel):
    """One instance of the database."""

    name: str
    role: Literal["writer", "reader"]
    instance_class: str
    status: str
    version: str | None = None
    zone: str | None = None


class Database(FrozenModel):
    """The Aurora cluster."""

    name: str
    status: str
    version: str
    endpoint: str | None = None
    reader_endpoint: str | None = None
    min_capacity: float | None = Field(default=None, description="ACU, where it is serverless.")
    max_capacity: float | None = None
    instances: tuple[Instance, ...] = ()


class LogGroup(FrozenModel):
    """One log group."""

    name: str
    stored_bytes: int
    created: datetime
    retention_days: int | None = Field(default=None, description="None: for ever.")


class CommandLine(FrozenModel):
    """A command to type, and what is missing for it."""

    purpose: str
    line: str
    missing: tuple[str, ...] = ()


class EnvironmentShown(FrozenModel):
    """What `show --suffix S` tells."""

    version: Literal[1] = 1
    command: Literal["show"] = "show"
    environment: str
    region: str
    account: str | None = None
    verdict: str
    exit_code: Literal[0, 1, 3] = Field(
        description="0: shown; 1: no such environment; 3: something could not be looked at."
    )
    author: str | None = Field(default=None, description="The tag Author: who made it.")
    repository: str | None = Field(default=None, description="The tag Repository.")
    image: Image | None = None
    service: Service | None = None
    database: Database | None = None
    log_groups: tuple[LogGroup, ...] = ()
    command_lines: tuple[CommandLine, ...] = ()
    parts: tuple[Part, ...] = ()
    unseen: tuple[Unseen, ...] = ()


class EnvironmentLine(FrozenModel):
    """One environment of the account's region."""

    environment: str
    image: str | None = None
    since: datetime | None = None
    running: int | None = None
    desired: int | None = None
    author: str | None = None
    repository: str | None = None
    left: tuple[str, ...] = Field(
        default=(), description="What there is of one that has no ECS cluster (any more)."
    )


class AccountShown(FrozenModel):
    """What `show` tells without a suffix."""

    version: Literal[1] = 1
    command: Literal["show"] = "show"
    region: str
    account: str | None = None
    verdict: str
    exit_code: Literal[0, 3]
    environments: tuple[EnvironmentLine, ...] = ()
    unseen: tuple[Unseen, ...] = ()
