"""The scope of a policy: which environments it is about, where, and what goes with them."""

import re
from dataclasses import dataclass
from functools import cache

from botocore.loaders import create_loader
from botocore.regions import EndpointResolver

from lib.names import suffix_problems
from lib.settings.errors import SettingsError

# What pull requests' environments are named: `pr7`. Never `pr*`, which `prod` has, too.
PREVIEW = "preview"
PREVIEW_SUFFIXES = tuple(f"pr{digit}*" for digit in range(10))

LONG_LIVED = "long-lived"

_ACCOUNT = re.compile(r"\d{12}")


@cache
def _partition(region: str) -> str:
    endpoints = EndpointResolver(create_loader().load_data("endpoints"))
    return endpoints.get_partition_for_region(region)


@dataclass(frozen=True)
class PolicyScope:
    """The environments by patterns of their suffixes, their region and account (`*`: any).

    `group` is what the bootstrap's names have: its state bucket, key and permissions boundary.
    `bounded` has roles be made and given rights with that boundary alone. `role_path` is that of
    `tap:rolePath`.
    """

    suffixes: tuple[str, ...]
    group: str
    region: str
    account: str = "*"
    bounded: bool = False
    role_path: str = "/"

    @property
    def partition(self) -> str:
        """The partition that the region belongs to, such as `aws`."""
        return _partition(self.region)

    @property
    def boundary(self) -> str:
        """The ARN of the permissions boundary."""
        return self.global_arn("iam", f"policy/flask-api-boundary-{self.group}")

    @property
    def key_alias(self) -> str:
        """The alias of the key that encrypts the secrets in the state."""
        return f"alias/flask-api-state-{self.group}"

    @property
    def state_bucket(self) -> str:
        """The name of the bucket that holds the state."""
        return f"flask-api-state-{self.group}-{self.account}"

    def arn(self, service: str, resource: str) -> str:
        """Return an ARN of the region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def global_arn(self, service: str, resource: str) -> str:
        """Return an ARN of the account, as IAM has them."""
        return f"arn:{self.partition}:{service}::{self.account}:{resource}"

    def named(self, resource: str) -> list[str]:
        """Return the resource part of an ARN for each suffix, which stands where `{suffix}` does.

        A suffix that ends in * takes in whatever comes after it.
        """
        before, _, after = resource.partition("{suffix}")
        names = [
            before + suffix + ("" if suffix.endswith("*") else after.replace("{suffix}", suffix))
            for suffix in self.suffixes
        ]
        return list(dict.fromkeys(names))


def read_scope(
    suffixes: str, region: str, account: str = "", boundary: bool = False, role_path: str = "/"
) -> PolicyScope:
    """Return the scope that an operator asks for.

    `suffixes` is `preview`, suffixes with commas between, or nothing: all environments. Raises
    SettingsError for what can't be meant.
    """
    problems = []
    if account and not _ACCOUNT.fullmatch(account):
        problems.append(f"--account is {account!r}; allowed: the twelve digits of an account")
    names = [each.strip() for each in suffixes.split(",") if each.strip()]
    preview = names == [PREVIEW]
    if not preview:
        problems += [line for each in names for line in suffix_problems(each, "--suffixes")]
    if problems:
        raise SettingsError(problems)
    return PolicyScope(
        suffixes=PREVIEW_SUFFIXES if preview else tuple(names) or ("*",),
        group=PREVIEW if preview else LONG_LIVED,
        region=region,
        account=account or "*",
        bounded=preview or boundary,
        role_path=role_path,
    )
