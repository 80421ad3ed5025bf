"""Checks of what the container is given: image, health check path, environment, secrets."""

import json
import re
from collections.abc import Mapping

from lib.settings import checks

# The names that the program itself sets in the container.
OWN_VARIABLES = (
    "DATABASE_URL",
    "DB_HOST",
    "DB_NAME",
    "DB_PASSWORD",
    "DB_PORT",
    "DB_SECRET_VERSION",
    "DB_USER",
)

# ECS takes task definitions of 64 KiB: these two, and the program's own part, which is under 4 KiB.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
ENVIRONMENT_BYTES = 32_768
SECRETS_BYTES = 16_384

# IAM takes 10,240 characters of inline policies a role.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
ARN_CHARACTERS = 8_000

_TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
_PART = r"[a-z0-9]+([._-]+[a-z0-9]+)*"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")
_SENDABLE = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]*")
_SECRET = re.compile(
    r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:"
    r"[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}"
    r"(:[A-Za-z0-9/_+=.@-]*:[A-Za-z0-9/_+=.@-]*:[A-Za-z0-9-]*)?"
)


def name_value_pairs(values: Mapping[str, str], value_key: str) -> list[dict[str, str]]:
    """Return variables as ECS takes them, sorted by name."""
    return [{"name": name, value_key: value} for name, value in sorted(values.items())]


def _named_properly(variables: Mapping[str, str]) -> bool:
    return all(_VARIABLE.fullmatch(name) and name not in OWN_VARIABLES for name in variables)


def _bytes_sent(variables: Mapping[str, str], value_key: str) -> int:
    return len(json.dumps(name_value_pairs(variables, value_key)))


def _usable_environment(variables: Mapping[str, str]) -> bool:
    sendable = all(_SENDABLE.fullmatch(value) for value in variables.values())
    small = sendable and _bytes_sent(variables, "value") <= ENVIRONMENT_BYTES
    return small and _named_properly(variables)


def _usable_secrets(secrets: Mapping[str, str]) -> bool:
    known = all(_SECRET.fullmatch(arn) for arn in secrets.values())
    small = _bytes_sent(secrets, "valueFrom") <= SECRETS_BYTES
    return (
        known
        and small
        and sum(map(len, secrets.values())) <= ARN_CHARACTERS
        and _named_properly(secrets)
    )


IMAGE = checks.matching(
    rf"{_TAG}|{_PART}(:[0-9]{{1,5}})?(/{_PART})*(:{_TAG})?(@sha256:[0-9a-f]{{64}})?",
    "a tag in the environment's own repository, such as v1, or a whole image name, such as "
    "public.ecr.aws/nginx/nginx:1.27",
)

# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
HEALTH_CHECK_PATH = checks.matching(
    r"/[A-Za-z0-9_.$/~@:+&?=%-]*",
    "a path of at most 1024 letters, digits and _.$/~@:+&?=%-, starting with /",
    longest=1024,
)

_NAMES = f"names of letters, digits and _, none of {', '.join(OWN_VARIABLES)}"

ENVIRONMENT = checks.text_mapping(
    f'a JSON object of text, such as {{"LOG_LEVEL": "info"}}: {_NAMES}; values without '
    f"control characters; {ENVIRONMENT_BYTES} bytes in all, as ECS takes them",
    _usable_environment,
)

SECRETS = checks.text_mapping(
    'a JSON object, such as {"SECRET_KEY": "arn:aws:secretsmanager:…:secret:name-AbCdEf"}: '
    f"{_NAMES}; values whole ARNs of Secrets Manager secrets, {ARN_CHARACTERS} characters "
    "in all",
    _usable_secrets,
)
