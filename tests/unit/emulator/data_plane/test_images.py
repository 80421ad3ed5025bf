"""Images: which name finds what."""

import sys
from pathlib import Path

import pytest

from emulator.data_plane.images import Image, ImageError, Images

_ECR = "123456789012.dkr.ecr.eu-south-1.amazonaws.com/shop"
_V1, _WHOLE = Image(command=("one",)), Image(command=("whole",))
_IMAGES = Images({"v1": _V1, f"{_ECR}:v2": _WHOLE, "example.com/shop": _WHOLE, "v2": _V1})


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (f"{_ECR}:v1", _V1),
        (f"{_ECR}/team/api:v1", _V1),
        (f"{_ECR}:v2", _WHOLE),
        ("example.com/shop", _WHOLE),
        ("v1", _V1),
    ],
)
def test_a_whole_name_comes_before_a_tag(name: str, found: Image) -> None:
    assert _IMAGES.find(name) is found


@pytest.mark.parametrize(
    "name", [f"{_ECR}:v3", f"{_ECR}@sha256:{'0' * 64}", "example.com/shop:v1", "pythonic:3"]
)
def test_an_image_that_is_nowhere_is_not_found_in_ecs_own_words(name: str) -> None:
    with pytest.raises(ImageError) as error:
        _IMAGES.find(name)
    assert str(error.value) == (
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): "
        f"failed to resolve ref {name}: {name}: not found"
    )


@pytest.mark.parametrize(
    "name", ["public.ecr.aws/docker/library/python:3.12.7-slim-bookworm", "python:3.11", "python"]
)
def test_python_is_the_one_of_this_machine(name: str) -> None:
    """In its virtual environment: what the interpreter's link leads to has other packages."""
    assert _IMAGES.find(name).programs == Path(sys.executable).parent


def test_variables_of_an_image_are_not_shown() -> None:
    assert "s3cret" not in repr(Image(environment={"KEY": "s3cret"}))


def test_an_image_that_is_added_later_is_found() -> None:
    images: dict[str, Image] = {}
    found = Images(images)
    images["v9"] = _V1
    assert found.find(f"{_ECR}:v9") is _V1
