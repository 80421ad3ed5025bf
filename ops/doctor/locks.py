"""Locks of a stack in a backend that is a folder or a bucket.

Such a backend has a file a lock, without a limit in time: one that a broken-off `up` left stays.
https://www.pulumi.com/docs/iac/concepts/state-and-backends/
"""

import json
import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import yaml

from ops.clients import Clients, answers
from ops.doctor.plan import Plan
from ops.region import Region

_LOCKS = ".pulumi/locks/organization"

# What of a bucket's address is followed here.
_QUERY = {"region", "profile"}


@dataclass(frozen=True)
class Lock:
    """A lock, and who holds it."""

    pid: int
    user: str
    host: str
    since: datetime

    @property
    def owner(self) -> str:
        """Who holds it, in words."""
        return f"{self.user} on {self.host} (pid {self.pid})"

    @property
    def is_abandoned(self) -> bool:
        """Tell whether its process was one of this machine, and has ended."""
        if self.host != socket.gethostname():
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False


def locks_of(address: str, stack: str, plan: Plan) -> list[Lock] | None:
    """Return the locks of a stack, by its name alone; None where the backend is not followed here.

    Raises OSError, and what AWS's clients raise, where it can't be read.
    """
    project = plan.target.request.folder
    folder = f"{_LOCKS}/{_project(project)}/{stack}"
    if address.startswith("file://"):
        # It may be from the project's folder on, or from `~`, the home.
        root = Path(address.removeprefix("file://").partition("?")[0]).expanduser()
        texts = _of_folder(project / root / folder)
    elif address.startswith("s3://"):
        found = urlsplit(address)
        query = {key: values[0] for key, values in parse_qs(found.query).items()}
        if set(query) - _QUERY:
            return None
        texts = _of_bucket(found.netloc, f"{found.path}/{folder}/".lstrip("/"), query, plan)
    else:
        return None
    return [_lock(text) for text in texts]


def _project(folder: Path) -> str:
    return yaml.safe_load((folder / "Pulumi.yaml").read_text(encoding="utf-8"))["name"]


def _of_folder(folder: Path) -> Iterator[str]:
    return (path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.json")))


def _of_bucket(bucket: str, prefix: str, query: Mapping[str, str], plan: Plan) -> Iterator[str]:
    """Give the texts in a bucket, read with the shell's credentials, as the CLI does."""
    region = Region(query.get("region", plan.region), "the backend")
    clients = Clients(region, boto3.Session(profile_name=query.get("profile")))
    client = clients("s3")
    for answer in answers(client, "list_objects_v2", {"Bucket": bucket, "Prefix": prefix}):
        for each in answer.get("Contents", ()):
            yield client.get_object(Bucket=bucket, Key=each["Key"])["Body"].read().decode()


def _lock(text: str) -> Lock:
    """Return a lock from its file; what has no date counts as one of all times."""
    try:
        read: Mapping[str, Any] = json.loads(text)
        since = datetime.fromisoformat(read["timestamp"]).astimezone(UTC)
        return Lock(int(read["pid"]), str(read["username"]), str(read["hostname"]), since)
    except (ValueError, KeyError, TypeError):
        return Lock(
            0, "somebody", "a machine that it does not name", datetime.min.replace(tzinfo=UTC)
        )
