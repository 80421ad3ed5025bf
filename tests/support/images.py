"""Images in the emulated ECR, pushed as Docker does: configuration, manifest, index."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from emulator.resources.aws import Aws

# https://github.com/opencontainers/image-spec/blob/main/media-types.md
_INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"


def push_image(aws: Aws, repository: str, tag: str | None, architecture: str = "amd64") -> str:
    """Push an image for one architecture (`amd64`, `arm64`), and return its digest."""
    manifest, _ = _manifest(aws, repository, architecture, "linux")
    return _put(aws, repository, tag, _MANIFEST, manifest)


def push_index(
    aws: Aws, repository: str, tag: str, architectures: Sequence[str] = ("amd64", "arm64")
) -> str:
    """Push an image for several architectures, with an attestation, as buildx does; its digest."""
    entries = []
    for architecture in (*architectures, "unknown"):
        system = "unknown" if architecture == "unknown" else "linux"
        manifest, size = _manifest(aws, repository, architecture, system)
        digest = _put(aws, repository, None, _MANIFEST, manifest)
        platform = {"architecture": architecture, "os": system}
        entries.append(
            {"mediaType": _MANIFEST, "digest": digest, "size": size, "platform": platform}
        )
    return _put(aws, repository, tag, _INDEX, {"manifests": entries})


def _manifest(
    aws: Aws, repository: str, architecture: str, system: str
) -> tuple[Mapping[str, Any], int]:
    """Push the configuration of an image; return its manifest, and how long that is."""
    config = json.dumps({"architecture": architecture, "os": system, "config": {}}).encode()
    digest = f"sha256:{hashlib.sha256(config).hexdigest()}"
    upload = aws.call("ecr.initiate_layer_upload", repositoryName=repository)["uploadId"]
    which = {"repositoryName": repository, "uploadId": upload}
    aws.call(
        "ecr.upload_layer_part",
        **which,
        partFirstByte=0,
        partLastByte=len(config) - 1,
        layerPartBlob=config,
    )
    aws.call("ecr.complete_layer_upload", **which, layerDigests=[digest])
    manifest = {
        "config": {"mediaType": _CONFIG, "size": len(config), "digest": digest},
        "layers": [],
    }
    return manifest, len(json.dumps(manifest))


def _put(
    aws: Aws, repository: str, tag: str | None, media_type: str, content: Mapping[str, Any]
) -> str:
    text = json.dumps({"schemaVersion": 2, "mediaType": media_type, **content})
    tagged = {"imageTag": tag} if tag else {}
    put = aws.call(
        "ecr.put_image",
        repositoryName=repository,
        imageManifest=text,
        imageManifestMediaType=media_type,
        **tagged,
    )
    return put["image"]["imageId"]["imageDigest"]
