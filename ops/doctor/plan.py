"""What an `up` would work with: environment, settings, stack; each found when it is asked for."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lib.database.aurora import ENGINE, WANTED_VERSION, first_preferred
from lib.names import resource_name
from lib.settings.errors import SettingsError
from lib.settings.schema import Settings
from lib.zones import choose_zones
from ops.account import Account, AccountError, find_account
from ops.asked import Asked
from ops.checks import Check, Results
from ops.clients import Clients, answers
from ops.inventory.environment import LANDMARKS, Environment
from ops.inventory.tags import tags_of
from ops.job import Job
from ops.pulumi_cli import PulumiCli
from ops.region import Region
from ops.request import Request
from ops.stacks import Stack, choose_stack
from ops.target import LookRequest, Target, region_of

# Pulumi's own, beside what is in AWS.
_NOT_IN_AWS = ("pulumi:", "tap:", "random:")


# Each of its parts is found once, however many checks ask for it.
@dataclass(frozen=True)
class Plan:
    """What an `up` of an environment would work with.

    `refused` is what keeps the credentials from being used, if anything does. `job` is the `up`
    itself, where that has begun: its stack and its settings count then, and the Pulumi CLI is not
    asked again.
    """

    target: Target
    refused: str | None = None
    job: Job | None = None

    @property
    def suffix(self) -> str:
        """The suffix of the environment."""
        return self.target.suffix

    @property
    def region(self) -> str:
        """The name of the region."""
        return self.target.region.name

    @property
    def clients(self) -> Clients:
        """The clients of the region."""
        return self.target.clients

    @property
    def environment(self) -> Environment:
        """What the environment has in AWS."""
        return self.target.environment

    @property
    def can_ask(self) -> bool:
        """Tell whether AWS can be asked at all."""
        return self.refused is None and self.target.account.clients is not None

    def name(self, part: str) -> str:
        """Return the name of a part of the environment."""
        return resource_name(part, self.suffix)

    def elsewhere(self, region: str) -> Clients:
        """Return clients of another region, with the same credentials."""
        if region == self.region:
            return self.clients
        return Clients(Region(region, "a setting"), self.clients.session)

    @cached_property
    def asked(self) -> Asked:
        """What the stack's file and `--config` ask for."""
        return self.job.asked if self.job else self.target.request.asked

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with the settings by themselves."""
        try:
            _ = self.asked.settings
        except SettingsError as error:
            return tuple(error.problems)
        return ()

    @property
    def settings(self) -> Settings:
        """The settings; raises SettingsError where they can't be used."""
        return self.asked.settings

    @cached_property
    def cli(self) -> PulumiCli:
        """The Pulumi CLI; raises CommandError where there is none."""
        return self.job.cli if self.job else PulumiCli(self.target.request.folder)

    @cached_property
    def backend(self) -> str:
        """The whole address of the backend, which may hold credentials: never to be printed.

        Raises CommandError where the CLI is not logged in to one that answers.
        """
        return json.loads(self.cli.must("whoami", "--json"))["url"]

    @cached_property
    def stack(self) -> Stack:
        """The stack of the environment; raises CommandError where it can't be told."""
        if self.job:
            return self.job.stack
        return choose_stack(self.cli, Request("up", self.suffix, stack=self.target.request.stack))

    @property
    def held(self) -> frozenset[str]:
        """The ids and names of what the stack holds in AWS, as its state has them.

        Raises CommandError where the stack can't be looked at.
        """
        state = self.stack.state
        resources = state.resources if state else ()
        return frozenset(
            text
            for each in resources
            if not str(each["type"]).startswith(_NOT_IN_AWS)
            for text in (each.get("id"), each["urn"].rpartition("::")[2])
            if text
        )

    @cached_property
    def is_living(self) -> bool:
        """Tell whether the environment is there, by its own tags; raises ClientError."""
        return any(
            tags_of(each.description).get("EnvironmentSuffix") == self.suffix
            for type_name in LANDMARKS
            for each in self.environment.find(type_name)
        )

    @cached_property
    def offered_zones(self) -> Sequence[Mapping[str, Any]]:
        """The proper zones of the region, no Local Zones, as EC2 describes them."""
        filters = [{"Name": "zone-type", "Values": ["availability-zone"]}]
        answer = self.clients("ec2").describe_availability_zones(Filters=filters)
        return answer["AvailabilityZones"]

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones that the program would choose; raises SettingsError where it can't."""
        offered = {each["ZoneName"]: each["ZoneId"] for each in self.offered_zones}
        return choose_zones(offered, self.settings.network.zones, self.region)

    @property
    def cluster(self) -> Mapping[str, Any] | None:
        """The database cluster as RDS describes it; None where there is none."""
        clusters = self.environment.find("Aurora cluster")
        return clusters[0].description if clusters else None

    @cached_property
    def offered_versions(self) -> tuple[str, ...]:
        """The versions of Aurora PostgreSQL that the region offers."""
        return tuple(
            each["EngineVersion"]
            for answer in answers(
                self.clients("rds"), "describe_db_engine_versions", {"Engine": ENGINE}
            )
            for each in answer["DBEngineVersions"]
            if each.get("Status", "available") == "available"
        )

    @property
    def version(self) -> str:
        """The database's version after an `up`, by the program's rule (lib/database)."""
        if asked := self.settings.database.database_engine_version:
            return asked
        if self.cluster:
            return self.cluster["EngineVersion"]
        return first_preferred(self.offered_versions) or WANTED_VERSION


def make_plan(request: LookRequest) -> Plan:
    """Find what an `up` would work with, from the stack's file and the command line.

    Credentials that can't be used are no error here. Raises SettingsError for a file that can't be
    read and for a region that there is not.
    """
    region = region_of(request)
    try:
        account, refused = find_account(request.asked.of("aws"), region), None
    except AccountError as error:
        account, refused = error.account or Account(None, "no credentials", None), str(error)
    return Plan(Target(request, region, account, account.clients or Clients(region)), refused)


def plan_of(job: Job, account: Account) -> Plan:
    """Return what an `up` that has begun works with; `account` is one that AWS knows."""
    request = LookRequest("up", job.request.suffix, stack=job.stack.name, folder=job.cli.folder)
    return Plan(
        Target(request, job.region, account, account.clients or Clients(job.region)), None, job
    )


def where_possible(
    name: str,
    look: Callable[[Plan, Results], None],
    *causes: str,
    needs_settings: bool = True,
    needs_aws: bool = True,
) -> Check[Plan]:
    """Return a check that looks where AWS can be asked and the settings can be read."""

    def look_or_say_why_not(plan: Plan, results: Results) -> None:
        if needs_aws and not plan.can_ask:
            results.miss("not looked at: AWS can't be asked (see account)")
        elif needs_settings and plan.problems:
            results.miss("not looked at: the settings can't be used (see settings)")
        else:
            look(plan, results)

    return Check(name, look_or_say_why_not, causes)


def said(problem: str, otherwise: str) -> tuple[str, str]:
    """Split a problem into what is wrong and what to do; `otherwise` is that where it says none."""
    words, _, advice = problem.partition("; ")
    return words, advice or otherwise
