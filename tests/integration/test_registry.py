"""The image registry: the ECR repository, and what it keeps."""

import json

import pytest
from botocore.exceptions import ClientError

from ops.inventory.environment import Environment
from tests.integration.answers import picked


def test_repository_is_the_accounts_immutable_scanned_and_encrypted(
    environment: Environment, account: str
) -> None:
    repository = environment.part("ECR repository", "repo").description
    expected = {
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfiguration": {"encryptionType": "AES256"},
    }
    assert picked(repository, expected) == expected
    assert repository["repositoryUri"].startswith(
        f"{account}.dkr.ecr.{environment.clients.region.name}."
    )


def test_repository_drops_untagged_images_after_a_day_and_keeps_the_newest_thirty(
    environment: Environment,
) -> None:
    repository = environment.part("ECR repository", "repo")
    answer = environment.clients("ecr").get_lifecycle_policy(repositoryName=repository.name)
    rules = json.loads(answer["lifecyclePolicyText"])["rules"]
    rules = sorted(rules, key=lambda rule: rule["rulePriority"])
    untagged = {"countType": "sinceImagePushed", "countUnit": "days", "countNumber": 1}
    assert [(rule["selection"], rule["action"]) for rule in rules] == [
        ({"tagStatus": "untagged", **untagged}, {"type": "expire"}),
        (
            {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 30},
            {"type": "expire"},
        ),
    ]


def test_repository_is_open_to_nobody_else(environment: Environment) -> None:
    """It has no policy, which could let another account in."""
    repository = environment.part("ECR repository", "repo")
    with pytest.raises(ClientError, match="RepositoryPolicyNotFoundException"):
        environment.clients("ecr").get_repository_policy(repositoryName=repository.name)
