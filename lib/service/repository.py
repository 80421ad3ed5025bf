"""The image registry: one ECR repository, and what is kept in it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from lib.scope import Scope

# https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
_LIFECYCLE = {
    "rules": [
        {
            "rulePriority": 1,
            "description": "Untagged images go after a day",
            "selection": {
                "tagStatus": "untagged",
                "countType": "sinceImagePushed",
                "countUnit": "days",
                "countNumber": 1,
            },
            "action": {"type": "expire"},
        },
        {
            "rulePriority": 2,
            "description": "The newest 30 images stay",
            "selection": {
                "tagStatus": "any",
                "countType": "imageCountMoreThan",
                "countNumber": 30,
            },
            "action": {"type": "expire"},
        },
    ]
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


def build_registry(scope: Scope) -> Registry:
    """Make the repository: scanned, encrypted, its tags immutable, old images expired."""
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
        policy=json.dumps(_LIFECYCLE),
        opts=scope.options(),
    )
    return Registry(repository=repository, lifecycle=lifecycle)
