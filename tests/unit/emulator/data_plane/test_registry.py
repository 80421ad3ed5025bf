"""Images of this machine: each repository has them, for every architecture, as if pushed."""

import json
from urllib.request import ProxyHandler, build_opener

from emulator.data_plane.registry import registry_patch
from emulator.server.server import Server
from lib.region import read_region


class _Registry:
    """A data plane that has images alone."""

    patches = (registry_patch(("v1", "v2")),)

    def start(self, server: Server) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing."""

    def port_of(self, balancer: str, port: int) -> int | None:
        """Return that there is none."""


def test_a_new_repository_has_the_images() -> None:
    with Server(read_region(), data_plane=_Registry()) as server:
        aws, which = server.aws(), {"repositoryName": "shop"}
        aws.call("ecr.create_repository", **which, imageTagMutability="IMMUTABLE")
        listed = aws.call("ecr.list_images", **which, filter={"tagStatus": "TAGGED"})["imageIds"]
        assert {each["imageTag"] for each in listed} == {"v1", "v2"}
        assert len({each["imageDigest"] for each in listed}) == 2
        got = aws.call("ecr.batch_get_image", **which, imageIds=[{"imageTag": "v1"}])["images"]
        index = json.loads(got[0]["imageManifest"])
        systems = {each["platform"]["architecture"] for each in index["manifests"]}
        assert systems == {"amd64", "arm64"}
        digest = {"imageDigest": index["manifests"][0]["digest"]}
        part = aws.call("ecr.batch_get_image", **which, imageIds=[digest])["images"][0]
        config = json.loads(part["imageManifest"])["config"]["digest"]
        url = aws.call("ecr.get_download_url_for_layer", **which, layerDigest=config)
        with build_opener(ProxyHandler({})).open(url["downloadUrl"]) as answer:
            assert json.load(answer)["architecture"] == "amd64"
