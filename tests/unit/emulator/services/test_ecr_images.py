"""Images in the emulated ECR: what a client can find out about one, as in AWS."""

import hashlib
import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener
from uuid import uuid4

import pytest

from emulator.resources.aws import Aws
from tests.support.images import push_image, push_index
from tests.unit.emulator.services.world import World, refusal

_REPOSITORY = "team/shop"
_OPENER = build_opener(ProxyHandler({}))


@pytest.fixture(name="ecr")
def _ecr(world: World) -> Aws:
    world.aws.call("ecr.create_repository", repositoryName=_REPOSITORY)
    return world.aws


def _get(ecr: Aws, **image: str) -> tuple[str, dict[str, Any]]:
    """Return digest and manifest of an image."""
    found = ecr.call("ecr.batch_get_image", repositoryName=_REPOSITORY, imageIds=[image])["images"]
    assert len(found) == 1
    digest, text = found[0]["imageId"]["imageDigest"], found[0]["imageManifest"]
    assert digest == f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    manifest = json.loads(text)
    assert found[0]["imageManifestMediaType"] == manifest["mediaType"]
    return digest, manifest


def _layer(ecr: Aws, digest: str) -> dict[str, Any]:
    which = {"repositoryName": _REPOSITORY, "layerDigest": digest}
    answer = ecr.call("ecr.get_download_url_for_layer", **which)
    assert answer["layerDigest"] == digest
    assert answer["downloadUrl"].startswith(f"{ecr.endpoint}/")
    with _OPENER.open(answer["downloadUrl"], timeout=10) as download:
        return json.loads(download.read())


@pytest.mark.parametrize("architecture", ["amd64", "arm64"])
def test_the_architecture_of_an_image_is_in_its_configuration(ecr: Aws, architecture: str) -> None:
    pushed = push_image(ecr, _REPOSITORY, "v1", architecture)
    digest, manifest = _get(ecr, imageTag="v1")
    assert digest == pushed
    config = _layer(ecr, manifest["config"]["digest"])
    assert (config["architecture"], config["os"]) == (architecture, "linux")


def test_an_index_names_the_platforms_and_what_is_behind_each_is_there(ecr: Aws) -> None:
    pushed = push_index(ecr, _REPOSITORY, "v1")
    digest, index = _get(ecr, imageTag="v1")
    assert digest == pushed
    found = {}
    for each in index["manifests"]:
        _, manifest = _get(ecr, imageDigest=each["digest"])
        found[each["platform"]["architecture"]] = _layer(ecr, manifest["config"]["digest"])
    assert {name: config["architecture"] for name, config in found.items()} == {
        "amd64": "amd64",
        "arm64": "arm64",
        "unknown": "unknown",
    }
    described = ecr.call("ecr.describe_images", repositoryName=_REPOSITORY)["imageDetails"]
    tagged = [each for each in described if "imageTags" in each]
    assert len(described) == 4
    assert [(each["imageDigest"], each["imageTags"]) for each in tagged] == [(digest, ["v1"])]


def test_layers_that_are_not_there(ecr: Aws) -> None:
    push_image(ecr, _REPOSITORY, "v1")
    _, manifest = _get(ecr, imageTag="v1")
    which = {"repositoryName": _REPOSITORY, "layerDigest": manifest["config"]["digest"]}
    url = ecr.call("ecr.get_download_url_for_layer", **which)["downloadUrl"]
    for gone, code in (
        ({"layerDigest": f"sha256:{'0' * 64}"}, "LayersNotFoundException"),
        ({"repositoryName": "team/gone"}, "RepositoryNotFoundException"),
    ):
        assert refusal(ecr, "ecr.get_download_url_for_layer", {**which, **gone})[0] == code
    for path in (url[:-1] + "x", url.replace("team", "gone")):
        with pytest.raises(HTTPError, match="404"):
            _OPENER.open(path, timeout=10)
    upload = {"uploadId": str(uuid4()), "layerDigests": [manifest["config"]["digest"]]}
    for name, code in (
        ("team/gone", "RepositoryNotFoundException"),
        (_REPOSITORY, "UploadNotFoundException"),
    ):
        asked = {"repositoryName": name, **upload}
        assert refusal(ecr, "ecr.complete_layer_upload", asked)[0] == code
