"""The calls are whole: nothing is called, by the provider or by a command, that they lack."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pulumi_aws
import pytest
from botocore import xform_name

from dev.program import TAP
from emulator.services.table import RESOURCE_TYPES
from ops.policy.calls import read_calls
from ops.policy.reference import read_reference
from ops.policy.resources import TYPES
from tools.authorization import make_reference

ROOT = TAP.parent

# boto3's names of the services that ops and the integration tests ask, where IAM has another.
_PREFIXES = {"elbv2": "elasticloadbalancing", "service-quotas": "servicequotas"}
_SERVICES = (
    *("account", "application-autoscaling", "cloudwatch", "ec2", "ecr", "ecs", "elbv2", "iam"),
    *("kms", "logs", "pricing", "rds", "s3", "secretsmanager", "service-quotas", "ssm", "sts"),
)

# Operations whose action has another name.
_OTHERS = {"s3:ListObjectsV2": "s3:ListBucket"}

# Asked, and done without where it is refused: a role of aws:assumeRoles, a value of tap:secrets.
# `verify` is the name of a command, too, and `list_commands` of a method of click's.
_OPTIONAL = {"sts:AssumeRole", "ssm:GetParameter", "kms:Verify", "ssm:ListCommands"}


def _program() -> Iterator[tuple[str, str]]:
    """Give each type and look-up that the program uses, in any profile."""
    for path in (ROOT / "tests/unit/golden").glob("*.json"):
        content = json.loads(path.read_text(encoding="utf-8"))
        for each in content.get("resources", {}).values():
            yield "resources", each["type"]
        for each in content.get("lookups", []):
            yield "lookups", each["token"]
    yield from (("resources", token) for token in RESOURCE_TYPES)


def test_each_type_of_the_program_has_its_calls() -> None:
    """What the provider calls for a new type stands in its source: internal/service/…"""
    calls = read_calls()
    known = {"resources": calls.resources, "lookups": calls.lookups}
    used = {each for each in _program() if each[1].startswith("aws:")}
    assert {each for each in used if each[1] not in known[each[0]]} == set()
    assert len(used) > 45


def test_the_provider_is_of_the_major_version_that_was_read() -> None:
    plugin = Path(pulumi_aws.__file__).with_name("pulumi-plugin.json")
    version = json.loads(plugin.read_text(encoding="utf-8"))["version"]
    assert version.split(".")[0] == read_calls().provider["pulumi_aws"].split(".")[0]


def _methods() -> dict[str, set[str]]:
    """Return boto3's methods, each with the actions that it may be."""
    session = botocore.session.get_session()
    found: dict[str, set[str]] = {}
    for service in _SERVICES:
        for operation in sorted(session.get_service_model(service).operation_names):
            action = f"{_PREFIXES.get(service, service)}:{operation}"
            found.setdefault(xform_name(operation), set()).add(_OTHERS.get(action, action))
    return found


def _words(folder: str) -> Iterator[str]:
    """Give every name in a folder that may be one of boto3's methods, in code or in a text."""
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                yield node.attr
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value.rpartition(".")[2]


@pytest.mark.parametrize(
    ("folder", "granted"),
    [
        ("ops", read_calls().of_deployer() | _OPTIONAL),
        ("tests/integration", read_calls().of_tests()),
    ],
)
def test_whatever_is_called_has_its_action(folder: str, granted: frozenset[str]) -> None:
    """In `look`, `change` or `tests` of ops/policy/calls.json."""
    methods = _methods()
    called = {word: methods[word] for word in _words(folder) if word in methods}
    assert {word: actions for word, actions in called.items() if not actions & granted} == {}
    assert len(called) > 20


def test_reference_has_a_row_for_each_action() -> None:
    """Where it lacks one, tools/authorization.py writes it anew."""
    calls, reference = read_calls(), read_reference()
    assert calls.of_deployer() | calls.of_roles() == reference.actions.keys()
    assert reference.arns.keys() == TYPES


def test_rows_are_cut_to_what_an_environment_has() -> None:
    keys = ["aws:RequestTag/${TagKey}", "aws:ResourceTag/${TagKey}", "ec2:Region"]
    row = {
        "access_level": "Write",
        "resource_types": {
            "vpc": {"condition_keys": keys[1:]},
            "Secret": {"condition_keys": []},
            "dedicated-host": {"condition_keys": keys},
            "": {"condition_keys": keys[:1]},
        },
    }
    known = read_reference()
    service = {
        "privileges": {name.partition(":")[2]: row for name in known.actions},
        "resources": {
            name.partition(":")[2]: {"arn": f"arn:{name}", "condition_keys": keys} for name in TYPES
        },
    }
    services = {name.partition(":")[0] for name in (*known.actions, *TYPES)}
    made = make_reference(dict.fromkeys(services, service), "9.9")
    of_subnet, of_secret, corrected = (
        made["actions"][name]["resources"]
        for name in (
            "ec2:CreateSubnet",
            "secretsmanager:PutSecretValue",
            "logs:DeleteDeliverySource",
        )
    )
    assert of_subnet == {"vpc": ["aws:ResourceTag"], "": ["aws:RequestTag"]}
    assert of_secret == {"Secret": ["aws:ResourceTag"], "": ["aws:RequestTag"]}
    assert corrected == {"delivery-source": ["aws:ResourceTag"], "": ["aws:RequestTag"]}
    assert made["policy_sentry"] == "9.9"
