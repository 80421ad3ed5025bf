"""The secrets and parameters that tap:secrets refers to, as AWS has them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from lib.settings.container_checks import referred_arn
from ops.checks import Results
from ops.doctor.plan import Plan

_ABSENT = ("ResourceNotFoundException", "ParameterNotFound")

# Until it is deleted, GetSecretValue says so by this code.
# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
_UNUSABLE = "InvalidRequestException"

# Whoever may read what is encrypted with these of AWS's own needs no right to the key.
_OWN_KEYS = "alias/aws/"


@dataclass(frozen=True)
class Reference:
    """A variable of the container, and the secret or parameter that it comes from."""

    variable: str
    text: str

    @property
    def arn(self) -> str:
        """The ARN of the secret or the parameter."""
        return referred_arn(self.text)

    @property
    def is_parameter(self) -> bool:
        """Tell whether it is a parameter of Systems Manager."""
        return self.arn.split(":")[2] == "ssm"

    @property
    def region(self) -> str:
        """The region that it is in."""
        return self.arn.split(":")[3]

    @property
    def service(self) -> str:
        """The name by which KMS knows the service that reads it."""
        return f"{self.arn.split(':')[2]}.{self.region}.amazonaws.com"

    @property
    def name(self) -> str:
        """The name without the ARN: what people call it."""
        rest = self.arn.split(":", 5)[5]
        return rest.removeprefix("parameter") if self.is_parameter else rest.partition(":")[2]

    @property
    def key(self) -> str:
        """The key of the JSON object that the variable gets; empty for the whole value."""
        parts = self.text.split(":")
        return parts[7] if len(parts) > 7 else ""

    @property
    def version(self) -> Mapping[str, str]:
        """The version that is asked for, as GetSecretValue takes it; none for the current one."""
        stage, identity = (*self.text.split(":")[8:10], "", "")[:2]
        given = {"VersionStage": stage, "VersionId": identity}
        return {name: value for name, value in given.items() if value}


def look_at_reference(reference: Reference, plan: Plan, results: Results) -> str | None:
    """Tell what is wrong with a reference; return the KMS key that its reader needs a right to.

    That is an id, an alias or an ARN. Raises what AWS's clients raise.
    """
    look = _look_at_parameter if reference.is_parameter else _look_at_secret
    key = look(reference, plan, results)
    return None if key is None or _OWN_KEYS in key else key


def _look_at_secret(reference: Reference, plan: Plan, results: Results) -> str | None:
    client = plan.elsewhere(reference.region)("secretsmanager")
    try:
        described = client.describe_secret(SecretId=reference.arn)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _ABSENT:
            raise
        results.find(
            f"{reference.variable}: there is no secret {reference.name} in {reference.region}",
            "make it, or correct its ARN in tap:secrets: aws secretsmanager list-secrets "
            f"--region {reference.region}",
        )
        return None
    if described.get("DeletedDate"):
        results.find(
            f"{reference.variable}: the secret {reference.name} waits for its deletion",
            f"aws secretsmanager restore-secret --secret-id {reference.arn} "
            f"--region {reference.region}",
        )
        return None
    if described.get("ReplicationStatus") or described.get("OwningService"):
        results.note(f"{reference.variable}: {reference.name} is managed or replicated by AWS")
    if reference.key or reference.version:
        _look_at_value(reference, client, results)
    return described.get("KmsKeyId")


def _look_at_value(reference: Reference, client: Any, results: Results) -> None:
    """Look at the keys of a value; nothing else of it is kept, and nothing of it is told."""
    try:
        answer = client.get_secret_value(SecretId=reference.arn, **reference.version)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code not in (*_ABSENT, _UNUSABLE):
            results.miss_answer(error)
            return
        results.find(
            f"{reference.variable}: the secret {reference.name} has no such version, or no value",
            f"aws secretsmanager put-secret-value --secret-id {reference.arn} --region "
            f"{reference.region} --secret-string …",
        )
        return
    if not reference.key:
        return
    keys = _keys(answer.get("SecretString"))
    if keys is None:
        words = "its value is no JSON object, so that it has no keys"
    elif reference.key not in keys:
        words = f"its value has no key {reference.key}"
    else:
        return
    results.find(
        f"{reference.variable}: {words} (secret {reference.name})",
        "add the key to the secret, or name another in tap:secrets (ARN:KEY::); a task that can't "
        "read it does not start",
    )


def _keys(text: str | None) -> frozenset[str] | None:
    try:
        read = json.loads(text or "")
    except ValueError:
        return None
    return frozenset(read) if isinstance(read, dict) else None


def _look_at_parameter(reference: Reference, plan: Plan, results: Results) -> str | None:
    # The ARN is the same for `name` and `/name`.
    names = [reference.name, reference.name.removeprefix("/")]
    filters = [{"Key": "Name", "Option": "Equals", "Values": names}]
    client = plan.elsewhere(reference.region)("ssm")
    found = client.describe_parameters(ParameterFilters=filters)["Parameters"]
    if not found:
        results.find(
            f"{reference.variable}: there is no parameter {reference.name} in {reference.region}",
            f"aws ssm put-parameter --name {reference.name} --type SecureString --value … "
            f"--region {reference.region}, or correct its ARN in tap:secrets",
        )
        return None
    return found[0].get("KeyId")
