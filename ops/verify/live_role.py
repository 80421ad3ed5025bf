"""A role of the environment: what it allows in AWS, and what the program has it allow."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lib.names import resource_name, vpc_log_group
from lib.policies import (
    FLOW_LOGS_SERVICE,
    TASKS_SERVICE,
    Document,
    document_digest,
    exec_channels,
    execution_policy,
    read_references,
    read_secrets,
    trust,
    write_flow_logs,
)
from lib.settings.container_checks import referred_arn
from ops.clients import answers
from ops.inventory.environment import Environment
from ops.inventory.resource_type import FoundResource
from ops.verify.packet_rules import Entry
from ops.verify.statements import Grant, grants

# The part of each role's name -> the service that takes it.
SERVICES = {
    "execution-role": TASKS_SERVICE,
    "task-role": TASKS_SERVICE,
    "flow-log-role": FLOW_LOGS_SERVICE,
}


@dataclass
class LiveRole:
    """A role of the environment: what it allows in AWS, and what the program has it allow."""

    environment: Environment
    part: str
    found: FoundResource

    @property
    def _arn(self) -> list[str]:
        return str(self.found.arn).split(":")

    @cached_property
    def inline(self) -> dict[str, Document]:
        """The documents of its own policies, by name."""
        iam, name = self.environment.clients("iam"), self.found.name
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
        pages = answers(self.environment.clients("iam"), "list_attached_role_policies", which)
        return {each["PolicyArn"] for page in pages for each in page["AttachedPolicies"]}

    @property
    def own_attached(self) -> set[str]:
        """The ARNs of the managed policies that the program attaches to it."""
        is_execution = self.part == "execution-role"
        return {execution_policy(self._arn[1])} if is_execution else set()

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
        return list(grants([trust(SERVICES[self.part], self._arn[4])]))

    def own_allowed(self, service: Entry) -> list[Grant]:
        """Return what the program has it allow, without the secrets of settings.

        `service` is what ECS says of the service.
        """
        if self.part == "execution-role":
            return list(grants([read_secrets([self.environment.secret.id])]))
        if self.part == "flow-log-role":
            name = vpc_log_group(self.environment.suffix)
            arn = str(self.environment.named("log group", name).arn).removesuffix(":*")
            return list(grants([write_flow_logs(arn)]))
        exec_is_on = service.get("enableExecuteCommand")
        return list(grants([exec_channels()] if exec_is_on else []))

    def needed(self, service: Entry, definition: Entry) -> list[Grant]:
        """Return what it has to allow: with the secrets that a task definition refers to."""
        own = self.own_allowed(service)
        if self.part != "execution-role":
            return own
        arns = {
            referred_arn(each["valueFrom"])
            for container in definition["containerDefinitions"]
            for each in container.get("secrets", ())
            if each["valueFrom"].startswith("arn:")
        }
        return [*own, *grants([read_references(arns, ())] if arns else [])]

    @property
    def settings_allowed(self) -> list[Grant]:
        """What policies for the secrets of settings allow that the program made, by their names."""
        suffix = self.environment.suffix
        made = {
            name: resource_name(f"execution-reads-{_digest(document)}", suffix)
            for name, document in self.inline.items()
        }
        return list(grants(self.inline[name] for name, own in made.items() if name == own))


def _digest(document: Mapping[str, Any]) -> str:
    """Return the digest of a document, as the program writes it, whatever AWS has made of it."""
    arns: dict[str, list[str]] = {}
    for grant in grants([document]):
        arns.setdefault(grant.action, []).append(grant.resource)
    keys = arns.pop("kms:Decrypt", [])
    read = [arn for several in arns.values() for arn in several]
    try:
        written = read_references(read, keys)
    except IndexError:
        return ""
    same = set(grants([written])) == set(grants([document]))
    return document_digest(written) if same else ""


def live_roles(environment: Environment) -> tuple[LiveRole, ...]:
    """Return the roles that there are."""
    names = {resource_name(part, environment.suffix): part for part in SERVICES}
    return tuple(
        LiveRole(environment, names[found.name], found)
        for found in environment.find("IAM role")
        if found.name in names
    )
