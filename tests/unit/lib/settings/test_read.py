"""Configuration: what becomes of a stack's keys and the environment's variables."""

from typing import Any

import pytest

from lib.settings.errors import SettingsError
from lib.settings.read import read_arguments
from lib.settings.schema import FIELDS, Settings
from lib.tap_stack import TapStackArgs
from tests.unit.support import CHANGES, GivenInputs


def _problems(inputs: GivenInputs) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        read_arguments(inputs)
    return caught.value.problems


def test_nothing_given() -> None:
    """The suffix is the stack's; all else is the standard profile."""
    assert read_arguments(GivenInputs()) == TapStackArgs("dev", {}, Settings())


def test_every_key_is_read() -> None:
    """Each reaches its setting, in its type."""
    assert CHANGES.keys() == FIELDS.keys()
    inputs = GivenInputs({f"tap:{key}": text for key, (text, _) in CHANGES.items()})
    values = {FIELDS[key].name: value for key, (_, value) in CHANGES.items()}
    assert read_arguments(inputs).settings == Settings.of(**values)
    assert all(value != _default(name) for name, value in values.items())


def _default(name: str) -> Any:
    return next(vars(group)[name] for group in vars(Settings()).values() if name in vars(group))


@pytest.mark.parametrize(
    ("stack", "config", "variables", "suffix"),
    [
        ("TapStackpr1", {}, {}, "pr1"),
        ("shop-pr1", {"tap:environmentSuffix": "pr1"}, {}, "pr1"),
        ("pr1", {"tap:environmentSuffix": "pr2"}, {"ENVIRONMENT_SUFFIX": "pr1"}, "pr1"),
        ("shop-pr1", {}, {}, "shop-pr1"),
        ("prod", {"tap:profile": "standard"}, {}, "prod"),
    ],
)
def test_where_the_suffix_comes_from(
    stack: str, config: dict[str, str], variables: dict[str, str], suffix: str
) -> None:
    """The variable, else the key, else the stack's name."""
    inputs = GivenInputs(config, variables, stack=stack)
    assert read_arguments(inputs).suffix == suffix


@pytest.mark.parametrize(
    ("config", "variables", "source"),
    [
        ({}, {"ENVIRONMENT_SUFFIX": "a b"}, "ENVIRONMENT_SUFFIX is 'a b'"),
        ({"tap:environmentSuffix": ""}, {}, "tap:environmentSuffix is ''"),
        ({}, {}, "the environment suffix, from the stack's name, is 'Shop'"),
    ],
)
def test_a_bad_suffix_is_told_with_its_source(
    config: dict[str, str], variables: dict[str, str], source: str
) -> None:
    """Once: whether the stack may have it does not matter then."""
    (problem,) = _problems(GivenInputs(config, variables, stack="Shop"))
    assert problem.startswith(f"{source}; allowed: ")


def test_a_suffix_that_is_not_the_stacks() -> None:
    """A variable forgotten in a shell must not replace an environment."""
    (problem,) = _problems(GivenInputs({}, {"ENVIRONMENT_SUFFIX": "prod"}))
    assert problem.startswith("the stack is 'dev', but the environment suffix is 'prod'; allowed: ")


def test_who_made_it() -> None:
    """Repository and author become tags, cleaned where they are put on something."""
    variables = {"REPOSITORY": "shop/api", "COMMIT_AUTHOR": "Jane O'Neil <j@x.com>"}
    assert read_arguments(GivenInputs({}, variables)).tags == {
        "Repository": "shop/api",
        "Author": "Jane O'Neil <j@x.com>",
    }


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("natGateway", "natGateways"),
        ("Cpu", "cpu"),
        ("VPCCIDR", "vpcCidr"),
        ("healthcheckpath", "healthCheckPath"),
        ("profiles", "profile"),
        ("environmentsuffix", "environmentSuffix"),
    ],
)
def test_a_key_that_is_nearly_right(key: str, near: str) -> None:
    """The nearest one is named, and nothing else."""
    assert _problems(GivenInputs({f"tap:{key}": "1"})) == (
        f"unknown setting tap:{key}; did you mean tap:{near}?",
    )


def test_a_key_like_no_other() -> None:
    """All that there are are named, sorted."""
    (problem,) = _problems(GivenInputs({"tap:xyzzy": "1"}))
    known = ", ".join(sorted([*FIELDS, "environmentSuffix", "profile"]))
    assert problem == f"unknown setting tap:xyzzy; allowed: {known}"


@pytest.mark.parametrize("key", [*FIELDS, "environmentSuffix", "profile"])
def test_an_encrypted_setting(key: str) -> None:
    """It would be read in AWS; its value, right or wrong, is in no message."""
    inputs = GivenInputs({f"tap:{key}": "hush hush"}, secret_keys=[f"tap:{key}"])
    (problem,) = _problems(inputs)
    assert problem.startswith(f"tap:{key} is encrypted, but ")
    assert "hush" not in problem


def test_all_problems_come_together() -> None:
    """Of keys, suffix, provider and settings."""
    inputs = GivenInputs(
        {
            "tap:naGateways": "1",
            "tap:cpu": "1000",
            "tap:minTasks": "many",
            "aws:regions": "x",
            "aws:maxRetries": "x",
        },
        {"ENVIRONMENT_SUFFIX": "Prod_1"},
    )
    assert [problem.split(";")[0] for problem in _problems(inputs)] == [
        "unknown setting tap:naGateways",
        "ENVIRONMENT_SUFFIX is 'Prod_1'",
        "unknown setting aws:regions",
        "aws:maxRetries is 'x'",
        "tap:cpu is 1000",
        "tap:minTasks is 'many'",
    ]
