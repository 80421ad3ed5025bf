"""The image registry: which images expire."""

from lib.service.repository import lifecycle_rules


def test_images_with_a_tag_stay_unless_a_number_says_how_many() -> None:
    """ECR does not know which one runs."""
    (untagged,) = lifecycle_rules(None)
    assert untagged["selection"]["tagStatus"] == "untagged"
    first, newest = lifecycle_rules(20)
    assert first == untagged
    assert newest["selection"] == {
        "tagStatus": "any",
        "countType": "imageCountMoreThan",
        "countNumber": 20,
    }
    assert first["rulePriority"] < newest["rulePriority"]
