"""The image registry: the ECR repository, and what it keeps."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ops.clients import Clients
from ops.inventory.environment import Environment


@pytest.fixture(name="repository", scope="package")
def repository_in_aws(environment: Environment) -> dict[str, Any]:
    """What AWS says of the repository."""
    return dict(environment.part("ECR repository", "repo").description)


@pytest.fixture(name="rules", scope="package")
def lifecycle_rules(clients: Clients, repository: dict[str, Any]) -> list[dict[str, Any]]:
    """The rules of the lifecycle policy, in the order in which they count."""
    answer = clients("ecr").get_lifecycle_policy(repositoryName=repository["repositoryName"])
    rules = json.loads(answer["lifecyclePolicyText"])["rules"]
    return sorted(rules, key=lambda rule: rule["rulePriority"])


def test_repository_is_in_the_region(repository: dict[str, Any], account: str, region: str):
    """Of this account."""
    host = repository["repositoryUri"].partition("/")[0]
    assert host.startswith(f"{account}.dkr.ecr.{region}.")


def test_repository_keeps_a_tags_image(repository: dict[str, Any]):
    """A tag that is there can't be given to another image."""
    assert repository["imageTagMutability"] == "IMMUTABLE"


def test_repository_scans_what_is_pushed(repository: dict[str, Any]):
    """For known weaknesses."""
    assert repository["imageScanningConfiguration"]["scanOnPush"] is True


def test_repository_is_encrypted(repository: dict[str, Any]):
    """With S3's own keys."""
    assert repository["encryptionConfiguration"]["encryptionType"] == "AES256"


def test_repository_drops_untagged_images_after_a_day(rules: list[dict[str, Any]]):
    """First of the rules."""
    assert (rules[0]["selection"], rules[0]["action"]) == (
        {
            "tagStatus": "untagged",
            "countType": "sinceImagePushed",
            "countUnit": "days",
            "countNumber": 1,
        },
        {"type": "expire"},
    )


def test_repository_keeps_the_newest_thirty_images(rules: list[dict[str, Any]]):
    """Second and last of the rules."""
    assert [(rule["selection"], rule["action"]) for rule in rules[1:]] == [
        (
            {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 30},
            {"type": "expire"},
        )
    ]


def test_repository_is_open_to_nobody_else(clients: Clients, repository: dict[str, Any]):
    """It has no policy, which could let another account in."""
    with pytest.raises(ClientError, match="RepositoryPolicyNotFoundException"):
        clients("ecr").get_repository_policy(repositoryName=repository["repositoryName"])
