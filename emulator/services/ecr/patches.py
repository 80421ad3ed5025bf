"""Patches of ECR: images have the digests of their manifests, and layers can be downloaded."""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from moto.backends import get_backend

from emulator.server.interception import AwsError, Call, Patch

# Where the server has the layers; in AWS, presigned URLs lead to a bucket of ECR's own.
LAYERS = "/emulated-ecr-layers/"

_BLOBS = "emulated_blobs"


def digest_of(content: bytes) -> str:
    """Return the digest of a manifest, a layer or a configuration."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _blobs(repository: Any) -> dict[str, bytes]:
    """Return the layers of a repository, by digest; moto's reset forgets them."""
    return vars(repository).setdefault(_BLOBS, {})


def keep_blob(repository: Any, content: bytes) -> str:
    """Keep a layer or a configuration with moto's repository, and return its digest."""
    digest = digest_of(content)
    _blobs(repository)[digest] = content
    return digest


def _name_by_manifest(call: Call) -> None:
    manifest = call.params["imageManifest"]
    for image in call.backend("ecr").repositories[call.params["repositoryName"]].images:
        if image.image_manifest == manifest:
            # moto's only way: it takes a digest from the client alone.
            image._image_digest = digest_of(manifest.encode())  # pylint: disable=protected-access


def _keep_layer(call: Call) -> None:
    """Keep an upload before moto completes it."""
    repository = call.backend("ecr").repositories.get(call.params["repositoryName"])
    upload = repository.uploads.get(call.params["uploadId"]) if repository else None
    if upload:
        keep_blob(repository, bytes(upload.layer_parts))


def _layer_url(call: Call) -> Mapping[str, Any]:
    name, digest = call.params["repositoryName"], call.params["layerDigest"]
    repository = call.backend("ecr").repositories.get(name)
    if repository is None:
        raise AwsError(
            "RepositoryNotFoundException",
            f"The repository with name '{name}' does not exist in the registry with id "
            f"'{call.account}'",
        )
    if digest not in _blobs(repository):
        raise AwsError(
            "LayersNotFoundException",
            f"Layers with digests '[{digest}]' not found in repository with name '{name}' in "
            f"registry with id '{call.account}'",
        )
    place = quote(f"{call.account}/{call.region}/{name}/{digest}")
    return {"downloadUrl": f"{call.endpoint}{LAYERS}{place}", "layerDigest": digest}


def layer_at(path: str) -> bytes | None:
    """Return the layer at a path that begins with `LAYERS`, None where there is none."""
    account, region, name = path.removeprefix(LAYERS).split("/", 2)
    name, _, digest = name.rpartition("/")
    backend = get_backend("ecr")[account][region]  # type: ignore[arg-type]
    repository = backend.repositories.get(name)
    return _blobs(repository).get(digest) if repository else None


PATCHES = (
    Patch("ecr", ("PutImage",), "makes up the digest", after=_name_by_manifest),
    Patch("ecr", ("CompleteLayerUpload",), "forgets what was uploaded", answer=_keep_layer),
    Patch("ecr", ("GetDownloadUrlForLayer",), "is not there", answer=_layer_url),
)
