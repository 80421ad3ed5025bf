"""The living environment: where it is not, and can't become, what it is asked to be."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lib.database.aurora import DATABASE_NAME, MASTER_USERNAME
from lib.names import resource_name
from lib.settings.schema import FIELDS, Settings
from ops.asked import Asked
from ops.inventory.environment import Environment

# Returns what AWS has of a setting, as Settings has it; None where it has nothing of it.
_Look = Callable[[Environment], Any]


def _network(environment: Environment) -> Any:
    vpcs = environment.find("VPC")
    return vpcs[0].description["CidrBlock"] if vpcs else None


def _zones(environment: Environment) -> Any:
    subnets = environment.find("subnet")
    return tuple(sorted({each.description["AvailabilityZone"] for each in subnets})) or None


def _role_path(environment: Environment) -> Any:
    roles = environment.find("IAM role")
    return roles[0].description["Path"] if roles else None


# What AWS can't change in place, and the program leaves as it is: another value would replace what
# there is.
_FIXED: Mapping[str, _Look] = {"vpcCidr": _network, "zones": _zones, "rolePath": _role_path}


def fixed_problems(environment: Environment, asked: Asked) -> list[str]:
    """Tell which settings that are fixed at creation differ from what AWS has.

    Zones that are not given are AWS's choice of that time. Raises ClientError when AWS does not
    answer.
    """
    return list(_fixed_problems(environment, asked))


def _fixed_problems(environment: Environment, asked: Asked) -> Iterator[str]:
    given = asked.of("tap")
    for key, look in ((key, look) for key, look in _FIXED.items() if key in FIELDS):
        wanted = _plain(_setting(asked.settings, key))
        if not wanted or (there := look(environment)) is None or _same(there, wanted):
            continue
        source = "" if key in given else " (the default)"
        yield (
            f"tap:{key} is {_text(wanted)}{source}, but the environment {environment.suffix} was "
            f"made with {_text(there)}, which can't change; allowed: {_text(there)} "
            f"(pulumi config set tap:{key} {_text(there)}), or a new environment"
        )


def _setting(settings: Settings, key: str) -> Any:
    name = FIELDS[key].name
    groups = (getattr(settings, group) for group in vars(settings))
    return next(getattr(group, name) for group in groups if hasattr(group, name))


def _plain(value: Any) -> Any:
    return tuple(sorted(value)) if isinstance(value, tuple) else value


def _same(there: Any, wanted: Any) -> bool:
    return set(there) <= set(wanted) if isinstance(wanted, tuple) else there == wanted


def _text(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def version_problems(environment: Environment, asked: Asked) -> list[str]:
    """Tell whether the database runs a later version than tap:databaseEngineVersion says.

    AWS upgrades what it no longer supports. The provider then passes over the setting, or fails
    with "Cannot upgrade"; a database can't go back.
    """
    wanted = asked.settings.database.database_engine_version
    clusters = environment.find("Aurora cluster")
    if wanted is None or not clusters:
        return []
    running = clusters[0].description["EngineVersion"]
    if _numbers(wanted) >= _numbers(running):
        return []
    return [
        f"Aurora runs {running}, tap:databaseEngineVersion says {wanted}: it was upgraded since, "
        f"and can't go back; allowed: {running} or later "
        f"(pulumi config set tap:databaseEngineVersion {running})"
    ]


def database_differences(environment: Environment) -> list[str]:
    """Tell what of the database is not as the program has it, and can't become so in place.

    No setting decides it: a cluster that was restored or made by hand may differ. Raises
    ClientError when AWS does not answer.
    """
    clusters = environment.find("Aurora cluster")
    if not clusters:
        return []
    cluster, subnets = clusters[0].description, resource_name("aurora-subnets", environment.suffix)
    wanted = {
        "master user": (cluster.get("MasterUsername"), MASTER_USERNAME),
        "database": (cluster.get("DatabaseName"), DATABASE_NAME),
        "subnet group": (cluster.get("DBSubnetGroup"), subnets),
        "encryption": (_on(cluster.get("StorageEncrypted")), _on(True)),
    }
    return [
        f"the {what} of {clusters[0].name} is {there}, the program's is {ours}, and it can't "
        "change in place; make another environment, and move the data there"
        for what, (there, ours) in wanted.items()
        if there not in (None, ours)
    ]


def _on(flag: bool | None) -> str | None:
    return None if flag is None else "on" if flag else "off"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split(".") if number.isdigit())
