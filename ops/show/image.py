"""The image that tasks run: its tag by its name, its digest by what a task has pulled."""

from collections.abc import Mapping, Sequence
from typing import Any

from lib.service.container import CONTAINER_NAME
from ops.clients import Clients
from ops.inventory.resource_type import FoundResource


def tag_of(name: str) -> str | None:
    """Return the tag of an image's whole name; None where it has none."""
    last = name.partition("@")[0].rpartition("/")[2]
    return last.partition(":")[2] or None


def pulled_digest(
    clients: Clients,
    name: str,
    tasks: Sequence[Mapping[str, Any]],
    repository: FoundResource | None,
) -> str | None:
    """Return the digest of an image: of a task that runs it, else of the environment's repository.

    A tag may have moved since; what a task has pulled counts. None where neither knows it. Raises
    ClientError where AWS refuses.
    """
    pinned = name.partition("@")[2]
    containers = (each for task in tasks for each in task.get("containers", []))
    pulled = (each.get("imageDigest") for each in containers if each["name"] == CONTAINER_NAME)
    if digest := pinned or next(filter(None, pulled), None):
        return digest
    tag = tag_of(name)
    if repository is None or tag is None or f"/{repository.name}:" not in name:
        return None
    ecr = clients("ecr")
    asked = {"repositoryName": repository.name, "imageIds": [{"imageTag": tag}]}
    # Unlike DescribeImages, it answers where there is no such image.
    answer = ecr.batch_get_image(**asked)
    return next((each["imageId"].get("imageDigest") for each in answer["images"]), None)
