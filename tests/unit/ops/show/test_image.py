"""The image: its tag by its name, its digest by who knows it."""

from typing import Any

import pytest

from ops.inventory.resource_type import FoundResource
from ops.show.image import pulled_digest, tag_of
from tests.unit.ops.support import StubClients

_OURS = "1.dkr.ecr.eu-south-1.amazonaws.com/flask-api-repo-dev:v1"
_REPOSITORY = FoundResource("ECR repository", "flask-api-repo-dev", "flask-api-repo-dev")


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        (_OURS, "v1"),
        ("localhost:5000/shop/api", None),
        ("localhost:5000/shop/api:v2@sha256:ab", "v2"),
        ("shop@sha256:ab", None),
    ],
)
def test_tag(name: str, tag: str | None) -> None:
    assert tag_of(name) == tag


def _task(container: str, digest: str | None) -> dict[str, Any]:
    return {"containers": [{"name": container, **({"imageDigest": digest} if digest else {})}]}


@pytest.mark.parametrize(
    ("name", "tasks", "repository", "digest", "calls"),
    [
        ("shop:v1@sha256:pinned", [_task("flask-api", "sha256:x")], None, "sha256:pinned", 0),
        # A sidecar's, and a task that has not pulled yet, do not count.
        (
            _OURS,
            [{}, _task("sidecar", "sha256:y"), _task("flask-api", None)]
            + [_task("flask-api", "sha256:pulled")],
            _REPOSITORY,
            "sha256:pulled",
            0,
        ),
        (_OURS, [], _REPOSITORY, "sha256:pushed", 1),
        (_OURS, [], None, None, 0),
        (_OURS.removesuffix(":v1"), [], _REPOSITORY, None, 0),
        ("elsewhere/shop:v1", [], _REPOSITORY, None, 0),
    ],
)
def test_digest(name: str, tasks: Any, repository: Any, digest: str | None, calls: int) -> None:
    answer = {"images": [{"imageId": {"imageTag": "v1", "imageDigest": "sha256:pushed"}}]}
    clients: Any = StubClients(ecr__batch_get_image=answer)
    assert pulled_digest(clients, name, tasks, repository) == digest
    assert len(clients.asked) == calls


def test_tag_that_was_never_pushed_has_no_digest() -> None:
    clients: Any = StubClients(ecr__batch_get_image={"images": []})
    assert pulled_digest(clients, _OURS, [], _REPOSITORY) is None
