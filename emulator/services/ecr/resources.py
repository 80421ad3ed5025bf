"""Kinds of the image registry: ECR repository, and what is kept in it."""

from emulator.resources import documents
from emulator.resources.boto_type import BotoType, Create, Find, Remove
from emulator.resources.resource_type import Arguments
from emulator.resources.tags import Tags
from emulator.resources.updates import modify

REPOSITORY = BotoType(
    "aws:ecr/repository:Repository",
    Arguments(
        renames={"encryptionConfigurations": "encryptionConfiguration", "name": "repositoryName"},
        local=frozenset({"forceDelete"}),
        defaults={"forceDelete": False},
        identity=("name",),
    ),
    make=Create("ecr.create_repository", "repository.repositoryName"),
    find=Find(
        "ecr.describe_repositories",
        {"repositoryNames": ["{id}"]},
        "repositories[0]",
        outputs={
            "arn": "repositoryArn",
            "name": "repositoryName",
            "registryId": "registryId",
            "repositoryUrl": "repositoryUri",
        },
    ),
    remove=Remove("ecr.delete_repository", {"repositoryName": "{id}", "force": "{forceDelete}"}),
    own_steps=(
        modify("ecr.put_image_tag_mutability", "imageTagMutability", repositoryName="{id}"),
        modify(
            "ecr.put_image_scanning_configuration",
            "imageScanningConfiguration",
            repositoryName="{id}",
        ),
    ),
    tags=Tags("ecr"),
)

LIFECYCLE_POLICY = BotoType(
    "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    Arguments(
        renames={"policy": "lifecyclePolicyText", "repository": "repositoryName"},
        meanings={"policy": documents.rules},
        identity=("repository",),
    ),
    make=Create("ecr.put_lifecycle_policy", "repositoryName"),
    find=Find(
        "ecr.get_lifecycle_policy",
        {"repositoryName": "{id}"},
        "@",
        outputs={"registryId": "registryId"},
    ),
    remove=Remove("ecr.delete_lifecycle_policy", {"repositoryName": "{id}"}),
)

RESOURCE_TYPES = (REPOSITORY, LIFECYCLE_POLICY)
