"""The image registry: one ECR repository, and what is kept in it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from lib.scope import Scope
from lib.settings.schema import RegistrySettings

# https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
_UNTAGGED = {
    "rulePriority": 1,
    "description": "Untagged images go after a day",
    "selection": {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": 1,
    },
    "action": {"type": "expire"},
}


@dataclass(frozen=True)
class Registry:
    """The environment's ECR repository, and the rules by which its images expire."""

    repository: aws.ecr.Repository
    lifecycle: aws.ecr.LifecyclePolicy

    @property
    def ready(self) -> Sequence[pulumi.Resource]:
        """What must exist before images pile up."""
        return [self.lifecycle]


def lifecycle_rules(images_kept: int | None) -> list[dict[str, Any]]:
    """Return the rules by which images expire; None keeps every tagged one.

    ECR does not know which image runs, and how many are pushed after it is anybody's guess: a
    number is the user's to give.
    """
    if images_kept is None:
        return [_UNTAGGED]
    newest = {
        "rulePriority": 2,
        "description": f"The newest {images_kept} images stay",
        "selection": {
            "tagStatus": "any",
            "countType": "imageCountMoreThan",
            "countNumber": images_kept,
        },
        "action": {"type": "expire"},
    }
    return [_UNTAGGED, newest]


def build_registry(scope: Scope, settings: RegistrySettings) -> Registry:
    """Make the repository: scanned, encrypted, its tags immutable, untagged images expired."""
    repository = aws.ecr.Repository(
        scope.name("repo"),
        name=scope.name("repo"),
        image_tag_mutability="IMMUTABLE",
        image_scanning_configuration={"scan_on_push": True},
        encryption_configurations=[{"encryption_type": "AES256"}],
        force_delete=True,
        tags=scope.tags("repo"),
        opts=scope.options(),
    )
    lifecycle = aws.ecr.LifecyclePolicy(
        scope.name("repo-lifecycle"),
        repository=repository.name,
        policy=json.dumps({"rules": lifecycle_rules(settings.images_kept)}),
        # Another policy is another resource to the provider, and a repository has one: the old
        # one's removal would take the new one's away.
        opts=scope.options(delete_before_replace=True),
    )
    return Registry(repository=repository, lifecycle=lifecycle)
