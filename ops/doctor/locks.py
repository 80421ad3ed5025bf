"""Locks of a stack in a backend that is a folder or a bucket.

Such a backend has a file a lock, without a limit in time: one that a broken-off `up` left stays.
https://www.pulumi.com/docs/iac/concepts/state-and-backends/
"""

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ops.backend_files import BackendFiles, StoredFile, backend_files, project_name
from ops.doctor.plan import Plan

# The longest `up` that there is: the database's and the service's limits, one after the other.
LONGEST_UPDATE = timedelta(hours=2)


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
    def age(self) -> timedelta:
        """How long it has been there."""
        return datetime.now(UTC) - self.since

    @property
    def is_stale(self) -> bool:
        """Tell whether nobody can be at work any more who took it."""
        return self.is_abandoned or self.age > LONGEST_UPDATE

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
    folder = plan.target.request.folder
    files = backend_files(address, folder, plan.region)
    return None if files is None else read_locks(files, project_name(folder), stack)


def read_locks(files: BackendFiles, project: str, stack: str) -> list[Lock]:
    """Return the locks of a project's stack, by its name alone.

    Raises OSError, and what AWS's clients raise, where they can't be read.
    """
    found = files.list(f"locks/organization/{project}/{stack}")
    return [_lock(files.read(each), each) for each in found if each.name.endswith(".json")]


def _lock(text: str, file: StoredFile) -> Lock:
    """Return a lock from its file; what has no date in it is as old as the file."""
    try:
        read: Mapping[str, Any] = json.loads(text)
        since = datetime.fromisoformat(read["timestamp"]).astimezone(UTC)
        return Lock(int(read["pid"]), str(read["username"]), str(read["hostname"]), since)
    except (ValueError, KeyError, TypeError):
        return Lock(0, "somebody", "a machine that it does not name", file.modified)
