"""The files of a backend that is a folder or a bucket, listed without the Pulumi CLI.

The CLI is slow with many stacks, and lists no locks. The layout is that of
https://www.pulumi.com/docs/iac/concepts/state-and-backends/
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import yaml

from ops.clients import Clients, answers
from ops.region import Region

_ROOT = ".pulumi"

# What of a bucket's address is followed here.
_QUERY = {"region", "profile"}


@dataclass(frozen=True)
class StoredFile:
    """A file of a backend: its path below `.pulumi`, and when it was last written."""

    path: str
    modified: datetime

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True)
class FolderFiles:
    """The files of a backend that is a folder."""

    root: Path

    def list(self, folder: str) -> Iterator[StoredFile]:
        """Give the files that lie in a folder; none where there is no such folder."""
        for path in sorted((self.root / _ROOT / folder).glob("*")):
            if path.is_file():
                modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                yield StoredFile(f"{folder}/{path.name}", modified)

    def read(self, file: StoredFile) -> str:
        """Return a file's text; raises OSError where it can't be read."""
        return (self.root / _ROOT / file.path).read_text(encoding="utf-8")


@dataclass(frozen=True)
class BucketFiles:
    """The files of a backend that is a bucket, or a folder of one."""

    client: Any
    bucket: str
    prefix: str

    def list(self, folder: str) -> Iterator[StoredFile]:
        """Give the files that lie in a folder; raises what AWS's clients raise."""
        asked = {"Bucket": self.bucket, "Prefix": f"{self._whole(folder)}/", "Delimiter": "/"}
        for answer in answers(self.client, "list_objects_v2", asked):
            for each in answer.get("Contents", ()):
                name = each["Key"].rpartition("/")[2]
                yield StoredFile(f"{folder}/{name}", each["LastModified"])

    def read(self, file: StoredFile) -> str:
        """Return a file's text; raises what AWS's clients raise."""
        answer = self.client.get_object(Bucket=self.bucket, Key=self._whole(file.path))
        return answer["Body"].read().decode()

    def _whole(self, path: str) -> str:
        return f"{self.prefix}/{_ROOT}/{path}".lstrip("/")


BackendFiles = FolderFiles | BucketFiles


def backend_files(address: str, folder: Path, region: str) -> BackendFiles | None:
    """Return the files of the backend with this whole address; None where it is not followed here.

    `folder` is the project's: a path may be from there on, or from `~`, the home. `region` is where
    a bucket is whose address names none; it is read with the shell's credentials, as by the CLI.
    """
    if address.startswith("file://"):
        path = Path(address.removeprefix("file://").partition("?")[0]).expanduser()
        return FolderFiles(folder / path)
    if not address.startswith("s3://"):
        return None
    found = urlsplit(address)
    query = {key: values[0] for key, values in parse_qs(found.query).items()}
    if set(query) - _QUERY:
        return None
    clients = Clients(
        Region(query.get("region", region), "the backend"),
        boto3.Session(profile_name=query.get("profile")),
    )
    return BucketFiles(clients("s3"), found.netloc, found.path.strip("/"))


def project_name(folder: Path) -> str:
    """Return the name of the project in a folder, as Pulumi.yaml has it."""
    return yaml.safe_load((folder / "Pulumi.yaml").read_text(encoding="utf-8"))["name"]
