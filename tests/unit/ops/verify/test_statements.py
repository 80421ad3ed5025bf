"""What one policy document allows beyond another, and what it lacks."""

from typing import Any

import pytest

from ops.verify.statements import grants, missing, wider


def _statement(action: Any = "s3:GetObject", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


_ONE = _document(_statement("s3:GetObject", "arn:aws:s3:::a/*"))
_UNDER = {"StringEquals": {"aws:SourceAccount": "1"}}

# Actual, expected -> how many grants are wider, how many missing.
_CASES: dict[str, tuple[dict[str, Any], dict[str, Any], int, int]] = {
    "the same": (_ONE, _ONE, 0, 0),
    "one statement that is no list": (
        {"Statement": _statement("s3:GetObject", ["arn:aws:s3:::a/*"])},
        _ONE,
        0,
        0,
    ),
    "in other letters": (_document(_statement("S3:getobject", "arn:aws:s3:::a/*")), _ONE, 0, 0),
    "narrower": (_document(_statement("s3:GetObject", "arn:aws:s3:::a/b")), _ONE, 0, 1),
    "wider by its resource": (_document(_statement("s3:GetObject")), _ONE, 1, 0),
    "wider by its action": (_document(_statement("s3:*", "arn:aws:s3:::a/*")), _ONE, 1, 0),
    "wider by all but one action": (
        _document({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
        _ONE,
        1,
        1,
    ),
    "one more": (_document(*_ONE["Statement"], _statement("s3:Put*")), _ONE, 1, 0),
    "denied": (
        _document(*_ONE["Statement"], {**_statement("s3:*"), "Effect": "Deny"}),
        _ONE,
        0,
        1,
    ),
    "without the condition": (
        _document(_statement()),
        _document(_statement(Condition=_UNDER)),
        1,
        0,
    ),
    "with the condition, in another order of its values": (
        _document(_statement(Condition={"StringEquals": {"aws:SourceAccount": ["1"]}})),
        _document(_statement(Condition=_UNDER)),
        0,
        0,
    ),
    "with a condition": (_document(_statement(Condition=_UNDER)), _document(_statement()), 0, 1),
    "for everybody": (
        _document(_statement(Principal="*")),
        _document(_statement(Principal={"Service": "ecs-tasks.amazonaws.com"})),
        1,
        0,
    ),
    "for everybody but one": (
        _document(_statement(NotPrincipal={"AWS": "1"})),
        _document(_statement(Principal={"AWS": ["2", "3"]})),
        1,
        1,
    ),
}


@pytest.mark.parametrize("name", _CASES)
def test_documents_are_held_against_each_other(name: str) -> None:
    actual, expected, more, less = _CASES[name]
    there, own = list(grants([actual])), list(grants([expected]))
    assert (len(wider(there, own)), len(missing(there, own))) == (more, less)


def test_a_grant_is_said_as_an_operator_would() -> None:
    statement = _statement("s3:*", Principal={"AWS": "1"}, Condition={"Bool": {"x": ["b", "a"]}})
    (grant,) = grants([_document(statement)])
    assert str(grant) == 's3:* on * by {"AWS": "1"} under {"Bool": {"x": ["a", "b"]}}'
    (trust,) = grants([{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole"}}])
    assert str(trust) == "sts:AssumeRole on it"
