"""The check of the image: whether it is there, for the architecture of the tasks."""

from botocore.exceptions import BotoCoreError, ClientError

from lib.service.container import PLACEHOLDER_IMAGE, image_name
from ops.checks import Results, unseen
from ops.doctor.manifest import EcrImage, ecr_image
from ops.doctor.plan import Plan, where_possible

# ECS's names of architectures -> those of container images.
_ARCHITECTURES = {"X86_64": "amd64", "ARM64": "arm64"}

_NO_REPOSITORY = "RepositoryNotFoundException"


def _look(plan: Plan, results: Results) -> None:
    asked = plan.settings.container.image
    if asked is None:
        results.summary = "none is given"
        results.note(f"the placeholder runs: {PLACEHOLDER_IMAGE}, which answers its health check")
        return
    image = ecr_image(image_name(asked, _repository(plan)))
    if image is None:
        results.summary = asked
        results.note("it is in another registry than ECR, and was not looked at")
        return
    results.summary = f"{image.repository}, {image.name}"
    clients = plan.elsewhere(image.region)
    try:
        manifest = image.manifest(clients)
    except ClientError as error:
        if error.response["Error"]["Code"] != _NO_REPOSITORY:
            raise
        results.find(
            f"there is no repository {image.repository} in {image.region} for the image "
            f"{image.name}",
            _advice_on_repository(plan, image),
        )
        return
    if manifest is None:
        results.find(
            f"there is no image {image.name} in the repository {image.repository}",
            f"docker push it, or choose one that is there: aws ecr describe-images "
            f"--repository-name {image.repository} --region {image.region}",
        )
        return
    try:
        there = image.architectures(manifest, clients)
    except (BotoCoreError, ClientError) as error:
        results.unseen.append(unseen(error))
    except (OSError, ValueError, KeyError, TypeError) as error:
        # What it says may hold the address, which lets anybody read the layer.
        results.miss(f"the image's configuration can't be read ({type(error).__name__})")
    else:
        _compare(plan, there, results)


def _repository(plan: Plan) -> str:
    suffix = ".cn" if plan.region.startswith("cn-") else ""
    registry = f"{plan.target.account.number}.dkr.ecr.{plan.region}.amazonaws.com{suffix}"
    return f"{registry}/{plan.name('repo')}"


def _advice_on_repository(plan: Plan, image: EcrImage) -> str:
    if image.repository != plan.name("repo"):
        return f"aws ecr create-repository --repository-name {image.repository}, or another image"
    return (
        "the first `up` makes it: run that without tap:image, so that the placeholder runs; then "
        f"push the image and set tap:image to {image.name}"
    )


def _compare(plan: Plan, there: frozenset[str], results: Results) -> None:
    tasks = plan.settings.task.cpu_architecture
    wanted = _ARCHITECTURES[tasks]
    results.summary += f", for {', '.join(sorted(there))}"
    if wanted in there:
        return
    others = [ours for ours, theirs in _ARCHITECTURES.items() if theirs in there]
    results.find(
        f"the image is for {', '.join(sorted(there)) or 'no platform'}, the tasks are {tasks}: "
        "they would end with exec format error",
        f"docker buildx build --platform linux/{wanted} …"
        + (f", or pulumi config set tap:cpuArchitecture {others[0]}" if others else ""),
    )


IMAGE = where_possible("image", _look, "account")
