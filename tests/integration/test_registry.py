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


def test_repository_drops_untagged_images_after_a_day_and_others_if_a_number_says_so(
    environment: Environment,
) -> None:
    repository = environment.part("ECR repository", "repo")
    answer = environment.clients("ecr").get_lifecycle_policy(repositoryName=repository.name)
    rules = json.loads(answer["lifecyclePolicyText"])["rules"]
    rules = sorted(rules, key=lambda rule: rule["rulePriority"])
    untagged = {"countType": "sinceImagePushed", "countUnit": "days", "countNumber": 1}
    first, *others = [rule["selection"] for rule in rules]
    assert first == {"tagStatus": "untagged", **untagged}
    assert len(others) <= 1
    assert [{**each, "countNumber": 1} for each in others] == [
        {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 1} for _ in others
    ]
    assert [rule["action"] for rule in rules] == [{"type": "expire"}] * len(rules)


def test_repository_is_open_to_nobody_else(environment: Environment) -> None:
    """It has no policy, which could let another account in."""
    repository = environment.part("ECR repository", "repo")
    with pytest.raises(ClientError, match="RepositoryPolicyNotFoundException"):
        environment.clients("ecr").get_repository_policy(repositoryName=repository.name)
