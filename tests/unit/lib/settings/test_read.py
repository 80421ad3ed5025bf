"""Reading: what becomes of a stack's keys and the shell's variables, and how they are refused."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest

from dev.program import attempt_tap
from emulator.program.evaluate import Outcome
from emulator.program.mocks import AwsMocks
from lib.settings.read import given_settings, read_arguments
from lib.settings.schema import FIELDS, Settings
from lib.tap_stack import TapStackArgs
from tests.unit.setting_rows import SECRET
from tests.unit.support import CHANGES, REGION, GivenInputs, answering, of_aws

SUFFIX_ALLOWED = (
    "lower-case letters and digits, in groups joined by single hyphens, at most 18 characters, "
    "such as dev, prod or pr-123"
)
OTHER_STACK = (
    "the stack is 'dev', but the environment suffix is '{0}'; allowed: a stack named {0}, "
    "TapStack{0} or something ending in -{0}, so that one environment is never turned into another"
)
ANOTHER_REGION = (
    f"but lib/AWS_REGION names {REGION}; allowed: the same region in both, because another region "
    "is another environment"
)
JSON_ALLOWED = "allowed: JSON, as the AWS provider takes it"
KNOWN = ", ".join(sorted([*FIELDS, "environmentSuffix", "profile"]))

# Keys, variables and the stack's name, with the problems that they are.
BAD: list[tuple[dict[str, str], list[str]]] = [
    *(
        (
            {"ENVIRONMENT_SUFFIX": suffix},
            [f"ENVIRONMENT_SUFFIX is {suffix!r}; allowed: {SUFFIX_ALLOWED}"],
        )
        for suffix in ("Prod_1", "x" * 19, "prod;rm")
    ),
    (
        {"tap:environmentSuffix": ""},
        [f"tap:environmentSuffix is ''; allowed: {SUFFIX_ALLOWED}"],
    ),
    (
        {"stack": "Shop"},
        [f"the environment suffix, from the stack's name, is 'Shop'; allowed: {SUFFIX_ALLOWED}"],
    ),
    ({"ENVIRONMENT_SUFFIX": "prod"}, [OTHER_STACK.format("prod")]),
    ({"tap:environmentSuffix": "ev"}, [OTHER_STACK.format("ev")]),
    *(
        ({"tap:profile": name}, [f"tap:profile is {name!r}; allowed: ephemeral, standard"])
        for name in ("luxury", "")
    ),
    ({"tap:cpu": "1000"}, [f"tap:cpu is 1000; allowed: {FIELDS['cpu'].check.allowed}"]),
    ({"tap:containerInsights": ""}, ["tap:containerInsights is ''; allowed: true, false"]),
    *(
        ({f"tap:{key}": "1"}, [f"unknown setting tap:{key}; did you mean tap:{near}?"])
        for key, near in (
            ("natGateway", "natGateways"),
            ("CPU", "cpu"),
            ("healthcheckpath", "healthCheckPath"),
            ("profiles", "profile"),
            ("environmentsuffix", "environmentSuffix"),
        )
    ),
    ({"tap:xyzzy": "1"}, [f"unknown setting tap:xyzzy; allowed: {KNOWN}"]),
    (
        {"aws:regions": "x", "aws:assume_roles": "[]"},
        [
            f"unknown setting aws:{key}; allowed: the settings of the AWS provider"
            for key in ("assume_roles", "regions")
        ],
    ),
    *(
        ({"aws:assumeRoles": text}, [f"aws:assumeRoles is {text!r}; {JSON_ALLOWED}"])
        for text in ("x", "", "[", "{'a': 1}", "[" * 100_000)
    ),
    *(
        ({"aws:region": region}, [f"aws:region is {region!r}, {ANOTHER_REGION}"])
        for region in ("us-east-1", "mars-1", "")
    ),
    (
        {
            "tap:logRetentionDays": "many",
            "tap:minTasks": "x",
            "tap:naGateways": "1",
            "aws:regions": "x",
            "aws:maxRetries": "x",
            "aws:region": "mars-1",
            "ENVIRONMENT_SUFFIX": "Prod_1",
        },
        [
            "unknown setting tap:naGateways; did you mean tap:natGateways?",
            f"ENVIRONMENT_SUFFIX is 'Prod_1'; allowed: {SUFFIX_ALLOWED}",
            "unknown setting aws:regions; allowed: the settings of the AWS provider",
            f"aws:maxRetries is 'x'; {JSON_ALLOWED}",
            f"aws:region is 'mars-1', {ANOTHER_REGION}",
            "tap:minTasks is 'x'; allowed: a whole number from 1 to 200",
            f"tap:logRetentionDays is 'many'; allowed: {FIELDS['logRetentionDays'].check.allowed}",
        ],
    ),
]


def _run(given: Mapping[str, str], **conditions: Any) -> Outcome:
    """Run tap.py with keys, which have a colon, variables, and the stack's name if one is given."""
    config = {key: text for key, text in given.items() if ":" in key}
    variables = {key: text for key, text in given.items() if key.isupper() and key not in config}
    stack = given.get("stack", "dev")
    return attempt_tap(stack=stack, config=config, environment=variables, **conditions)


def _problems(outcome: Outcome) -> list[str]:
    """Return the problems of a run that was refused before anything was made in AWS."""
    assert not of_aws(outcome.graph)
    assert isinstance(outcome.error, pulumi.RunError)
    heading, *problems = str(outcome.error).split("\n  - ")
    assert heading == "The settings can't be used:"
    return problems


def test_nothing_given() -> None:
    """The suffix is the stack's; all else is the standard profile."""
    assert read_arguments(GivenInputs()) == TapStackArgs("dev", {}, Settings())


def test_all_settings_together_are_read() -> None:
    # Which alone has capacities.
    changes = {**CHANGES, "databaseInstanceClass": ("db.serverless", "db.serverless")}
    inputs = GivenInputs({f"tap:{key}": text for key, (text, _) in changes.items()})
    values = {FIELDS[key].name: value for key, (_, value) in changes.items()}
    assert read_arguments(inputs).settings == Settings.of(**values)


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
    assert read_arguments(GivenInputs(config, variables, stack=stack)).suffix == suffix


@pytest.mark.parametrize(("given", "problems"), BAD)
def test_bad_input(given: dict[str, str], problems: list[str]) -> None:
    """All problems in one message, through tap.py; nothing at all is registered."""
    outcome = _run(given)
    assert _problems(outcome) == problems
    assert not outcome.graph.resources


@pytest.mark.parametrize(
    "key", [key for key in (*FIELDS, "environmentSuffix", "profile") if key != "secrets"]
)
def test_encrypted_settings(key: str) -> None:
    """What is encrypted would be read in AWS; its value, right or wrong, is in no message."""
    assert _problems(_run({f"tap:{key}": '{"A": "hush"}'}, secret_keys=[f"tap:{key}"])) == [
        f"tap:{key} is encrypted, but what it says can be read in AWS; allowed: plain settings, "
        "and secrets in Secrets Manager, named by tap:secrets"
    ]


def test_encrypted_names_of_secrets() -> None:
    """The CLI advises to encrypt a key of that name: it works, as does what it advises besides."""
    config = {"tap:secrets": json.dumps({"SECRET_KEY": SECRET})}
    plain, encrypted = (GivenInputs(config, secret_keys=keys) for keys in ((), config))
    assert read_arguments(encrypted) == read_arguments(plain)
    assert given_settings(encrypted) == {"secrets": "SECRET_KEY"}
    problems = _problems(_run({"tap:secrets": '{"A": "hush"}'}, secret_keys=["tap:secrets"]))
    assert len(problems) == 1
    assert "hush" not in problems[0]


def test_the_settings_that_were_given() -> None:
    """As they were typed, defaults left out; of variables and secrets the names alone."""
    given = {
        "tap:cpu": "512",
        "tap:environment": '{"LOG_LEVEL": "hush", "A": "hush"}',
        "tap:environmentSuffix": "dev",
        "tap:minTasks": "2",
        "tap:secrets": json.dumps({"SECRET_KEY": SECRET}),
    }
    outcome = _run({**given, "aws:profile": "shop"})
    assert outcome.graph.exports["settings"] == {
        "cpu": "512",
        "environment": "A, LOG_LEVEL",
        "environmentSuffix": "dev",
        "minTasks": "2",
        "secrets": "SECRET_KEY",
    }


@pytest.mark.parametrize(
    ("tags", "problem"),
    [
        ({"team": "x", "Team": "y"}, "the tag key 'Team' differs from 'team' in case only"),
        ({"author": "x"}, "the tag key 'author' differs from 'Author' in case only"),
        ({"a&b": "x"}, "the tag key 'a&b' can't be used; allowed: 1 to 128 letters, "),
        ({f"k{n}": "x" for n in range(36)}, "36 tags are given; allowed: at most 35"),
        ({"Team": 7}, "the value of the tag 'Team' is 7; allowed: text"),
        ({"Team": "O'Neil"}, "the value of the tag 'Team' of aws:defaultTags can't be used; "),
    ],
)
def test_tags_of_the_provider(tags: dict[str, Any], problem: str) -> None:
    """They are checked as our own are: a role would refuse them after minutes."""
    (found,) = _problems(_run({"aws:defaultTags": json.dumps({"tags": tags})}))
    assert found.startswith(problem)


def test_encrypted_tags_of_the_provider() -> None:
    given = {"aws:defaultTags": '{"tags": {"hush": "hush"}}'}
    assert _problems(_run(given, secret_keys=list(given))) == [
        "aws:defaultTags is encrypted, but tags can be read in AWS; allowed: plain tags"
    ]


def test_encrypted_provider_settings() -> None:
    """They may be encrypted; a message has none of them."""
    given = {"aws:assumeRoles": "hush", "aws:region": "hush", "aws:secretKey": "hush"}
    assert _problems(_run(given, secret_keys=list(given))) == [
        f"aws:assumeRoles is not usable; {JSON_ALLOWED}",
        f"aws:region is another, {ANOTHER_REGION}",
    ]


@pytest.mark.parametrize(
    ("text", "config", "problem"),
    [
        (None, {}, "lib/AWS_REGION can't be read ("),
        ("", {}, "lib/AWS_REGION is empty; allowed: one line with one AWS region"),
        ("us-east-1\n", {"aws:region": REGION}, f"aws:region is '{REGION}', but lib/AWS_REGION "),
    ],
)
def test_region_files(
    region_file: Path, text: str | None, config: dict[str, str], problem: str
) -> None:
    """Missing, empty, edited: a stack that pins its region stays where it is."""
    if text is not None:
        region_file.write_text(text, encoding="utf-8")
    (found,) = _problems(_run(config, mocks=AwsMocks(region=REGION)))
    assert found.startswith(problem)


@pytest.mark.parametrize("zones", [[], [f"{REGION}a"]])
def test_a_region_with_too_few_zones(zones: list[str]) -> None:
    """Only a look-up can tell; the component and the provider are there, nothing in AWS is."""
    token = "aws:index/getAvailabilityZones:getAvailabilityZones"
    (problem,) = _problems(_run({}, mocks=answering(token, {"names": zones, "zoneIds": zones})))
    assert problem.startswith(f"the region {REGION} offers {len(zones)} Availability Zone(s)")
