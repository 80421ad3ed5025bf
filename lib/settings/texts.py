"""Settings from the texts that Pulumi configuration has of them; nothing here imports pulumi."""

import difflib
from collections.abc import Iterable, Mapping

from lib.settings.schema import FIELDS, Settings

# What is configured beside the settings.
OTHER_KEYS = ("environmentSuffix", "profile")


def unknown_key_problems(keys: Iterable[str]) -> list[str]:
    """Tell which keys of `tap:` there are not, and what may have been meant."""
    known = {key.lower(): key for key in (*FIELDS, *OTHER_KEYS)}
    problems = []
    for key in keys:
        if key in known.values():
            continue
        near = difflib.get_close_matches(key.lower(), known, n=1)
        hint = (
            f"did you mean tap:{known[near[0]]}?"
            if near
            else f"allowed: {', '.join(sorted(known.values()))}"
        )
        problems.append(f"unknown setting tap:{key}; {hint}")
    return problems


def read_settings(texts: Mapping[str, str]) -> Settings:
    """Return the settings that are given by these texts, by key without `tap:`.

    Keys that are no setting's are passed over, but for the profile's. Raises SettingsError for
    what is not allowed.
    """
    values = {
        FIELDS[key].name: FIELDS[key].check.parse(text)
        for key, text in texts.items()
        if key in FIELDS
    }
    return Settings.of(texts.get("profile", "standard"), **values)
