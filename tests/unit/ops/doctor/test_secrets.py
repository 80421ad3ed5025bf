"""tap:secrets: which references there are, and what is asked of IAM for them."""

import json
from typing import Any

import pytest

from ops.doctor.references import Reference
from ops.doctor.secrets import SECRETS
from ops.report import CheckReport
from tests.unit.ops.doctor.world import World, look, plan_with, stub_look
from tests.unit.ops.support import WHERE, StubClients, refusal

_ACCOUNT = f"{WHERE.name}:123456789012"
_SECRET = f"arn:aws:secretsmanager:{_ACCOUNT}:secret:shop/pay-AbCdEf"
_PARAMETER = f"arn:aws:ssm:{_ACCOUNT}:parameter/shop/key"


@pytest.mark.parametrize(
    ("text", "name", "key", "version"),
    [
        (_SECRET, "shop/pay-AbCdEf", "", {}),
        (f"{_SECRET}:TOKEN::", "shop/pay-AbCdEf", "TOKEN", {}),
        (
            f"{_SECRET}::AWSPREVIOUS:1",
            "shop/pay-AbCdEf",
            "",
            {"VersionStage": "AWSPREVIOUS", "VersionId": "1"},
        ),
        (_PARAMETER, "/shop/key", "", {}),
    ],
)
def test_parts_of_a_reference(text: str, name: str, key: str, version: dict[str, str]) -> None:
    reference = Reference("X", text)
    assert (reference.name, reference.key, reference.version) == (name, key, version)
    assert reference.region == WHERE.name
    assert reference.service.startswith("ssm." if text == _PARAMETER else "secretsmanager.")


def _look(world: World, references: dict[str, str], **texts: str) -> CheckReport:
    return look(SECRETS, plan_with(world.clients, secrets=json.dumps(references), **texts))


def test_secrets_and_parameters_that_can_be_read(world: World) -> None:
    """With AWS's own keys, with one of the account that the role may use, in another region."""
    key = world.clients("kms").create_key()["KeyMetadata"]["Arn"]
    secrets = world.clients("secretsmanager")
    own = secrets.create_secret(Name="own", SecretString='{"A": "x"}', KmsKeyId=key)["ARN"]
    plain = secrets.create_secret(Name="plain", SecretString="hush")["ARN"]
    parameter = {"Value": "hush", "Type": "SecureString"}
    world.clients("ssm").put_parameter(Name="/shop/key", **parameter)
    world.clients("ssm").put_parameter(Name="flat", **parameter)
    references = {
        "OWN": f"{own}:A::",
        "PLAIN": plain,
        "STAGED": f"{plain}::AWSCURRENT:",
        "KEY": _PARAMETER,
        "FLAT": f"arn:aws:ssm:{_ACCOUNT}:parameter/flat",
    }
    report = _look(world, references, decryptionKeys=key)
    assert (report.findings, report.unseen) == ((), ())
    assert report.notes == (
        "resource policies of the secrets, and of their keys, were not considered",
    )
    assert "iam:SimulateCustomPolicy" not in str(report)


def test_secret_without_its_key_is_told_without_the_others(world: World) -> None:
    """Names of keys may be secrets themselves."""
    text = '{"hush": "hush"}'
    arn = world.clients("secretsmanager").create_secret(Name="own", SecretString=text)["ARN"]
    report = _look(world, {"OWN": f"{arn}:A::"})
    assert [each.words.partition(" (")[0] for each in report.findings] == [
        "OWN: its value has no key A"
    ]
    assert "hush" not in str(report)


def test_value_that_nobody_may_read_is_unseen(world: World) -> None:
    arn = world.clients("secretsmanager").create_secret(Name="own", SecretString="{}")["ARN"]
    world.server.deny("secretsmanager:GetSecretValue")
    report = _look(world, {"OWN": f"{arn}:A::"})
    assert [each.action for each in report.unseen] == ["secretsmanager:GetSecretValue"]
    assert report.findings == ()


@pytest.mark.parametrize("action", ["secretsmanager:DescribeSecret", "iam:SimulateCustomPolicy"])
def test_what_may_not_be_asked_is_unseen(world: World, action: str) -> None:
    arn = world.clients("secretsmanager").create_secret(Name="own", SecretString="{}")["ARN"]
    world.server.deny(action)
    report = _look(world, {"OWN": arn})
    assert [each.action for each in report.unseen] == [action]
    assert report.findings == ()


def test_nothing_is_asked_where_nothing_is_given() -> None:
    report = stub_look(SECRETS, {"iam__simulate_custom_policy": refusal("AccessDenied")})
    assert (report.summary, report.unseen) == ("none are given", ())


def test_secret_of_an_aws_service_and_its_key(world: World) -> None:
    """Whoever may read the one may use the other."""
    arns = (_SECRET, f"arn:aws:secretsmanager:{_ACCOUNT}:secret:flask-api-db-password-new-AbCdEf")
    results = [{"EvalResourceName": arn, "EvalDecision": "allowed"} for arn in arns]
    answers: dict[str, Any] = {
        "iam__get_role": refusal("NoSuchEntity"),
        "secretsmanager__describe_secret": {"KmsKeyId": "k", "OwningService": "rds"},
        "kms__describe_key": {"KeyMetadata": {"Arn": "a", "KeyManager": "AWS"}},
        "iam__simulate_custom_policy": {"EvaluationResults": results},
    }
    clients = StubClients(**answers)
    clients.session = world.clients.session
    report = look(SECRETS, plan_with(clients, secrets=json.dumps({"X": _SECRET})))
    assert (report.findings, report.unseen) == ((), ())
    assert report.notes[0] == "X: shop/pay-AbCdEf is managed or replicated by AWS"
