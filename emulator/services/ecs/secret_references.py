"""References to secrets: what the `valueFrom` of a container's secret names.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
"""

import json
from dataclasses import dataclass

from moto.utilities.utils import get_partition

# An ARN of a secret has seven parts; a key, a stage and a version may follow.
_ARN_PARTS = 7

# How ECS begins the reason of a task that did not get a secret; the service's own words follow. As
# in aws/copilot-cli#4504 (SSM) and GiamPy5/terraform-aws-directus#10 (Secrets Manager).
_UNABLE = (
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource "
    "retrieval failed: "
)
_RETRIED = "service call has been retried 1 time(s): "


class SecretError(Exception):
    """A secret that can't be had; the message says why, and nothing of the secret."""


@dataclass(frozen=True)
class SecretReference:
    """A secret (`key` of its JSON, of a stage or a version) or, of service `ssm`, a parameter."""

    service: str
    arn: str
    key: str = ""
    stage: str = ""
    version: str = ""

    @classmethod
    def read(cls, value_from: str, region: str, account: str) -> "SecretReference":
        """Return what a `valueFrom` names; one that is no ARN is a parameter of the region."""
        if not value_from.startswith("arn:"):
            name = value_from.lstrip("/")
            partition = get_partition(region)
            return cls("ssm", f"arn:{partition}:ssm:{region}:{account}:parameter/{name}")
        parts = value_from.split(":")
        if parts[2] == "ssm":
            return cls("ssm", value_from)
        return cls("secretsmanager", ":".join(parts[:_ARN_PARTS]), *parts[_ARN_PARTS:][:3])

    @property
    def region(self) -> str:
        """The region that its ARN names."""
        return self.arn.split(":")[3]

    @property
    def parameter_names(self) -> tuple[str, str]:
        """What the parameter may be called: outside of a hierarchy its name has no slash."""
        path = self.arn.partition(":parameter")[2]
        return path, path.removeprefix("/")

    @property
    def action(self) -> str:
        """The action of IAM that reads it."""
        read = {"ssm": "ssm:GetParameters", "secretsmanager": "secretsmanager:GetSecretValue"}
        return read[self.service]

    def unavailable(self, why: str) -> str:
        """Return ECS's words for a service that does not give it: `why` are the service's."""
        if self.service == "ssm":
            return f"{_UNABLE}unable to retrieve secrets from ssm: {_RETRIED}{why}"
        return (
            f"{_UNABLE}unable to retrieve secret from asm: {_RETRIED}"
            f"failed to fetch secret {self.arn} from secrets manager: {why}"
        )

    def select(self, text: str) -> str:
        """Return what a container gets of a secret's text; SecretError where it has no such key."""
        if not self.key:
            return text
        problem = f"{_UNABLE}unable to retrieve secret from asm: {_RETRIED}"
        try:
            found = json.loads(text)
        except ValueError:
            # What it begins with, which ECS tells, is a part of the secret.
            raise SecretError(
                f"{problem}invalid character looking for beginning of value"
            ) from None
        if not isinstance(found, dict) or self.key not in found:
            raise SecretError(
                f"{problem}retrieved secret from Secrets Manager did not contain json key "
                f"{self.key}"
            )
        value = found[self.key]
        return value if isinstance(value, str) else json.dumps(value)


def registry_unavailable(why: str) -> str:
    """Return ECS's words for a task that may not use ECR; `why` are the service's."""
    return f"{_UNABLE}unable to retrieve ecr registry auth: {_RETRIED}{why}"
