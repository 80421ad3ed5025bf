"""The check of what Aurora is asked for: the version, and the class that is ordered with it."""

from collections.abc import Iterator, Mapping
from typing import Any

from lib.database.aurora import ENGINE, major_version
from lib.settings.errors import SettingsError
from ops.checks import Results
from ops.clients import answers
from ops.doctor.plan import Plan, where_possible
from ops.living import version_problems

# As many as fit a line.
_MOST_NAMED = 8


def _look(plan: Plan, results: Results) -> None:
    version, wanted = plan.version, plan.settings.database
    name, number = wanted.database_instance_class, wanted.database_instances
    results.summary = f"Aurora PostgreSQL {version}, {number} × {name}"
    running = plan.cluster["EngineVersion"] if plan.cluster else None
    if version_problems(plan.environment, plan.asked):
        # It can't go back to that version, offered or not: the check `living` says so.
        return
    if version not in plan.offered_versions:
        if version == running:
            results.note(f"the region no longer offers {version}; what runs goes on with it")
        else:
            _tell_versions(plan, version, results)
            return
    there = [
        each.description["DBInstanceClass"] for each in plan.environment.find("Aurora instance")
    ]
    if version == running and set(there) == {name} and number <= len(there):
        # What is there need not be ordered.
        return
    _look_at_class(plan, version, results)


def _tell_versions(plan: Plan, version: str, results: Results) -> None:
    major = f"{major_version(version)}."
    others = [each for each in plan.offered_versions if each.startswith(major)]
    named = others or list(plan.offered_versions)
    results.find(
        f"the region {plan.region} does not offer Aurora PostgreSQL {version}",
        f"pulumi config set tap:databaseEngineVersion {named[-1]}; offered: {', '.join(named)}"
        if named
        else "name another region in lib/AWS_REGION",
    )


def _look_at_class(plan: Plan, version: str, results: Results) -> None:
    name = plan.settings.database.database_instance_class
    options = list(_orderable(plan, EngineVersion=version, DBInstanceClass=name))
    if not options:
        classes = sorted(
            {each["DBInstanceClass"] for each in _orderable(plan, EngineVersion=version)}
        )
        small = [each for each in classes if each.endswith((".medium", ".large"))] or classes
        results.find(
            f"{name} can't be ordered with Aurora PostgreSQL {version} in {plan.region}",
            f"pulumi config set tap:databaseInstanceClass …; it can be one of "
            f"{', '.join(small[:_MOST_NAMED])}"
            if small
            else "choose another version: pulumi config set tap:databaseEngineVersion …",
        )
        return
    zones = {zone["Name"] for each in options for zone in each.get("AvailabilityZones", ())}
    try:
        wanted = plan.zones
    except SettingsError:
        return
    if missing := [zone for zone in wanted if zone not in zones]:
        words = f"{name} is not offered in {', '.join(missing)}"
        if len(missing) < len(wanted):
            results.note(f"{words}: all instances are in the other zone")
        else:
            results.find(
                words,
                f"pulumi config set tap:zones {','.join(sorted(zones)[:2])}, or another "
                "tap:databaseInstanceClass",
            )


def _orderable(plan: Plan, **filters: str) -> Iterator[Mapping[str, Any]]:
    arguments = {"Engine": ENGINE, "Vpc": True, **filters}
    client = plan.clients("rds")
    for answer in answers(client, "describe_orderable_db_instance_options", arguments):
        yield from answer["OrderableDBInstanceOptions"]


DATABASE = where_possible("database", _look, "zones")
