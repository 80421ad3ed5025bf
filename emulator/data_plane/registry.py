"""Images that this machine has, in each repository of the emulated ECR: as if they were pushed."""

import json
from collections.abc import Collection
from typing import Any

from emulator.server.interception import Call, Patch
from emulator.services.ecr.patches import digest_of, keep_blob

# https://github.com/opencontainers/image-spec/blob/main/media-types.md
_INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"

# A process runs on whatever this machine has.
_ARCHITECTURES = ("amd64", "arm64")


def registry_patch(tags: Collection[str]) -> Patch:
    """Return what puts images of these tags into a repository as soon as it is made."""

    def fill(call: Call) -> None:
        for tag in tags:
            _push(call, call.params["repositoryName"], tag)

    return Patch("ecr", ("CreateRepository",), "nobody pushes to it", after=fill)


def _push(call: Call, repository: str, tag: str) -> None:
    """Put an image of all architectures into a repository, as buildx does."""
    backend = call.backend("ecr")
    entries = []
    for architecture in _ARCHITECTURES:
        labels = {"config": {"Labels": {"tag": tag}}}
        config = json.dumps({"architecture": architecture, "os": "linux", **labels}).encode()
        config_digest = keep_blob(backend.repositories[repository], config)
        manifest = _document(
            _MANIFEST,
            config={"mediaType": _CONFIG, "size": len(config), "digest": config_digest},
            layers=[],
        )
        digest = digest_of(manifest.encode())
        backend.put_image(repository, manifest, None, _MANIFEST, digest)
        entries.append(
            {
                "mediaType": _MANIFEST,
                "digest": digest,
                "size": len(manifest),
                "platform": {"architecture": architecture, "os": "linux"},
            }
        )
    index = _document(_INDEX, manifests=entries)
    backend.put_image(repository, index, tag, _INDEX, digest_of(index.encode()))


def _document(media_type: str, **content: Any) -> str:
    return json.dumps({"schemaVersion": 2, "mediaType": media_type, **content})
