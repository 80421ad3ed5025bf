"""Images: in which registry, whether they are there, and for which architecture."""

from typing import Any

import pytest

from ops.doctor.image import IMAGE
from ops.doctor.manifest import ecr_image
from tests.support.images import push_image, push_index
from tests.unit.ops.doctor.world import World, look, plan_with, stub_look
from tests.unit.ops.support import WHERE, refusal

_REGISTRY = f"123456789012.dkr.ecr.{WHERE.name}.amazonaws.com"
_DIGEST = f"sha256:{'0' * 64}"
_OURS = "flask-api-repo-new"


@pytest.fixture(name="repository")
def our_repository(world: World) -> str:
    """The repository of the environment `new`."""
    world.clients("ecr").create_repository(repositoryName=_OURS)
    return _OURS


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (f"{_REGISTRY}/shop/api:v1", ("shop/api", {"imageTag": "v1"})),
        (f"{_REGISTRY}/api", ("api", {"imageTag": "latest"})),
        (f"{_REGISTRY}/api:v1@{_DIGEST}", ("api", {"imageDigest": _DIGEST})),
        (f"{_REGISTRY.replace('com', 'com.cn')}/api:v1", ("api", {"imageTag": "v1"})),
        ("public.ecr.aws/nginx/nginx:1.27", None),
        ("nginx", None),
    ],
)
def test_images_of_ecr_are_told_from_others(name: str, found: Any) -> None:
    image = ecr_image(name)
    assert (image and (image.repository, image.id)) == found
    assert image is None or (image.account, image.region) == ("123456789012", WHERE.name)


@pytest.mark.parametrize(
    ("image", "summary", "note"),
    [
        ({}, "none is given", "the placeholder runs: public.ecr.aws/docker/library/python"),
        ({"image": "nginx:1.27"}, "nginx:1.27", "it is in another registry than ECR"),
    ],
)
def test_what_is_not_in_ecr_is_a_note(image: dict[str, str], summary: str, note: str) -> None:
    report = stub_look(IMAGE, {}, **image)
    assert (report.summary, report.findings, report.unseen) == (summary, (), ())
    assert report.notes[0].startswith(note)


@pytest.mark.usefixtures("repository")
def test_image_of_several_architectures_is_for_either(world: World) -> None:
    """What an index has beside images, such as an attestation, is for none."""
    push_index(world.server.aws(), _OURS, "v1")
    for architecture in ("X86_64", "ARM64"):
        plan = plan_with(world.clients, image="v1", cpuArchitecture=architecture)
        report = look(IMAGE, plan)
        assert report.findings == ()
        assert report.summary == "flask-api-repo-new, v1, for amd64, arm64"


@pytest.mark.usefixtures("repository")
def test_image_for_neither_architecture(world: World) -> None:
    digest = push_image(world.server.aws(), _OURS, "v1", "s390x")
    [finding] = look(IMAGE, plan_with(world.clients, image=digest)).findings
    assert finding.words.startswith("the image is for s390x, the tasks are X86_64")
    assert finding.advice == "docker buildx build --platform linux/amd64 …"


def _answers(**more: Any) -> dict[str, Any]:
    manifest = '{"config": {"digest": "sha256:1"}}'
    return {"ecr__batch_get_image": {"images": [{"imageManifest": manifest}]}, **more}


@pytest.mark.parametrize("content", ["[]", "{}", "no JSON"])
def test_configuration_that_can_not_be_read_tells_no_address(content: str, tmp_path: Any) -> None:
    """Whoever has it can read the layer."""
    path = tmp_path / "hush"
    path.write_text(content)
    url = {"downloadUrl": path.as_uri()}
    report = stub_look(IMAGE, _answers(ecr__get_download_url_for_layer=url), image="v1")
    [unseen] = report.unseen
    assert unseen.words.startswith("the image's configuration can't be read (")
    assert "hush" not in unseen.words
    assert report.findings == ()


def test_refused_looks_are_unseen() -> None:
    denied = refusal("AccessDeniedException", "not authorized to perform: ecr:GetIt on it")
    for answers in (
        {"ecr__batch_get_image": denied},
        _answers(ecr__get_download_url_for_layer=denied),
    ):
        [unseen] = stub_look(IMAGE, answers, image="v1").unseen
        assert unseen.action == "ecr:GetIt"
