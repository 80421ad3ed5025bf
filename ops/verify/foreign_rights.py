"""Rights that the program did not give: to its roles, and by policies of secret and repository."""

import json
from collections.abc import Iterator

from botocore.exceptions import ClientError

from lib.names import resource_name
from ops.checks import Results
from ops.verify.live_environment import LiveEnvironment
from ops.verify.live_role import LiveRole
from ops.verify.statements import grants, wider

# How AWS says that a repository has no policy.
_NO_POLICY = "RepositoryPolicyNotFoundException"


def check_foreign_rights(live: LiveEnvironment, results: Results) -> None:
    """Find who may do more than the program gave leave for."""
    for role in live.roles:
        _check_role(live, role, results)
    _check_roles_in_use(live, results)
    _check_resource_policies(live, results)


def _check_role(live: LiveEnvironment, role: LiveRole, results: Results) -> None:
    name = role.found.name
    for arn in sorted(role.attached - role.own_attached):
        results.find(
            f"{name} has the policy {arn}, which the program did not attach",
            f"`aws iam detach-role-policy --role-name {name} --policy-arn {arn}`",
        )
    own = [*role.own_allowed(live.service), *role.settings_allowed]
    for policy, document in role.inline.items():
        if more := wider(grants([document]), own):
            results.find(
                f"{name} allows more than the program gave it, in {policy}: {more[0]}",
                f"`aws iam delete-role-policy --role-name {name} --policy-name {policy}`, then "
                f"`make up SUFFIX={live.suffix}`",
            )
    for grant in wider(role.trusted, role.own_trusted):
        results.find(
            f"{name} may be taken by others: {grant}",
            f"`make up SUFFIX={live.suffix}` writes its trust policy again",
        )


def _check_roles_in_use(live: LiveEnvironment, results: Results) -> None:
    """Find where the tasks run with roles that are not the environment's."""
    for part, member in (("execution-role", "executionRoleArn"), ("task-role", "taskRoleArn")):
        arn = live.running_definition.get(member, "none")
        if arn.rpartition("/")[2] != resource_name(part, live.suffix):
            results.find(
                f"the tasks run with another role than {resource_name(part, live.suffix)}: {arn}",
                f"`make up SUFFIX={live.suffix}` deploys the program's own task definition",
            )


def _check_resource_policies(live: LiveEnvironment, results: Results) -> None:
    """Find who else may read the secret, or push and pull images."""
    region = live.clients.region.name
    for name, text, command in _resource_policies(live):
        if text:
            results.find(
                f"{name} has a resource policy, and the program gave it none: {text}",
                f"`aws {command} --region {region}`",
            )


def _resource_policies(live: LiveEnvironment) -> Iterator[tuple[str, str, str]]:
    """Give name, first grant and command of removal of each resource that may have a policy."""
    secret = live.environment.secret
    answer = live.clients("secretsmanager").get_resource_policy(SecretId=secret.id)
    yield (
        secret.name,
        _first_grant(answer.get("ResourcePolicy")),
        f"secretsmanager delete-resource-policy --secret-id {secret.name}",
    )
    for repository in live.environment.find("ECR repository"):
        try:
            text = live.clients("ecr").get_repository_policy(repositoryName=repository.name)
        except ClientError as error:
            if error.response["Error"]["Code"] != _NO_POLICY:
                raise
            continue
        yield (
            repository.name,
            _first_grant(text.get("policyText")),
            f"ecr delete-repository-policy --repository-name {repository.name}",
        )


def _first_grant(text: str | None) -> str:
    """Say what a resource policy allows first; nothing where it allows nothing."""
    allowed = wider(grants([json.loads(text)]), ()) if text else []
    return str(allowed[0]) if allowed else ""
