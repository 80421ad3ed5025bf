"""TAP_PROFILE and TAP_SETTINGS: how they are read, and that what differs from them is told."""

from collections.abc import Mapping
from dataclasses import fields

import pytest

from lib.settings.errors import SettingsError
from lib.settings.schema import FIELDS, Settings
from tests.integration.asked import asked_settings, defaults, differences
from tests.integration.observed import ObservedSettings

# A value that no environment of these tests has; which versions and windows it may have, AWS says.
_OTHERS = {
    "zones": ("xx-none-1a", "xx-none-1b"),
    "image": "no-such-tag",
    "database_engine_version": "17.99",
    "backup_window": "00:00-00:31",
    "maintenance_window": "mon:00:00-mon:00:31",
    "environment": "NO_SUCH_VARIABLE",
    "secrets": {"NO_SUCH_VARIABLE": "arn"},
}
_NOT_SHOWN = {"allow_major_upgrade", "password_version"}
GROUPS = [group.name for group in fields(Settings)]


@pytest.mark.parametrize("variables", [{}, {"TAP_PROFILE": "", "TAP_SETTINGS": ""}])
def test_nothing_given_asks_for_nothing(variables: Mapping[str, str]) -> None:
    assert asked_settings(variables) is None


@pytest.mark.parametrize(
    "variables",
    [{"TAP_PROFILE": "standard"}, {"TAP_SETTINGS": "{}"}, {"TAP_SETTINGS": '{"minTasks": "2"}'}],
)
def test_what_is_not_given_is_the_default(variables: Mapping[str, str]) -> None:
    assert asked_settings(variables) == defaults()


def test_settings_are_read_as_the_programs_output_has_them_or_as_json_has_them() -> None:
    text = '{"cpu": "512", "tap:memory": 1024, "albLogs": false, "environment": "A, B"}'
    expected = {"cpu": 512, "memory": 1024, "alb_logs": False, "environment": "A, B"}
    assert asked_settings({"TAP_SETTINGS": text}) == {**defaults(), **expected}


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"TAP_PROFILE": "grand"}, "tap:profile is 'grand'; allowed: ephemeral, standard"),
        ({"TAP_SETTINGS": '{"profile": "grand"}'}, "tap:profile is 'grand'"),
        ({"TAP_SETTINGS": '{"mintasks": 2}'}, "did you mean tap:minTasks"),
        ({"TAP_SETTINGS": '{"minTasks": "two"}'}, "TAP_SETTINGS: tap:minTasks is 'two'"),
        ({"TAP_SETTINGS": "[2]"}, "TAP_SETTINGS is no JSON object"),
        ({"TAP_SETTINGS": "minTasks=2"}, "TAP_SETTINGS is no JSON object"),
    ],
)
def test_what_no_stack_can_have_is_refused(variables: Mapping[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        asked_settings(variables)


@pytest.mark.parametrize("group", GROUPS)
def test_every_setting_that_is_not_as_asked_for_is_told(
    group: str, settings: ObservedSettings
) -> None:
    names = vars(getattr(settings, group)).keys() - _NOT_SHOWN
    asked = {**defaults(), **{name: _OTHERS.get(name, ("another",)) for name in names}}
    told = {each.split()[0] for each in differences(group, asked, settings)}
    assert told == {f"tap:{key}" for key, setting in FIELDS.items() if setting.name in names}


def test_values_that_may_be_confidential_are_not_shown(settings: ObservedSettings) -> None:
    asked = {**defaults(), "environment": {"NO_SUCH_VARIABLE": "hush"}}
    [told] = [each for each in differences("container", asked, settings) if "tap:env" in each]
    assert told == "tap:environment is not as asked for"
