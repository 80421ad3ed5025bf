"""The environment that a command looks at: its suffix, where it is, and with whose eyes.

Nothing here needs the Pulumi CLI: the stack's file is read as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from lib.names import is_stack_of, suffix_problems
from lib.settings.errors import SettingsError
from ops.account import Account, find_account
from ops.asked import Asked, file_texts
from ops.clients import Clients
from ops.errors import CommandError
from ops.inventory.environment import Environment
from ops.pulumi_cli import ROOT
from ops.region import Region, region_to_look_in, stack_region
from ops.request import short_name


@dataclass(frozen=True)
class LookRequest:
    """What an operator asks a command that looks at an environment.

    `region` is that of `--region`; `stack` chooses a stack's file by the stack's whole name;
    `config` is what `--config` adds to the file, by whole key; `folder` is the project's. Raises
    SettingsError for a suffix that is missing or can't be used.
    """

    command: str
    suffix: str
    region: str = ""
    stack: str = ""
    json: bool = False
    config: Mapping[str, str | None] = field(default_factory=dict)
    folder: Path = ROOT

    def __post_init__(self) -> None:
        problems = suffix_problems(self.suffix, "SUFFIX")
        if not self.suffix:
            problems = [f"SUFFIX is missing; say which environment: make {self.command} SUFFIX=dev"]
        if problems:
            raise SettingsError(problems)

    @cached_property
    def file(self) -> Path | None:
        """The stack's file; None where there is none.

        A stack whose name only ends in the suffix (`shop-dev`) may hold another environment: its
        file is used where STACK names it, or where it says so itself (tap:environmentSuffix).
        """
        if self.stack:
            path = self.folder / f"Pulumi.{short_name(self.stack)}.yaml"
            return path if path.exists() else None
        for path in sorted(self.folder.glob("Pulumi.*.yaml")):
            name = path.name.removeprefix("Pulumi.").removesuffix(".yaml")
            if is_stack_of(name, self.suffix):
                return path
            if name.endswith(f"-{self.suffix}"):
                said = file_texts(path).get("tap:environmentSuffix")
                if said == self.suffix:
                    return path
        return None

    @cached_property
    def asked(self) -> Asked:
        """What the stack's file and `--config` ask for; raises SettingsError for a broken file."""
        stored = file_texts(self.file) if self.file else {}
        return Asked({**stored, **self.config})


@dataclass(frozen=True)
class Target:
    """An environment to look at, and the clients with which to do so."""

    request: LookRequest
    region: Region
    account: Account
    clients: Clients

    @property
    def suffix(self) -> str:
        """The suffix of the environment."""
        return self.request.suffix

    @cached_property
    def environment(self) -> Environment:
        """What the environment has in AWS."""
        return Environment(self.clients, self.suffix)


def find_target(request: LookRequest) -> Target:
    """Find where an environment is and with which credentials it is looked at.

    Raises SettingsError for a region that there is not, CommandError, in one line, where the
    credentials can't be used.
    """
    region = region_of(request)
    account = find_account(request.asked.of("aws"), region)
    if account.clients is None:
        raise CommandError(
            f"The stack's credentials come from {account.credentials}, which only the provider can "
            "follow; take it out of the stack's file, or give it to the AWS CLI's own settings."
        )
    return Target(request, region, account, account.clients)


def region_of(request: LookRequest) -> Region:
    """Return the region to look in; raises SettingsError for one that there is not."""
    # What `make up` would do, a variable of the shell does not move.
    if request.command == "doctor" and not request.region:
        return stack_region(request.asked.of("aws").get("region"))
    return region_to_look_in(request.region)
