"""The evaluator of policies, in tables: a policy, a request, and what AWS decides."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from emulator.services.iam.evaluation import (
    AccessRequest,
    Decision,
    Evaluation,
    PolicyDocument,
    evaluate_policies,
)
from emulator.services.iam.patterns import RequestContext

_CLUSTER = "arn:aws:rds:eu-west-1:123456789012:cluster:flask-api-aurora-pr1"
_SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:flask-api-db-password-pr1-AbCdEf"
_JANE = "arn:aws:iam::123456789012:user/jane"
_ANY: Mapping[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def _document(*statements: Mapping[str, Any], name: str = "p", **more: str) -> PolicyDocument:
    content = {"Version": "2012-10-17", "Statement": list(statements), **more}
    return PolicyDocument.read(json.dumps(content), name)


def _decide(
    statement: Mapping[str, Any],
    action: str,
    resource: str = "*",
    context: Mapping[str, Any] | None = None,
) -> Evaluation:
    request = AccessRequest(action, resource, RequestContext(context or {}))
    return evaluate_policies(request, [_document(statement)])


@pytest.mark.parametrize(
    ("elements", "action", "resource", "applies"),
    [
        ({"Action": "rds:DescribeDBClusters"}, "rds:describedbclusters", "*", True),
        ({"Action": ["ecs:*", "rds:Describe*"]}, "rds:DescribeDBClusters", "*", True),
        ({"Action": "rds:Describe*"}, "rds:DeleteDBCluster", "*", False),
        ({"Action": "rds:Describe"}, "rds:DescribeDBClusters", "*", False),
        ({"Action": "ec2:DescribeVpc?"}, "ec2:DescribeVpcs", "*", True),
        ({"Action": "ec2:DescribeVpc?"}, "ec2:DescribeVpc", "*", False),
        ({"Action": "ec2.DescribeVpcs"}, "ec2:DescribeVpcs", "*", False),
        ({"NotAction": "iam:*"}, "ec2:DescribeVpcs", "*", True),
        ({"NotAction": "iam:*"}, "iam:GetRole", "*", False),
        ({"Resource": "*"}, "rds:DeleteDBCluster", _CLUSTER, True),
        ({"Resource": _CLUSTER}, "rds:DeleteDBCluster", _CLUSTER, True),
        ({"Resource": _CLUSTER}, "rds:DeleteDBCluster", _CLUSTER.upper(), False),
        ({"Resource": _CLUSTER}, "rds:DeleteDBCluster", f"{_CLUSTER}2", False),
        ({"Resource": _CLUSTER}, "rds:DeleteDBCluster", "*", False),
        ({"Resource": ["x", f"{_CLUSTER[:-1]}?"]}, "rds:DeleteDBCluster", _CLUSTER, True),
        ({"Resource": "arn:aws:rds:*:*:cluster:*-pr1"}, "rds:DeleteDBCluster", _CLUSTER, True),
        ({"Resource": "arn:aws:rds:eu-*:*"}, "rds:DeleteDBCluster", _CLUSTER, True),
        # A * that ends a part runs on past the colon, another does not.
        ({"Resource": "arn:aws:rds:*:cluster:*"}, "rds:DeleteDBCluster", _CLUSTER, True),
        ({"Resource": "arn:aws:r*1:123456789012:*"}, "rds:DeleteDBCluster", _CLUSTER, False),
        ({"Resource": "arn:aws:rds:eu?west-1:*"}, "rds:DeleteDBCluster", _CLUSTER, True),
        ({"Resource": "arn:aws?rds:*"}, "rds:DeleteDBCluster", _CLUSTER, False),
        ({"NotResource": f"{_CLUSTER}*"}, "rds:DeleteDBCluster", _CLUSTER, False),
        ({"NotResource": f"{_CLUSTER}-*"}, "rds:DeleteDBCluster", _CLUSTER, True),
        # Trust policies have no Resource.
        ({}, "sts:AssumeRole", "arn:aws:iam::123456789012:role/r", True),
    ],
)
def test_what_a_statement_is_about(
    elements: Mapping[str, Any], action: str, resource: str, applies: bool
) -> None:
    action_of = {} if "NotAction" in elements else {"Action": "*"}
    statement = {"Effect": "Allow", **action_of, **elements}
    expected = Decision.ALLOWED if applies else Decision.IMPLICIT_DENY
    assert _decide(statement, action, resource).decision is expected
    denied = Decision.EXPLICIT_DENY if applies else Decision.IMPLICIT_DENY
    assert _decide({**statement, "Effect": "Deny"}, action, resource).decision is denied


_TEAM = {"aws:PrincipalTag/team": "shop"}


@pytest.mark.parametrize(
    ("resource", "context", "applies"),
    [
        ("secret:${aws:PrincipalTag/team}-*", _TEAM, True),
        ("secret:${AWS:principaltag/Team}-*", _TEAM, True),
        ("secret:${aws:PrincipalTag/team}-*", {"aws:PrincipalTag/team": "other"}, False),
        ("secret:${aws:PrincipalTag/team}-*", {}, False),
        ("secret:${aws:PrincipalTag/team, 'shop'}-*", {}, True),
        ("secret:${aws:PrincipalTag/team, 'shop'}-*", {"aws:PrincipalTag/team": "x"}, False),
        ("secret:${aws:PrincipalTag/team}-*", {"aws:PrincipalTag/team": ["shop", "x"]}, False),
        # A value's letters are no wildcards.
        ("secret:${aws:PrincipalTag/team}", {"aws:PrincipalTag/team": "*"}, False),
        ("secret:shop-${*}", {}, False),
        ("secret:${}-*", {}, False),
    ],
)
def test_variables_stand_for_what_the_context_has(
    resource: str, context: Mapping[str, Any], applies: bool
) -> None:
    statement = {**_ANY, "Resource": f"arn:aws:s:r:1:{resource}"}
    arn = "arn:aws:s:r:1:secret:shop-key"
    allowed = _decide(statement, "s:Get", arn, context).decision is Decision.ALLOWED
    assert allowed is applies


def test_letters_that_would_be_wildcards_can_be_written() -> None:
    statement = {**_ANY, "Resource": "arn:aws:s:r:1:a${*}${?}${$}"}
    assert _decide(statement, "s:Get", "arn:aws:s:r:1:a*?$").decision is Decision.ALLOWED


def test_policies_of_the_old_version_have_no_variables() -> None:
    statement = {
        **_ANY,
        "Resource": "arn:aws:s:r:1:${a:b}",
        "Condition": {"StringEquals": {"a:c": "${a:b}"}},
    }
    document = _document(statement, Version="2008-10-17")
    context = RequestContext({"a:b": "x", "a:c": "${a:b}"})
    for name, decision in (("${a:b}", Decision.ALLOWED), ("x", Decision.IMPLICIT_DENY)):
        request = AccessRequest("s:Get", f"arn:aws:s:r:1:{name}", context)
        assert evaluate_policies(request, [document]).decision is decision


_KEY = "aws:RequestTag/Team"
_ROLE = "arn:aws:iam::123456789012:role/team/deployer"
_DAY = "2026-11-25T12:00:00Z"


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "holds"),
    [
        ("StringEquals", "shop", "shop", True),
        ("StringEquals", ["x", "shop"], "shop", True),
        ("StringEquals", "shop", "Shop", False),
        ("StringEquals", "sh*", "shop", False),
        ("StringEquals", "shop", None, False),
        ("StringEqualsIfExists", "shop", None, True),
        ("StringEqualsIfExists", "shop", "x", False),
        ("StringNotEquals", ["x", "shop"], "shop", False),
        ("StringNotEquals", ["x", "shop"], "y", True),
        ("StringNotEquals", "shop", None, True),
        ("StringEqualsIgnoreCase", "SHOP", "shop", True),
        ("StringEqualsIgnoreCase", "${a:none}", "shop", False),
        ("StringNotEqualsIgnoreCase", "SHOP", "shop", False),
        ("StringLike", "s?o*", "shop", True),
        ("StringLike", "s?o", "shop", False),
        ("StringLike", "*", "a:b\nc", True),
        ("StringNotLike", "s?o*", "shop", False),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
        ("Bool", True, "true", True),
        ("Bool", "false", "true", False),
        ("BoolIfExists", "true", None, True),
        ("Null", "true", None, True),
        ("Null", "true", "x", False),
        ("Null", False, "x", True),
        ("Null", "false", None, False),
        ("NumericEquals", 5, "5.0", True),
        ("NumericNotEquals", 5, "5", False),
        ("NumericLessThan", "5", "5", False),
        ("NumericLessThanEquals", "5", "5", True),
        ("NumericGreaterThan", "5", "6", True),
        ("NumericGreaterThan", "5", "5", False),
        ("NumericGreaterThanEquals", "10", "9", False),
        ("NumericEquals", "5", "five", False),
        ("DateEquals", _DAY, "2026-11-25T13:00:00+01:00", True),
        ("DateLessThan", _DAY, "2026-11-25T11:59:59", True),
        ("DateGreaterThan", "0", _DAY, True),
        ("DateLessThanEquals", _DAY, "2026-11-26", False),
        ("DateNotEquals", _DAY, _DAY, False),
        ("IpAddress", ["10.0.0.0/8", "192.0.2.7"], "192.0.2.7", True),
        ("IpAddress", "10.0.0.0/8", "11.0.0.1", False),
        ("IpAddress", "2001:db8::/32", "2001:db8::1", True),
        ("IpAddress", "10.0.0.0/8", "here", False),
        ("NotIpAddress", "10.0.0.0/8", "10.1.2.3", False),
        ("ArnEquals", "arn:aws:iam::*:role/team/*", _ROLE, True),
        ("ArnLike", "arn:aws:iam::*:role/*", _ROLE, True),
        ("ArnLike", "arn:aws:*:role/team/deployer", _ROLE, False),
        ("ArnLike", "*", _ROLE, True),
        ("ArnNotEquals", "arn:aws:iam::*:role/*", _ROLE, False),
        ("ArnNotLike", "arn:aws:iam::*:user/*", _ROLE, True),
        ("ForAnyValue:StringEquals", ["a", "b"], ["x", "b"], True),
        ("ForAnyValue:StringEquals", ["a", "b"], ["x", "y"], False),
        ("ForAnyValue:StringEquals", "a", None, False),
        ("ForAnyValue:StringNotEquals", "a", ["a", "b"], True),
        ("ForAnyValue:StringNotEquals", "a", ["a"], False),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "x"], False),
        ("ForAllValues:StringEquals", "a", None, True),
        ("ForAllValues:StringLikeIfExists", "a*", ["ab", "b"], False),
        ("ForAllValues:StringNotEquals", "a", ["b", "a"], False),
    ],
)
def test_conditions(operator: str, wanted: Any, value: Any, holds: bool) -> None:
    statement = {**_ANY, "Condition": {operator: {_KEY.upper(): wanted}}}
    context = {} if value is None else {_KEY: value}
    allowed = _decide(statement, "s:Get", context=context).decision is Decision.ALLOWED
    assert allowed is holds


def test_all_conditions_have_to_hold() -> None:
    block = {"StringEquals": {"a:b": "${a:c}"}, "Bool": {"a:d": "true"}}
    statement = {**_ANY, "Condition": block}
    good = {"a:b": "x", "a:c": "x", "a:d": "true"}
    assert _decide(statement, "s:Get", context=good).decision is Decision.ALLOWED
    for key in good:
        found = _decide(statement, "s:Get", context={**good, key: "other"})
        assert found.decision is Decision.IMPLICIT_DENY


def test_a_decision_names_the_statements_that_made_it() -> None:
    deny = {"Effect": "Deny", "Action": "rds:Delete*", "Resource": _CLUSTER}
    policies = [_document(_ANY, name="all"), _document({**deny, "Sid": "Keep"}, _ANY, name="keep")]

    def found(action: str) -> tuple[Decision, list[tuple[str, int, str | None]]]:
        answer = evaluate_policies(AccessRequest(action, _CLUSTER), policies)
        statements = [
            (one.source, one.number, one.document.get("Sid")) for one in answer.statements
        ]
        return answer.decision, statements

    assert found("rds:DeleteDBCluster") == (Decision.EXPLICIT_DENY, [("keep", 1, "Keep")])
    allowed = (Decision.ALLOWED, [("all", 1, None), ("keep", 2, None)])
    assert found("rds:ModifyDBCluster") == allowed
    nothing = evaluate_policies(AccessRequest("rds:DeleteDBCluster"), [])
    assert (nothing.decision, nothing.statements) == (Decision.IMPLICIT_DENY, [])


def test_a_decision_says_what_it_would_have_had_to_know() -> None:
    condition = {"StringEquals": {"a:b": "${a:c}", "a:known": "x"}, "Bool": {"a:b": "true"}}
    statement = {
        "Effect": "Allow",
        "Action": "s:Get",
        "Resource": "arn:aws:s:r:1:${a:d}/${a:e, 'x'}/${*}/${}",
        "Condition": condition,
    }
    found = _decide(statement, "s:Get", context={"a:known": "x"})
    assert found.missing == ("a:b", "a:c", "a:d")
    assert _decide(statement, "s:Put").missing == ()
    old = _document({**statement, "Condition": {}}, Version="2008-10-17")
    assert evaluate_policies(AccessRequest("s:Get"), [old]).missing == ()


@pytest.mark.parametrize(
    ("boundary", "decision", "within"),
    [
        ([_ANY], Decision.ALLOWED, True),
        ([{**_ANY, "Action": "ecs:*"}], Decision.IMPLICIT_DENY, False),
        ([_ANY, {**_ANY, "Effect": "Deny"}], Decision.EXPLICIT_DENY, False),
    ],
)
def test_a_boundary_has_to_allow_too(
    boundary: list[Mapping[str, Any]], decision: Decision, within: bool
) -> None:
    request = AccessRequest("rds:DeleteDBCluster", _CLUSTER)
    limits = _document(*boundary)
    found = evaluate_policies(request, [_document(_ANY)], boundary=limits)
    assert (found.decision, found.within_boundary) == (decision, within)
    alone = evaluate_policies(request, [], boundary=limits)
    assert alone.decision is not Decision.ALLOWED


@pytest.mark.parametrize(
    ("statement", "decision"),
    [
        ({"Principal": "*"}, Decision.ALLOWED),
        ({"Principal": {"AWS": [_JANE, "x"]}}, Decision.ALLOWED),
        ({"Principal": {"AWS": f"{_JANE}t"}}, Decision.IMPLICIT_DENY),
        ({"Principal": {"Service": "ecs.amazonaws.com"}}, Decision.IMPLICIT_DENY),
        ({"NotPrincipal": {"AWS": _JANE}}, Decision.IMPLICIT_DENY),
        ({"NotPrincipal": {"AWS": "x"}}, Decision.ALLOWED),
        ({}, Decision.IMPLICIT_DENY),
        ({"Principal": "*", "Effect": "Deny"}, Decision.EXPLICIT_DENY),
    ],
)
def test_the_policy_of_a_resource_looks_at_who_asks(
    statement: Mapping[str, Any], decision: Decision
) -> None:
    request = AccessRequest("secretsmanager:GetSecretValue", _SECRET, principal=_JANE)
    attached = _document({**_ANY, **statement})
    found = evaluate_policies(request, [], resource_policy=attached)
    assert found.decision is decision


def test_what_a_resource_allows_the_boundary_does_not_stop() -> None:
    request = AccessRequest("secretsmanager:GetSecretValue", _SECRET, principal=_JANE)
    attached = _document({**_ANY, "Principal": {"AWS": _JANE}})
    limits = _document({**_ANY, "Action": "ecs:*"})
    found = evaluate_policies(request, [], boundary=limits, resource_policy=attached)
    assert found.decision is Decision.ALLOWED


@pytest.mark.parametrize(
    "document",
    [
        "no JSON",
        "[]",
        {},
        {"Statement": [{"Action": "*", "Resource": "*"}]},
        {"Statement": {**_ANY, "Effect": "allow"}},
        {"Statement": {**_ANY, "Condition": {"StringIs": {"a:b": "c"}}}},
        {"Statement": {**_ANY, "Condition": {"ForSome:StringEquals": {"a:b": "c"}}}},
        {"Statement": {**_ANY, "Condition": {"NullIfExists": {"a:b": "true"}}}},
        {"Statement": {**_ANY, "Condition": {"Bool": "true"}}},
    ],
)
def test_what_is_no_policy_is_refused(document: Any) -> None:
    with pytest.raises(ValueError, match="."):
        PolicyDocument.read(document)


def test_one_statement_needs_no_list() -> None:
    document = PolicyDocument.read({"Statement": _ANY})
    found = evaluate_policies(AccessRequest("s:Get"), [document])
    assert found.decision is Decision.ALLOWED
