"""The image registry and what is kept in it; whole inputs."""

import json

from tests.unit.support import made, name, tags


def test_the_repository() -> None:
    """Scanned, encrypted, with tags that stay what they are; it goes with its images."""
    assert made("ecr/repository:Repository", "repo").inputs == {
        "name": name("repo"),
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfigurations": [{"encryptionType": "AES256"}],
        "forceDelete": True,
        "tags": tags("repo"),
    }


def test_what_is_kept() -> None:
    """Untagged images a day, and the newest thirty."""
    policy = made("ecr/lifecyclePolicy:LifecyclePolicy", "repo-lifecycle").inputs
    rules = json.loads(policy["policy"])["rules"]
    assert policy["repository"] == name("repo")
    assert [{**rule, "description": ""} for rule in rules] == [
        {
            "rulePriority": 1,
            "description": "",
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
            "description": "",
            "selection": {
                "tagStatus": "any",
                "countType": "imageCountMoreThan",
                "countNumber": 30,
            },
            "action": {"type": "expire"},
        },
    ]
