"""Checks of what the container is given: image, health check path, environment, secrets."""

import pytest

from lib.settings.container_checks import (
    ENVIRONMENT,
    HEALTH_CHECK_PATH,
    IMAGE,
    OWN_VARIABLES,
    SECRETS,
)

ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/key-AbCdEf"
DIGEST = f"@sha256:{'0' * 64}"


@pytest.mark.parametrize(
    "image",
    [
        "v1",
        "V1.2-rc_3",
        "_",
        "t" * 128,
        "nginx:1.27",
        "public.ecr.aws/nginx/nginx:1.27",
        "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api:v1",
        "localhost:5000/api",
        f"shop/api{DIGEST}",
        f"shop/api:v1{DIGEST}",
        "a__b/c--d",
    ],
)
def test_images_that_can_be_used(image: str) -> None:
    """Tags of our own repository, and whole names."""
    assert IMAGE.accepts(image)


@pytest.mark.parametrize(
    "image",
    [
        "",
        "-v1",
        ".v1",
        "t" * 129 + "/",
        "T" * 129,
        "v 1",
        "Shop/api",
        "shop/api:",
        "shop//api",
        "/api",
        "shop/api@sha256:abc",
        "https://shop/api",
        "$(id)",
        "v1\n",
        f"shop/{'a' * 255}",
        None,
        1,
    ],
)
def test_images_that_cannot_be_used(image: object) -> None:
    """Neither Docker nor ECS would take them."""
    assert not IMAGE.accepts(image)


@pytest.mark.parametrize("path", ["/", "/health", "/a/b?c=d&e=%20", "/_.$~@:+-", "/" + "a" * 1023])
def test_paths_that_can_be_used(path: str) -> None:
    """What a target group takes, of up to 1024 characters."""
    assert HEALTH_CHECK_PATH.accepts(path)


@pytest.mark.parametrize("path", ["", "health", "/a b", "/ä", '/"', "/#a", "/" + "a" * 1024, "/\n"])
def test_paths_that_cannot_be_used(path: str) -> None:
    """Paths start with a slash and have no blanks."""
    assert not HEALTH_CHECK_PATH.accepts(path)


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"A": ""},
        {"_log_LEVEL1": "info"},
        {"A": "one\ttwo\r\nthree ü €"},
        {"N" * 255: "x"},
        {"DB": "x", "db_host": "x"},
        {"A": "x" * 32_000},
    ],
)
def test_environments_that_can_be_used(environment: dict[str, str]) -> None:
    """Names of variables and text."""
    assert ENVIRONMENT.accepts(environment)


@pytest.mark.parametrize(
    "environment",
    [
        *({variable: "x"} for variable in OWN_VARIABLES),
        {"": "x"},
        {"1A": "x"},
        {"A-B": "x"},
        {"A B": "x"},
        {"Ä": "x"},
        {"A\n": "x"},
        {"N" * 256: "x"},
        {"A": "\x00"},
        {"A": "\x1b[0m"},
        {"A": "\x7f"},
        {"A": "\ud800"},
        {"A": "x" * 32_768},
        {f"A{number}": "" for number in range(2_500)},
        {"A": 1},
        "A=1",
        None,
    ],
)
def test_environments_that_cannot_be_used(environment: object) -> None:
    """Our own names, names that are none, control characters, too much of it."""
    assert not ENVIRONMENT.accepts(environment)


def test_the_programs_own_variables() -> None:
    """These are the ones that the container definition sets."""
    assert set(OWN_VARIABLES) == {
        "DATABASE_URL",
        "DB_HOST",
        "DB_NAME",
        "DB_PASSWORD",
        "DB_PORT",
        "DB_SECRET_VERSION",
        "DB_USER",
    }


@pytest.mark.parametrize(
    "reference",
    [
        ARN,
        f"{ARN}:key::",
        f"{ARN}:key:AWSCURRENT:",
        f"{ARN}:::9f8e7d6c-1111-2222-3333-444455556666",
        "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:a_+=.@-b-a1B2c3",
    ],
)
def test_references_to_secrets(reference: str) -> None:
    """Whole ARNs, and parts of a secret by key, stage or version."""
    assert SECRETS.accepts({"SECRET_KEY": reference})


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "hunter2",
        "shop/key",
        ARN[:-7],
        f"{ARN}:key",
        f"{ARN}:key:stage:version:more",
        ARN.replace("secretsmanager", "ssm"),
        ARN.replace("123456789012", "1234"),
        ARN.replace("aws:", "gcp:", 1),
        f"{ARN}*",
        f"{ARN}\n",
    ],
)
def test_what_refers_to_no_secret(reference: str) -> None:
    """A secret's value is not one, nor is a name, nor an ARN without its six last characters."""
    assert not SECRETS.accepts({"SECRET_KEY": reference})


@pytest.mark.parametrize(
    "secrets",
    [
        *({variable: ARN} for variable in OWN_VARIABLES),
        {"A-B": ARN},
        {f"KEY_{number}": ARN for number in range(8_000 // len(ARN) + 1)},
        {f"{number:0>255}".replace("0", "N", 1): ARN for number in range(100)},
    ],
)
def test_secrets_that_cannot_be_used(secrets: dict[str, str]) -> None:
    """Our own names, names that are none, more than the role's policy or the definition holds."""
    assert not SECRETS.accepts(secrets)


def test_many_secrets_can_be_used() -> None:
    """A hundred is plenty."""
    assert SECRETS.accepts({f"KEY_{number}": ARN for number in range(100)})


def test_values_are_confidential() -> None:
    """Someone who takes tap:secrets for the place of the values must not find them in a log."""
    assert SECRETS.problems("secrets", {"SECRET_KEY": "hunter2"}) == [
        'tap:secrets is not usable; allowed: a JSON object, such as {"SECRET_KEY": '
        '"arn:aws:secretsmanager:…:secret:name-AbCdEf"}: names of letters, digits and _, none of '
        "DATABASE_URL, DB_HOST, DB_NAME, DB_PASSWORD, DB_PORT, DB_SECRET_VERSION, DB_USER; values "
        "whole ARNs of Secrets Manager secrets, 8000 characters in all"
    ]
    assert "hunter2" not in ENVIRONMENT.problems("environment", {"A-B": "hunter2"})[0]
