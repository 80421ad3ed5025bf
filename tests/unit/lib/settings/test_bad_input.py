"""Bad input: each is refused through tap.py, in words, before anything is made in AWS."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest

from dev.program import attempt_tap
from emulator.program.evaluate import Outcome
from tests.unit.support import REGION, SECRET, answering, of_aws

SUFFIX_ALLOWED = (
    "lower-case letters and digits, in groups joined by single hyphens, at most 18 characters, "
    "such as dev, prod or pr-123"
)
NETWORK_ALLOWED = (
    "a private network (in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16) from /16 to /20, such as "
    "10.0.0.0/16"
)
OTHER_STACK = (
    "allowed: a stack named {0}, TapStack{0} or something ending in -{0}, so that one environment "
    "is never turned into another"
)
CPU_ALLOWED = "256, 512, 1024, 2048, 4096, 8192, 16384"
IMAGE_ALLOWED = (
    "a tag in the environment's own repository, such as v1, or a whole image name, such as "
    "public.ecr.aws/nginx/nginx:1.27"
)
CLASS_ALLOWED = "a class of Aurora PostgreSQL such as db.t3.medium, db.t4g.medium or db.r6g.large"
PATH_ALLOWED = "a path of at most 1024 letters, digits and _.$/~@:+&?=%-, starting with /"
RETENTION_ALLOWED = (
    "1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, "
    "3288, 3653"
)
ANOTHER_REGION = (
    f"but lib/AWS_REGION names {REGION}; allowed: the same region in both, because another region "
    "is another environment"
)

# Keys, variables and the stack's name, with the problem that they are.
BAD: list[tuple[dict[str, str], str]] = [
    *(
        (
            {"ENVIRONMENT_SUFFIX": suffix},
            f"ENVIRONMENT_SUFFIX is {suffix!r}; allowed: {SUFFIX_ALLOWED}",
        )
        for suffix in ("Prod_1", "-x", "a b", "x--y", "x" * 19, "prod;rm")
    ),
    (
        {"tap:environmentSuffix": "Prod_1"},
        f"tap:environmentSuffix is 'Prod_1'; allowed: {SUFFIX_ALLOWED}",
    ),
    (
        {"stack": "Shop"},
        f"the environment suffix, from the stack's name, is 'Shop'; allowed: {SUFFIX_ALLOWED}",
    ),
    (
        {"ENVIRONMENT_SUFFIX": "prod"},
        "the stack is 'dev', but the environment suffix is 'prod'; " + OTHER_STACK.format("prod"),
    ),
    (
        {"tap:environmentSuffix": "ev"},
        "the stack is 'dev', but the environment suffix is 'ev'; " + OTHER_STACK.format("ev"),
    ),
    ({"tap:profile": "luxury"}, "tap:profile is 'luxury'; allowed: standard"),
    *(
        ({"tap:vpcCidr": cidr}, f"tap:vpcCidr is {cidr!r}; allowed: {NETWORK_ALLOWED}")
        for cidr in ("10.0.0.0/21", "10.0.0.0/8", "8.8.0.0/16", "10.0.0.1/16", "ten", "")
    ),
    ({"tap:natGateways": "two"}, "tap:natGateways is 'two'; allowed: perZone, single, none"),
    ({"tap:flowLogs": "yes"}, "tap:flowLogs is 'yes'; allowed: true, false"),
    ({"tap:image": "v 1"}, f"tap:image is 'v 1'; allowed: {IMAGE_ALLOWED}"),
    *(
        (
            {"tap:containerPort": port},
            f"tap:containerPort is {shown}; allowed: a whole number from 1 to 65535",
        )
        for port, shown in (("0", "0"), ("65536", "65536"), ("-80", "-80"), ("http", "'http'"))
    ),
    ({"tap:healthCheckPath": "up"}, f"tap:healthCheckPath is 'up'; allowed: {PATH_ALLOWED}"),
    (
        {"tap:readonlyRootFilesystem": "1"},
        "tap:readonlyRootFilesystem is '1'; allowed: true, false",
    ),
    ({"tap:cpu": "1000"}, f"tap:cpu is 1000; allowed: {CPU_ALLOWED}"),
    ({"tap:cpu": "-256"}, f"tap:cpu is -256; allowed: {CPU_ALLOWED}"),
    ({"tap:cpu": "much"}, f"tap:cpu is 'much'; allowed: {CPU_ALLOWED}"),
    (
        {"tap:cpu": "256", "tap:memory": "8192"},
        "tap:memory is 8192 with tap:cpu 256; allowed: 512, 1024, 2048",
    ),
    (
        {"tap:cpu": "256", "tap:memory": "3"},
        "tap:memory is 3; allowed: a whole number from 512 to 122880",
    ),
    ({"tap:cpuArchitecture": "arm"}, "tap:cpuArchitecture is 'arm'; allowed: X86_64, ARM64"),
    (
        {"tap:execCommand": "true"},
        "tap:execCommand is True with tap:readonlyRootFilesystem True; allowed: execCommand with "
        "readonlyRootFilesystem false (ECS Exec writes to the file system)",
    ),
    (
        {"tap:minTasks": "5", "tap:maxTasks": "2"},
        "tap:minTasks is 5 with tap:maxTasks 2; allowed: minTasks no larger than maxTasks",
    ),
    ({"tap:minTasks": "0"}, "tap:minTasks is 0; allowed: a whole number from 1 to 200"),
    ({"tap:maxTasks": "201"}, "tap:maxTasks is 201; allowed: a whole number from 1 to 200"),
    (
        {"tap:targetCpuPercent": "101"},
        "tap:targetCpuPercent is 101; allowed: a whole number from 1 to 100",
    ),
    (
        {"tap:databaseEngineVersion": "16.1"},
        "tap:databaseEngineVersion is '16.1'; allowed: 15.N, such as 15.10",
    ),
    (
        {"tap:databaseInstanceClass": "db.t3.micro"},
        f"tap:databaseInstanceClass is 'db.t3.micro'; allowed: {CLASS_ALLOWED}",
    ),
    (
        {"tap:databaseInstances": "17"},
        "tap:databaseInstances is 17; allowed: a whole number from 1 to 16",
    ),
    (
        {"tap:backupRetentionDays": "36"},
        "tap:backupRetentionDays is 36; allowed: a whole number from 1 to 35",
    ),
    (
        {"tap:passwordVersion": "-1"},
        "tap:passwordVersion is -1; allowed: a whole number from 1 to 999999",
    ),
    ({"tap:logRetentionDays": "8"}, f"tap:logRetentionDays is 8; allowed: {RETENTION_ALLOWED}"),
    ({"tap:albLogs": "on"}, "tap:albLogs is 'on'; allowed: true, false"),
    ({"tap:containerInsights": ""}, "tap:containerInsights is ''; allowed: true, false"),
    (
        {"tap:environment": '{"A": "1"}', "tap:secrets": json.dumps({"A": SECRET})},
        "tap:environment and tap:secrets both name A; allowed: a name in one of the two",
    ),
    ({"tap:natGateway": "1"}, "unknown setting tap:natGateway; did you mean tap:natGateways?"),
    ({"tap:CPU": "512"}, "unknown setting tap:CPU; did you mean tap:cpu?"),
    (
        {"aws:regions": "x"},
        "unknown setting aws:regions; allowed: the settings of the AWS provider",
    ),
    (
        {"aws:assumeRoles": "x"},
        "aws:assumeRoles is 'x'; allowed: JSON, as the AWS provider takes it",
    ),
    ({"aws:region": "us-east-1"}, f"aws:region is 'us-east-1', {ANOTHER_REGION}"),
    ({"aws:region": "mars-1"}, f"aws:region is 'mars-1', {ANOTHER_REGION}"),
]

# Values that a message must not hold, wherever somebody puts them.
CONFIDENTIAL = [
    {"tap:environment": '{"DB_HOST": "hush"}'},
    {"tap:environment": '{"A": ["hush"]}'},
    {"tap:environment": "A=hush"},
    {"tap:secrets": '{"SECRET_KEY": "hush"}'},
    {"tap:secrets": "hush"},
    {"tap:secrets": json.dumps({"A": SECRET}), "tap:environment": '{"A": "hush"}'},
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


@pytest.mark.parametrize(("given", "problem"), BAD)
def test_bad_input(given: dict[str, str], problem: str) -> None:
    """One problem: the setting, its value, what is allowed; nothing at all is registered."""
    outcome = _run(given)
    assert _problems(outcome) == [problem]
    assert not outcome.graph.resources


def test_several_mistakes_in_one_message() -> None:
    """So that nobody needs a run for each."""
    problems = {tuple(given): problem for given, problem in reversed(BAD)}
    together = (
        ("tap:natGateway",),
        ("ENVIRONMENT_SUFFIX",),
        ("aws:regions",),
        ("aws:region",),
        ("tap:vpcCidr",),
        ("tap:minTasks", "tap:maxTasks"),
        ("tap:logRetentionDays",),
    )
    rows = [row for row, _ in reversed(BAD) if tuple(row) in together]
    given = {key: text for row in rows for key, text in row.items()}
    assert _problems(_run(given)) == [problems[keys] for keys in together]


@pytest.mark.parametrize("given", CONFIDENTIAL)
def test_values_that_are_not_told(given: dict[str, str]) -> None:
    """A name, yes; a value may be a password in the wrong place."""
    (problem,) = _problems(_run(given))
    assert problem.startswith(tuple(given))
    assert "hush" not in problem


@pytest.mark.parametrize(
    "key", ["tap:environment", "tap:image", "tap:environmentSuffix", "tap:profile", "tap:cpu"]
)
def test_encrypted_settings(key: str) -> None:
    """What is encrypted would be read in AWS; and no message has it."""
    assert _problems(_run({key: '{"A": "hush"}'}, secret_keys=[key])) == [
        f"{key} is encrypted, but what it says can be read in AWS; allowed: plain settings, and "
        "secrets in Secrets Manager, named by tap:secrets"
    ]


def test_encrypted_provider_settings() -> None:
    """They may be encrypted; a message has none of them."""
    given = {"aws:assumeRoles": "hush", "aws:region": "hush", "aws:secretKey": "hush"}
    assert _problems(_run(given, secret_keys=list(given))) == [
        "aws:assumeRoles is not usable; allowed: JSON, as the AWS provider takes it",
        f"aws:region is another, {ANOTHER_REGION}",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, "lib/AWS_REGION can't be read ("),
        ("", "lib/AWS_REGION is empty; allowed: one line with one AWS region"),
        (
            f"{REGION}\nus-east-1\n",
            f"lib/AWS_REGION names 2 regions ({REGION}, us-east-1); allowed: ",
        ),
        ("mars-1\n", "lib/AWS_REGION is 'mars-1'; allowed: the name of an AWS region"),
    ],
)
def test_region_files(region_file: Path, text: str | None, problem: str) -> None:
    """Missing, empty, with two lines, with no region."""
    if text is not None:
        region_file.write_text(text, encoding="utf-8")
    (found,) = _problems(_run({}))
    assert found.startswith(problem)


def test_an_edited_region_file(region_file: Path) -> None:
    """A stack that pins its region stays where it is."""
    region_file.write_text("us-east-1\n", encoding="utf-8")
    (problem,) = _problems(_run({"aws:region": REGION}))
    assert problem.startswith(f"aws:region is '{REGION}', but lib/AWS_REGION names us-east-1; ")


@pytest.mark.parametrize("zones", [[], [f"{REGION}a"]])
def test_a_region_with_too_few_zones(zones: list[str]) -> None:
    """Only a look-up can tell; the component and the provider are there, nothing in AWS is."""
    token = "aws:index/getAvailabilityZones:getAvailabilityZones"
    outcome = _run({}, mocks=answering(token, {"names": zones}))
    assert _problems(outcome) == [
        f"the region {REGION} offers {len(zones)} Availability Zone(s) "
        f"({', '.join(zones) or 'none'}); needed: 2. Name another region in lib/AWS_REGION"
    ]


def test_every_setting_has_a_bad_value_here() -> None:
    """So that the table grows with the settings."""
    known = {key for row in CONFIDENTIAL for key in row} | {key for row, _ in BAD for key in row}
    listed = "unknown setting tap:xyzzy; allowed: "
    (problem,) = _problems(_run({"tap:xyzzy": "1"}))
    assert problem.startswith(listed)
    assert {f"tap:{key}" for key in problem.removeprefix(listed).split(", ")} <= known
