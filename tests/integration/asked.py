"""The settings that were asked for, and which of them AWS does not have so."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from lib.names import camel_case
from lib.service.container import image_name
from lib.settings.errors import SettingsError
from lib.settings.schema import FIELDS, Settings
from lib.settings.texts import unknown_key_problems
from tests.integration.observed import ObservedSettings

# Settings by the names of their fields, with what was asked for.
Asked = Mapping[str, Any]

# Of these the program's output has the names alone, with commas between.
_NAMES_ALONE = ("environment", "secrets")


def asked_settings(variables: Mapping[str, str]) -> Asked | None:
    """Return what TAP_PROFILE and TAP_SETTINGS ask for, the defaults among it; None if nothing.

    TAP_SETTINGS is what `pulumi stack output settings --json` says, or as much of it as is to be
    checked. Raises SettingsError for what no stack can have.
    """
    profile, text = variables.get("TAP_PROFILE"), variables.get("TAP_SETTINGS")
    if not profile and not text:
        return None
    given = _read(text or "{}")
    problems = [*unknown_key_problems(given)]
    values = defaults(profile or given.get("profile", "standard"))
    for key in given.keys() & FIELDS.keys():
        value = FIELDS[key].check.parse(given[key])
        if not (key in _NAMES_ALONE and isinstance(value, str)):
            problems += FIELDS[key].check.problems(key, value)
        values[FIELDS[key].name] = value
    if problems:
        raise SettingsError([f"TAP_SETTINGS: {problem}" for problem in problems])
    return values


def defaults(profile: str = "standard") -> dict[str, Any]:
    """Return the settings of a profile; raises SettingsError for one that there is not."""
    settings = Settings.of(profile)
    groups = [getattr(settings, group.name) for group in fields(settings)]
    return {item.name: getattr(group, item.name) for group in groups for item in fields(group)}


def _read(text: str) -> dict[str, str]:
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise SettingsError(
            [
                "TAP_SETTINGS is no JSON object; allowed: settings by key, as "
                "`pulumi stack output settings --json` has them"
            ]
        )
    return {
        key.removeprefix("tap:"): value if isinstance(value, str) else json.dumps(value)
        for key, value in given.items()
    }


def differences(group: str, asked: Asked, settings: ObservedSettings) -> list[str]:
    """Tell which settings of a group AWS does not have as they were asked for.

    Values that may be confidential are not shown.
    """
    there = getattr(settings, group)
    found = []
    for item in fields(there):
        wanted, observed = asked[item.name], getattr(there, item.name)
        holds = _HOLDS.get(item.name)
        if holds(wanted, settings) if holds else _same(wanted, observed):
            continue
        key = camel_case(item.name)
        shown = "" if FIELDS[key].check.confidential else f": {wanted!r}; AWS has {observed!r}"
        found.append(f"tap:{key} is not as asked for{shown}")
    return found


def _same(wanted: Any, observed: Any) -> bool:
    """Tell whether two values say the same: lists in any order, mappings maybe by names alone."""
    if isinstance(observed, tuple):
        return set(wanted) == set(observed)
    if isinstance(observed, Mapping) and isinstance(wanted, str):
        return {name.strip() for name in wanted.split(",")} - {""} == observed.keys()
    return wanted == observed


def _has_zones(wanted: tuple[str, ...], settings: ObservedSettings) -> bool:
    subnets = settings.environment.public_subnets
    return not wanted or {*wanted} == {each.description["AvailabilityZone"] for each in subnets}


def _runs_image(wanted: str | None, settings: ObservedSettings) -> bool:
    """Tell whether the image is the one that a short name stands for."""
    repository = settings.environment.part("ECR repository", "repo").description["repositoryUri"]
    return image_name(wanted, repository) == settings.running_image


def _runs_version(wanted: str | None, settings: ObservedSettings) -> bool:
    """Tell whether the version is the one that was asked for, or one that AWS upgraded it to."""
    if wanted is None:
        return True
    there = settings.environment.database.description["EngineVersion"]
    running, least = (tuple(map(int, text.split("."))) for text in (there, wanted))
    return running >= least


def _has_window(member: str) -> Callable[[str | None, ObservedSettings], bool]:
    """For windows; one that nobody chose is AWS's."""
    return lambda wanted, settings: (
        wanted in (None, settings.environment.database.description.get(member))
    )


def _not_shown(_wanted: object, _settings: ObservedSettings) -> bool:
    return True


# The settings that AWS shows in another way, or does not show.
_HOLDS: Mapping[str, Callable[[Any, ObservedSettings], bool]] = {
    "zones": _has_zones,
    "image": _runs_image,
    "database_engine_version": _runs_version,
    "allow_major_upgrade": _not_shown,
    "password_version": _not_shown,
    "backup_window": _has_window("PreferredBackupWindow"),
    "maintenance_window": _has_window("PreferredMaintenanceWindow"),
}
