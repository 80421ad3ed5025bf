"""The resource types of ECR: a repository, and what is kept in it."""

from emulator.resources.arguments import Arguments, Comparison
from emulator.resources.boto_type import BotoType, Create, Delete, Describe
from emulator.resources.documents import parse
from emulator.resources.tags import ServiceTags
from emulator.resources.updates import by_arn, by_id, modify

REPOSITORY = BotoType(
    "aws:ecr/repository:Repository",
    Arguments(
        renames={"encryptionConfigurations": "encryptionConfiguration", "name": "repositoryName"},
        local=("forceDelete",),
        defaults={"forceDelete": False},
        identity=("name",),
        comparison=Comparison(kept=("encryptionConfigurations", "imageScanningConfiguration")),
    ),
    made_by=Create("ecr.create_repository", "repository.repositoryName"),
    described_by=Describe(
        "ecr.describe_repositories",
        lambda state: {"repositoryNames": [state.id]},
        "repositories[0]",
    ),
    deleted_by=Delete(
        "ecr.delete_repository",
        lambda state: {"repositoryName": state.id, "force": state["forceDelete"]},
    ),
    outputs=("registryId",),
    paths={"arn": "repositoryArn", "name": "repositoryName", "repositoryUrl": "repositoryUri"},
    updates=(
        modify("ecr.put_image_tag_mutability", by_id("repositoryName"), "imageTagMutability"),
        modify(
            "ecr.put_image_scanning_configuration",
            by_id("repositoryName"),
            "imageScanningConfiguration",
        ),
    ),
    tags=ServiceTags("ecr", by_arn("resourceArn")),
)

LIFECYCLE_POLICY = BotoType(
    "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    Arguments(
        renames={"policy": "lifecyclePolicyText", "repository": "repositoryName"},
        identity=("repository",),
        # The rules carry their own order.
        comparison=Comparison({"policy": parse}),
    ),
    made_by=Create("ecr.put_lifecycle_policy", "repositoryName"),
    described_by=Describe("ecr.get_lifecycle_policy", by_id("repositoryName"), "@"),
    deleted_by=Delete("ecr.delete_lifecycle_policy", by_id("repositoryName")),
    outputs=("registryId",),
)
