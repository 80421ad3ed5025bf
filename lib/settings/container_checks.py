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

# IAM takes 10,240 characters of inline policies a role, and while a deployment runs the role has
# two sets: what old tasks read, and what new ones do.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
ARN_CHARACTERS = 3_400
MOST_KEYS = 8

_TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
_PART = r"[a-z0-9]+([._-]+[a-z0-9]+)*"
_DIGEST = r"sha256:[0-9a-f]{64}"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")
_SENDABLE = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]*")
_SECRET = re.compile(
    r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:"
    r"[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}"
    r"(:[A-Za-z0-9/_+=.@-]*:[A-Za-z0-9/_+=.@-]*:[A-Za-z0-9-]*)?"
)
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html
_PARAMETER = re.compile(
    r"arn:aws[a-z-]*:ssm:[a-z0-9-]+:[0-9]{12}:parameter/[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+){0,14}"
)
# An alias matches nothing in a policy.
# https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html
_KEY = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/(mrk-)?[0-9a-f-]{32,36}")


def referred_arn(reference: str) -> str:
    """Return the ARN that a reference is to: a parameter's, a secret's without `:key:stage:id`."""
    return ":".join(reference.split(":")[:7])


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
    known = all(_SECRET.fullmatch(arn) or _PARAMETER.fullmatch(arn) for arn in secrets.values())
    small = _bytes_sent(secrets, "valueFrom") <= SECRETS_BYTES
    arns = set(map(referred_arn, secrets.values()))
    return known and small and sum(map(len, arns)) <= ARN_CHARACTERS and _named_properly(secrets)


# A name that starts as a digest does is none: Docker Hub's repository sha256 is nobody's meaning.
IMAGE = checks.matching(
    rf"{_DIGEST}|{_TAG}(@{_DIGEST})?"
    rf"|(?!sha256:){_PART}(:[0-9]{{1,5}})?(/{_PART})*(:{_TAG})?(@{_DIGEST})?",
    "a tag or a digest in the environment's own repository, such as v1 or sha256:…, or a whole "
    "image name, such as public.ecr.aws/nginx/nginx:1.27",
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
    f"{_NAMES}; values whole ARNs of Secrets Manager secrets or SSM parameters, {ARN_CHARACTERS} "
    "characters in all",
    _usable_secrets,
)

DECRYPTION_KEYS = checks.text_list(
    f"a list of at most {MOST_KEYS} ARNs of KMS keys (no aliases), as JSON or with commas",
    lambda arns: len(arns) <= MOST_KEYS and all(map(_KEY.fullmatch, arns)),
)
