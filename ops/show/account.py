"""All environments of an account's region: by exact names, and by tags where they say otherwise."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from lib.names import resource_name, suffix_problems
from lib.service.container import CONTAINER_NAME
from ops.account import Account
from ops.checks import unseen
from ops.clients import Clients, answers, task_definition
from ops.inventory.calls import ROLES
from ops.inventory.roles import regions_of_roles
from ops.inventory.side_by_side import side_by_side
from ops.inventory.tags import tags_of
from ops.region import Region
from ops.report import Unseen
from ops.show.model import AccountShown, EnvironmentLine

# As many clusters as DescribeClusters takes; as many roles as ListRoles gives.
_CLUSTERS_A_CALL = 100
_ROLES_A_PAGE = 1000

_ROLE = "IAM role"

# What is there of a suffix: a type -> what AWS says of it.
_There = dict[str, Mapping[str, Any]]

_Answer = TypeVar("_Answer")


@dataclass
class _Account:
    """The account's region, what each suffix has in it, and what could not be looked at."""

    clients: Clients
    there: dict[str, _There] = field(default_factory=dict)
    roles: set[str] = field(default_factory=set)
    unseen: list[Unseen] = field(default_factory=list)

    def note(self, type_name: str, part: str, name: str, described: Mapping[str, Any]) -> None:
        """Note a resource that has the name of a part, unless its tags name another environment."""
        suffix = name.removeprefix(resource_name(part, ""))
        is_named = suffix != name and not suffix_problems(suffix)
        if is_named and tags_of(described).get("EnvironmentSuffix", suffix) == suffix:
            self.there.setdefault(suffix, {})[type_name] = described


def look_at_account(account: Account, region: Region, clients: Clients) -> AccountShown:
    """Return a line for each environment; raises BotoCoreError where nothing can be asked."""
    looked = _Account(clients)
    side_by_side(partial(_tried, looked, look) for look in (_clusters, _vpcs, _databases, _roles))
    found = side_by_side(
        partial(_line, looked, suffix, there) for suffix, there in sorted(looked.there.items())
    )
    lines = [line for line in found if line is not None]
    count = len(lines)
    verdict = f"{count or 'No'} environment{'s' * (count != 1)} in {region}."
    if looked.unseen:
        verdict = f"{verdict[:-1]}; {len(looked.unseen)} could not be looked at."
    return AccountShown(
        region=region.name,
        account=account.number,
        verdict=verdict,
        exit_code=3 if looked.unseen else 0,
        environments=tuple(lines),
        unseen=tuple(looked.unseen),
    )


def _tried(looked: _Account, look: Callable[[_Account], _Answer]) -> _Answer | None:
    """Return what a look finds; what AWS refuses is noted as not looked at."""
    try:
        return look(looked)
    except (ClientError, ResponseParserError) as error:
        looked.unseen.append(unseen(error))
        return None


def _clusters(looked: _Account) -> None:
    ecs, start = looked.clients("ecs"), f":cluster/{resource_name('cluster', '')}"
    listed = (arn for page in answers(ecs, "list_clusters", {}) for arn in page["clusterArns"])
    arns = [arn for arn in listed if start in arn]
    for index in range(0, len(arns), _CLUSTERS_A_CALL):
        asked = {"clusters": arns[index : index + _CLUSTERS_A_CALL], "include": ["TAGS"]}
        for each in ecs.describe_clusters(**asked)["clusters"]:
            if each["status"] != "INACTIVE":
                looked.note("ECS cluster", "cluster", each["clusterName"], each)


def _vpcs(looked: _Account) -> None:
    filters = {"Filters": [{"Name": "tag:Name", "Values": [resource_name("vpc", "*")]}]}
    for page in answers(looked.clients("ec2"), "describe_vpcs", filters):
        for each in page["Vpcs"]:
            looked.note("VPC", "vpc", tags_of(each)["Name"], each)


def _databases(looked: _Account) -> None:
    for page in answers(looked.clients("rds"), "describe_db_clusters", {}):
        for each in page["DBClusters"]:
            looked.note("Aurora cluster", "aurora", each["DBClusterIdentifier"], each)


def _roles(looked: _Account) -> None:
    given = {"PaginationConfig": {"PageSize": _ROLES_A_PAGE}}
    for page in looked.clients("iam").get_paginator("list_roles").paginate(**given):
        for each in page["Roles"]:
            looked.roles.add(each["RoleName"])
            for part in ROLES:
                looked.note(_ROLE, part, each["RoleName"], each)


def _is_elsewhere(looked: _Account, suffix: str, there: _There) -> bool:
    """Tell whether all that there is are roles of another region's environment."""
    if there.keys() != {_ROLE}:
        return False
    names = looked.roles & {resource_name(part, suffix) for part in ROLES}
    regions = _tried(looked, lambda looked: regions_of_roles(looked.clients, sorted(names)))
    return bool(regions) and looked.clients.region.name not in (regions or ())


def _line(looked: _Account, suffix: str, there: _There) -> EnvironmentLine | None:
    if _is_elsewhere(looked, suffix, there):
        return None
    described = next(iter(there.values()))
    for name in ("Aurora cluster", "VPC", "ECS cluster"):
        described = there.get(name, described)
    tags = tags_of(described)
    more: dict[str, Any] = {"left": tuple(sorted(there))}
    if "ECS cluster" in there:
        more = _tried(looked, partial(_service, suffix=suffix)) or {}
    return EnvironmentLine(
        environment=suffix,
        author=tags.get("Author"),
        repository=tags.get("Repository"),
        **more,
    )


def _service(looked: _Account, suffix: str) -> dict[str, Any]:
    ecs = looked.clients("ecs")
    asked = {"cluster": resource_name("cluster", suffix)}
    found = ecs.describe_services(**asked, services=[resource_name("service", suffix)])["services"]
    living = [each for each in found if each["status"] != "INACTIVE"]
    if not living:
        return {}
    service = living[0]
    definition = task_definition(looked.clients, service["taskDefinition"])
    containers = definition["containerDefinitions"]
    return {
        "image": next(
            (each["image"] for each in containers if each["name"] == CONTAINER_NAME), None
        ),
        "since": next(_began(service), None),
        "running": service["runningCount"],
        "desired": service["desiredCount"],
    }


def _began(service: Mapping[str, Any]) -> Iterator[Any]:
    deployments = service.get("deployments", [])
    return (each["createdAt"] for each in deployments if each["status"] == "PRIMARY")
