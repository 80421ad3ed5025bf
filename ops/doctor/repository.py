"""A look at what `destroy` would take with it: the images in the repository.

CloudFormation refuses to remove a repository that is not empty; this program removes it.
"""

from ops.checks import Results
from ops.clients import answers
from ops.doctor.plan import Plan, where_possible


def _look(plan: Plan, results: Results) -> None:
    found = plan.environment.find("ECR repository")
    if not found:
        results.summary = "none yet"
        return
    name = found[0].name
    listed = answers(plan.clients("ecr"), "list_images", {"repositoryName": name})
    digests = {each["imageDigest"] for answer in listed for each in answer["imageIds"]}
    results.summary = f"{name}, {len(digests)} image{'' if len(digests) == 1 else 's'}"
    if digests:
        results.note("`make destroy` removes the repository with its images")


REPOSITORY = where_possible("repository", _look, "account", needs_settings=False)
