"""Validators of Secrets Manager: names, and secrets that wait for their deletion."""

from emulator.server.interception import AwsError, Call, Validator
from emulator.services.checks import pattern


def _not_deleted(call: Call) -> None:
    secrets = call.backend("secretsmanager").secrets
    wanted = call.params["SecretId"]
    for secret in secrets.values():
        if wanted in (secret.arn, secret.name) and secret.is_deleted():
            raise AwsError(
                "InvalidRequestException",
                "You can't perform this operation on the secret because it was marked for "
                "deletion.",
            )


VALIDATORS = (
    pattern(
        "secretsmanager",
        ("ListSecrets",),
        "NextToken",
        r"\d+",
        AwsError("InvalidNextTokenException", "The NextToken value is invalid."),
    ),
    pattern(
        "secretsmanager",
        ("CreateSecret",),
        "Name",
        r"[A-Za-z0-9/_+=.@!-]+",
        AwsError(
            "ValidationException",
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the "
            "following: -/_+=.@!",
        ),
    ),
    Validator("secretsmanager", ("PutSecretValue", "UpdateSecret", "TagResource"), _not_deleted),
)
