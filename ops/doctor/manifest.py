"""For which architectures an image in ECR is, by its manifest."""

import json
import re
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ops.clients import Clients

# https://github.com/opencontainers/image-spec/blob/main/image-index.md
_LISTS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_MEDIA_TYPES = (
    *_LISTS,
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)

# What an index has beside images, such as how they were built, is for no platform.
_NONE = "unknown"

_REGISTRY = re.compile(
    r"(?P<account>[0-9]{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?/"
    r"(?P<repository>[^:@]+)(:(?P<tag>[^@]+))?(@(?P<digest>.+))?"
)

# A configuration is some kilobytes.
_MOST_BYTES = 4 * 1024 * 1024
_SECONDS = 5


@dataclass(frozen=True)
class EcrImage:
    """An image in a registry of ECR: `id` is what ECR's operations take for it."""

    account: str
    region: str
    repository: str
    id: Mapping[str, str]

    @property
    def name(self) -> str:
        """Its tag or its digest."""
        return next(iter(self.id.values()))

    @property
    def _where(self) -> Mapping[str, str]:
        return {"registryId": self.account, "repositoryName": self.repository}

    def manifest(self, clients: Clients) -> Mapping[str, Any] | None:
        """Return the manifest; None where there is no such image. Raises ClientError."""
        answer = clients("ecr").batch_get_image(
            **self._where, imageIds=[self.id], acceptedMediaTypes=list(_MEDIA_TYPES)
        )
        images = answer["images"]
        return json.loads(images[0]["imageManifest"]) if images else None

    def architectures(self, manifest: Mapping[str, Any], clients: Clients) -> frozenset[str]:
        """Return the architectures as container images name them: amd64, arm64.

        An image for one alone says so in its configuration. Raises ClientError, OSError and
        ValueError where that can't be read.
        """
        if "manifests" in manifest:
            listed = (each.get("platform", {}) for each in manifest["manifests"])
            return frozenset(each.get("architecture", _NONE) for each in listed) - {_NONE}
        answer = clients("ecr").get_download_url_for_layer(
            **self._where, layerDigest=manifest["config"]["digest"]
        )
        with urllib.request.urlopen(answer["downloadUrl"], timeout=_SECONDS) as config:
            return frozenset([json.loads(config.read(_MOST_BYTES))["architecture"]])


def ecr_image(name: str) -> EcrImage | None:
    """Return where in ECR an image is, by its whole name; None for one in another registry."""
    found = _REGISTRY.fullmatch(name)
    if found is None:
        return None
    by = (
        {"imageDigest": found["digest"]}
        if found["digest"]
        else {"imageTag": found["tag"] or "latest"}
    )
    return EcrImage(found["account"], found["region"], found["repository"], by)
