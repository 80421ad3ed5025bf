"""The image of a commit: the repository that it belongs in, and whether it is there."""

from dataclasses import dataclass

from botocore.exceptions import ClientError

from ops.inventory.environment import Environment

_NO_IMAGE = "ImageNotFoundException"


@dataclass(frozen=True)
class CommitImage:
    """The image that is tagged with a commit; `repository` is empty where there is none yet."""

    repository: str
    tag: str
    is_there: bool

    @property
    def name(self) -> str:
        """The image's whole name; empty where there is no repository yet."""
        return f"{self.repository}:{self.tag}" if self.repository else ""


def commit_image(environment: Environment, tag: str) -> CommitImage:
    """Look for an image in the environment's repository; raises ClientError as AWS does."""
    found = environment.find("ECR repository")
    if not found:
        return CommitImage("", tag, False)
    asked = {"repositoryName": found[0].name, "imageIds": [{"imageTag": tag}]}
    address = found[0].description["repositoryUri"]
    try:
        environment.clients("ecr").describe_images(**asked)
    except ClientError as error:
        if error.response["Error"]["Code"] != _NO_IMAGE:
            raise
        return CommitImage(address, tag, False)
    return CommitImage(address, tag, True)
