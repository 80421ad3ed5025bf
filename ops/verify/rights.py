"""The check of the roles: each allows what its service needs; and what each allows besides."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lib import policies
from lib.names import resource_name, vpc_log_group
from lib.settings.container_checks import referred_arn
from ops.checks import Results
from ops.clients import answers
from ops.inventory.environment import Environment
from ops.inventory.resource_type import FoundResource
from ops.verify.live_environment import LiveEnvironment
from ops.verify.statements import Grant, grants, missing

_SERVICES = {
    "execution-role": policies.TASKS_SERVICE,
    "task-role": policies.TASKS_SERVICE,
    "flow-log-role": policies.FLOW_LOGS_SERVICE,
}
# Those that each environment has.
ROLES = ("execution-role", "task-role")

_BREAKS = {
    "execution-role": "ECS can't start tasks",
    "task-role": "ECS Exec does not reach the tasks",
    "flow-log-role": "what the network refuses is not logged",
}


@dataclass
class LiveRole:
    """A role of the environment: what it allows in AWS, and what the program has it allow."""

    live: LiveEnvironment
    part: str
    found: FoundResource

    @property
    def _arn(self) -> list[str]:
        return str(self.found.arn).split(":")

    @cached_property
    def inline(self) -> dict[str, policies.Document]:
        """The documents of its own policies, by name."""
        iam, name = self.live.clients("iam"), self.found.name
        pages = answers(iam, "list_role_policies", {"RoleName": name})
        return {
            policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            for page in pages
            for policy in page["PolicyNames"]
        }

    @cached_property
    def attached(self) -> set[str]:
        """The ARNs of the managed policies that are attached to it."""
        which = {"RoleName": self.found.name}
        pages = answers(self.live.clients("iam"), "list_attached_role_policies", which)
        return {each["PolicyArn"] for page in pages for each in page["AttachedPolicies"]}

    @property
    def own_attached(self) -> set[str]:
        """The ARNs of the managed policies that the program attaches to it."""
        is_execution = self.part == "execution-role"
        return {policies.execution_policy(self._arn[1])} if is_execution else set()

    @property
    def allowed(self) -> list[Grant]:
        """What its own policies allow and deny."""
        return list(grants(self.inline.values()))

    @property
    def trusted(self) -> list[Grant]:
        """Who may take it."""
        return list(grants([self.found.description["AssumeRolePolicyDocument"]]))

    @property
    def own_trusted(self) -> list[Grant]:
        """Who may take it, as the program has it."""
        return list(grants([policies.trust(_SERVICES[self.part], self._arn[4])]))

    @property
    def own_allowed(self) -> list[Grant]:
        """What the program has it allow, without the secrets of settings."""
        if self.part == "execution-role":
            return list(grants([policies.read_secrets([self.live.environment.secret.id])]))
        if self.part == "flow-log-role":
            name = vpc_log_group(self.live.suffix)
            arn = str(self.live.environment.named("log group", name).arn).removesuffix(":*")
            return list(grants([policies.write_flow_logs(arn)]))
        exec_is_on = self.live.service.get("enableExecuteCommand")
        return list(grants([policies.exec_channels()] if exec_is_on else []))

    @property
    def needed(self) -> list[Grant]:
        """What it has to allow: with the secrets that the containers refer to."""
        if self.part != "execution-role":
            return self.own_allowed
        arns = {
            referred_arn(each["valueFrom"])
            for container in self.live.running_definition["containerDefinitions"]
            for each in container.get("secrets", ())
            if each["valueFrom"].startswith("arn:")
        }
        return [*self.own_allowed, *grants([policies.read_references(arns, ())] if arns else [])]

    @property
    def settings_allowed(self) -> list[Grant]:
        """What policies for the secrets of settings allow that the program made, by their names."""
        prefix = resource_name("execution-reads-", "").removesuffix("-")
        made = (
            document
            for name, document in self.inline.items()
            if name.startswith(prefix)
            and name == resource_name(f"execution-reads-{_digest(document)}", self.live.suffix)
        )
        return list(grants(made))


def _digest(document: Mapping[str, Any]) -> str:
    """Return the digest of a document, as the program writes it, whatever AWS has made of it."""
    arns: dict[str, list[str]] = {}
    for grant in grants([document]):
        arns.setdefault(grant.action, []).append(grant.resource)
    keys = arns.pop("kms:Decrypt", [])
    read = [arn for several in arns.values() for arn in several]
    try:
        written = policies.read_references(read, keys)
    except IndexError:
        return ""
    same = set(grants([written])) == set(grants([document]))
    return policies.document_digest(written) if same else ""


def live_roles(live: LiveEnvironment) -> Iterator[LiveRole]:
    """Give the roles that there are."""
    environment: Environment = live.environment
    names = {resource_name(part, live.suffix): part for part in _SERVICES}
    for found in environment.find("IAM role"):
        if found.name in names:
            yield LiveRole(live, names[found.name], found)


def check_rights(live: LiveEnvironment, results: Results) -> None:
    """Find what roles lack, and what comes of it."""
    roles = list(live_roles(live))
    results.summary = ", ".join(role.found.name for role in roles)
    for role in roles:
        lacks = [str(each) for each in missing(role.allowed, role.needed)]
        lacks += sorted(role.own_attached - role.attached)
        if missing(role.trusted, role.own_trusted):
            lacks.append(f"the trust of {_SERVICES[role.part]}")
        for each in lacks:
            results.find(
                f"{role.found.name} lacks {each}: {_BREAKS[role.part]}",
                f"`make up SUFFIX={live.suffix}` gives it again",
            )
