"""Fuzz: whatever is put into the settings is within AWS's limits, or refused in words."""

import json
import re
import string
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lib.names import resource_name
from lib.settings.errors import SettingsError
from lib.settings.provider_keys import read_provider_arguments
from lib.settings.read import read_arguments
from lib.settings.schema import FIELDS, Settings
from lib.tags import environment_tags
from lib.tap_stack import TapStackArgs
from tests.unit.limits import ARN, check_settings, check_tags
from tests.unit.setting_rows import KEY, PARAMETER
from tests.unit.support import CHANGES, GivenInputs, with_all

quick = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


_numbers = st.one_of(
    st.integers(-1, 300),
    st.sampled_from([256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65535, 65536, 122880]),
    st.integers(),
).map(str)
_variables = st.dictionaries(
    st.one_of(st.text(string.ascii_letters + "_1-", max_size=8), st.sampled_from(["DB_HOST", "A"])),
    st.one_of(st.text(max_size=20), st.integers(), st.just("x" * 9_000)),
    max_size=6,
)
_secrets = st.dictionaries(
    st.one_of(st.text(string.ascii_letters + "_", max_size=300), st.just("A")),
    st.one_of(
        st.text(string.ascii_letters + string.digits + "/-", min_size=1, max_size=200).map(
            lambda name: f"{ARN}{name}-AbCdEf"
        ),
        st.integers(0, 99).map(lambda number: f"{PARAMETER}{number}"),
        st.text(max_size=20),
    ),
    max_size=60,
)
_TIME = "[012][0-9]:[0-5][0-9]"
_cidrs = st.lists(
    st.tuples(st.ip_addresses(v=4).map(str) | st.just("10.0.0.0"), st.integers(0, 33).map(str)).map(
        "/".join
    ),
    max_size=3,
).map(",".join)
_near = {
    "vpcCidr": st.tuples(
        st.ip_addresses(v=4).map(str) | st.just("10.0.0.0"), st.integers(0, 33).map(str)
    ).map("/".join),
    "allowedCidrs": _cidrs,
    "backupWindow": st.from_regex(f"{_TIME}-{_TIME}", fullmatch=True),
    "decryptionKeys": st.lists(st.sampled_from([KEY, KEY + "0", KEY[:-1]]), max_size=9).map(
        json.dumps
    ),
    "maintenanceWindow": st.from_regex(f"sun:{_TIME}-(sun|mon):{_TIME}", fullmatch=True),
    "natGateways": st.sampled_from(["perZone", "single", "none", "None"]),
    "image": st.from_regex(r"[A-Za-z0-9_.:/@-]{1,300}", fullmatch=True),
    "healthCheckPath": st.from_regex(r"/[!-~]{0,8}", fullmatch=True),
    "environment": _variables.map(json.dumps),
    "secrets": _secrets.map(json.dumps),
    "databaseEngineVersion": st.from_regex(r"1[4-8]\.[0-9]{1,3}", fullmatch=True),
    "databaseInstanceClass": st.from_regex(r"db\.[rt][3-8]g?\.[a-z0-9]{5,8}", fullmatch=True),
    "cpuArchitecture": st.sampled_from(["X86_64", "ARM64", "arm64"]),
}


def _texts(key: str) -> st.SearchStrategy[str]:
    """Return texts for a setting: wild ones, near the limits, and one that is right."""
    near = _near.get(key, _numbers | st.sampled_from(["true", "false", "True"]))
    return st.one_of(near, st.just(CHANGES[key][0]), st.text(max_size=30))


# A few at a time: of many together, one is always refused.
_configurations = st.lists(st.sampled_from(list(FIELDS)), unique=True, max_size=5).flatmap(
    lambda keys: st.fixed_dictionaries({f"tap:{key}": _texts(key) for key in keys})
)


def _arguments(inputs: GivenInputs) -> TapStackArgs | None:
    """Return the arguments that these inputs give, None where they are refused in words."""
    try:
        return read_arguments(inputs)
    except SettingsError as error:
        assert error.problems
        assert all("; allowed: " in each or "; did you mean " in each for each in error.problems)
        return None


@settings(quick, max_examples=200)
@given(_configurations)
@example({"tap:environment": json.dumps({f"V{number}": "" for number in range(2_400)})})
@example({"tap:environment": json.dumps({"A": "ü" * 5_000})})
@example({"tap:secrets": json.dumps({f"K{number}": f"{ARN}a-AbCdEf" for number in range(140)})})
@example({"tap:cpu": "16384", "tap:memory": "122880"})
def test_any_configuration(config: dict[str, str]) -> None:
    """Several keys together: what is not accepted is refused by our own error."""
    arguments = _arguments(GivenInputs(config))
    if arguments is not None:
        check_settings(arguments.settings)


@pytest.mark.parametrize("key", FIELDS)
@settings(quick, max_examples=30)
@given(data=st.data())
def test_any_text_for_one_setting(key: str, data: st.DataObject) -> None:
    """Alone, so that what is right by itself is accepted and looked at."""
    settings_given = with_all({key: data.draw(_texts(key))})
    config = {f"tap:{name}": text for name, text in settings_given.items()}
    arguments = _arguments(GivenInputs(config))
    if arguments is not None:
        check_settings(arguments.settings)


_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=3,
)


@quick
@given(st.dictionaries(st.sampled_from([item.name for item in FIELDS.values()]), _values))
def test_any_value_from_a_program(changes: dict[str, Any]) -> None:
    """Of any type."""
    try:
        check_settings(Settings.of(**changes))
    except SettingsError as error:
        assert error.problems


@quick
@given(
    st.text(max_size=24) | st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True),
    st.sampled_from(["", "TapStack", "shop-"]),
    st.sampled_from(["stack", "ENVIRONMENT_SUFFIX", "tap:environmentSuffix"]),
)
def test_any_suffix(suffix: str, prefix: str, source: str) -> None:
    """Accepted, it fits into the shortest names; and it is the stack's."""
    config = {source: suffix} if ":" in source else {}
    variables = {source: suffix} if source.isupper() else {}
    arguments = _arguments(GivenInputs(config, variables, stack=prefix + suffix))
    if arguments is not None:
        alb = resource_name("alb", arguments.suffix)
        assert len(alb) <= 32
        assert re.fullmatch(r"[a-z](-?[a-z0-9])*", alb)
        assert (prefix + suffix).endswith(arguments.suffix)


@quick
@given(st.text(), st.text())
def test_any_author_and_repository(author: str, repository: str) -> None:
    """They never stop an environment, and their tags are ones that every service takes."""
    variables = {"COMMIT_AUTHOR": author, "REPOSITORY": repository}
    given_inputs = {key: text for key, text in variables.items() if text}
    arguments = _arguments(GivenInputs(variables=given_inputs))
    assert arguments is not None
    check_tags(environment_tags(arguments.suffix, arguments.tags or {}))


@quick
@given(st.dictionaries(st.text(max_size=6) | st.just("Team") | st.just("name"), st.text()))
def test_any_tags(tags: dict[str, str]) -> None:
    """A program's own tags are taken whole, or refused."""
    try:
        arguments = TapStackArgs(tags=tags)
    except SettingsError as error:
        assert error.problems
    else:
        check_tags(environment_tags(arguments.suffix, arguments.tags or {}))


@quick
@given(
    st.dictionaries(
        st.sampled_from(["aws:assumeRoles", "aws:maxRetries", "aws:profile", "aws:region"])
        | st.text(max_size=8).map(lambda key: f"aws:{key}"),
        st.text() | st.sampled_from(["[]", "{}", "1", "true", "null"]),
    )
)
def test_any_provider_settings(config: dict[str, str]) -> None:
    """They reach the provider, or are refused in words."""
    problems: list[str] = []
    arguments = read_provider_arguments(GivenInputs(config), problems)
    assert all("; allowed: " in problem for problem in problems)
    assert problems or len(arguments) == len(config.keys() - {"aws:region"})


@quick
@given(st.dictionaries(st.text(max_size=12).map(lambda key: f"tap:{key}"), st.text(max_size=3)))
def test_any_key(config: dict[str, str]) -> None:
    """A key that there is not is never passed over."""
    unknown = {key for key in config if key.removeprefix("tap:") not in FIELDS}
    unknown -= {"tap:profile", "tap:environmentSuffix"}
    assert not (unknown and _arguments(GivenInputs(config)))


@quick
@given(st.dictionaries(st.text(), st.text().map(lambda value: f"hush {value}"), min_size=1))
def test_confidential_values_are_never_told(values: dict[str, str]) -> None:
    """Neither of variables nor in the place of secrets' ARNs, whatever their names."""
    config = {"tap:environment": json.dumps({**values, "DB_HOST": "hush"})}
    config["tap:secrets"] = json.dumps(values)
    with pytest.raises(SettingsError) as caught:
        read_arguments(GivenInputs(config))
    assert len(caught.value.problems) == 2
    assert "hush " not in str(caught.value)
