"""IAM's policy simulator: SimulatePrincipalPolicy and SimulateCustomPolicy, which moto lacks.

One answer an action, and in it one a resource, as AWS has it by now (botocore's EvaluationResult).
The ARN template of the action's resource type is told as *: AWS's list of them is not here. Nor are
the lines and columns of the statements that decide.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from emulator.server.interception import AwsError, Call, Patch
from emulator.services.iam.evaluation import (
    AccessRequest,
    Decision,
    Evaluation,
    PolicyDocument,
    Statement,
    evaluate_policies,
)
from emulator.services.iam.patterns import RequestContext

_RESOURCE_POLICY = "ResourcePolicy"

_EVERYTHING = ["*"]

# From the most to the least restrictive; the first of all resources' is told of the action.
_RESTRICTIVE = (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY, Decision.ALLOWED)

# What would change the answer, and is not looked at.
_UNKNOWN = ("PolicyExclusionList", "OrderedOrganizationPolicyInputList", "ResourceOwner")


def _read(document: str, name: str) -> PolicyDocument:
    try:
        return PolicyDocument.read(document, name)
    except ValueError as error:
        raise AwsError("InvalidInput", f"Invalid policy {name}: {error}") from None


def _inputs(call: Call, member: str) -> list[PolicyDocument]:
    """Return the policies that a call brings; AWS names them by where they are in it."""
    documents = call.params.get(member, [])
    return [_read(each, f"{member}.{number}") for number, each in enumerate(documents, 1)]


def _entity(call: Call, arn: str) -> tuple[str, Any]:
    """Return a role, user or group, and which of these it is; AwsError for one that is none."""
    backend = call.backend("iam")
    resource = arn.rpartition(":")[2]
    sort, _, path = resource.partition("/")
    name = path.rpartition("/")[2]
    known = {"role": backend.roles, "user": backend.users, "group": backend.groups}
    if ":iam:" not in arn or sort not in known or not name:
        raise AwsError(
            "InvalidInput",
            f"Invalid Entity Arn: {arn} does not clearly define entity type and name.",
        )
    found = next((each for each in known[sort].values() if each.arn == arn), None)
    if found is None:
        raise AwsError("NoSuchEntity", f"The {sort} with name {name} cannot be found.")
    return sort, found


def identity_policies(call: Call, sort: str, entity: Any) -> Iterator[PolicyDocument]:
    """Give the policies of a role, user or group: inline, attached, and those of its groups."""
    for name, document in entity.policies.items():
        yield _read(document, f"{sort}_{entity.name}_{name}")
    for each in entity.managed_policies.values():
        yield _managed(each)
    if sort == "user":
        for group in call.backend("iam").get_groups_for_user(entity.name):
            yield from identity_policies(call, "group", group)


def _managed(policy: Any) -> PolicyDocument:
    version = next(each for each in policy.versions if each.is_default)
    return _read(version.document, policy.name)


def permissions_boundary(call: Call, entity: Any) -> PolicyDocument | None:
    """Return the permissions boundary to look at: the call's own, or that of the entity."""
    given = _inputs(call, "PermissionsBoundaryPolicyInputList")
    arn = getattr(entity, "permissions_boundary_arn", None)
    if given or not arn:
        return given[0] if given else None
    return _managed(call.backend("iam").managed_policies[arn])


def _simulate_principal(call: Call) -> Mapping[str, Any]:
    source = call.params["PolicySourceArn"]
    sort, entity = _entity(call, source)
    policies = [*identity_policies(call, sort, entity), *_inputs(call, "PolicyInputList")]
    caller = call.params.get("CallerArn", source)
    return _simulate(call, policies, permissions_boundary(call, entity), caller)


def _simulate_custom(call: Call) -> Mapping[str, Any]:
    policies = _inputs(call, "PolicyInputList")
    return _simulate(
        call, policies, permissions_boundary(call, None), call.params.get("CallerArn", "")
    )


def _simulate(
    call: Call, policies: Sequence[PolicyDocument], boundary: PolicyDocument | None, caller: str
) -> Mapping[str, Any]:
    unknown = [each for each in _UNKNOWN if each in call.params]
    if unknown:
        raise NotImplementedError(f"the policy simulator does not look at {', '.join(unknown)}")
    attached = None
    if _RESOURCE_POLICY in call.params:
        if _entity(call, caller)[0] != "user":
            words = "Invalid caller - Caller must be an IAM user in this context."
            raise AwsError("InvalidInput", words)
        attached = _read(call.params[_RESOURCE_POLICY], _RESOURCE_POLICY)
    context = RequestContext(
        {
            each["ContextKeyName"]: each.get("ContextKeyValues", [])
            for each in call.params.get("ContextEntries", [])
        }
    )
    resources = call.params.get("ResourceArns") or _EVERYTHING
    results = []
    for action in call.params["ActionNames"]:
        evaluations = {
            resource: evaluate_policies(
                AccessRequest(action, resource, context, caller),
                policies,
                boundary=boundary,
                resource_policy=attached,
            )
            for resource in resources
        }
        results.append(_result(action, evaluations))
    return {"EvaluationResults": results, "IsTruncated": False}


def _result(action: str, evaluations: Mapping[str, Evaluation]) -> Mapping[str, Any]:
    """Return what is told of an action: the most restrictive decision of all its resources."""
    every = list(evaluations.values())
    decision = next(each for each in _RESTRICTIVE if any(found.decision is each for found in every))
    deciding = [each for each in every if each.decision is decision]
    statements = _unique(each for found in deciding for each in _matched(found.statements))
    missing = dict.fromkeys(key for found in every for key in found.missing)
    result: dict[str, Any] = {
        "EvalActionName": action,
        "EvalResourceName": "*",
        "EvalDecision": decision,
        "MatchedStatements": statements,
        "MissingContextValues": list(missing),
        **_boundary_detail(every),
    }
    if list(evaluations) != _EVERYTHING:
        result["EvalDecisionDetails"] = {}
        result["ResourceSpecificResults"] = [
            {
                "EvalResourceName": resource,
                "EvalResourceDecision": found.decision,
                "MatchedStatements": _unique(_matched(found.statements)),
                "MissingContextValues": list(found.missing),
                **_boundary_detail([found]),
            }
            for resource, found in evaluations.items()
        ]
    return result


def _boundary_detail(evaluations: Sequence[Evaluation]) -> Mapping[str, Any]:
    within = [each.within_boundary for each in evaluations]
    if None in within:
        return {}
    detail = {"AllowedByPermissionsBoundary": all(within)}
    return {"PermissionsBoundaryDecisionDetail": detail}


def _matched(statements: Iterable[Statement]) -> Iterator[tuple[str, int]]:
    return ((each.source, each.number) for each in statements)


def _unique(statements: Iterable[tuple[str, int]]) -> list[Mapping[str, Any]]:
    """Return statements as the simulator tells of them, each once."""
    return [
        {
            "SourcePolicyId": source,
            # Not in the model's enum, which has role, user and others; the simulator says these.
            "SourcePolicyType": ("Resource Policy" if source == _RESOURCE_POLICY else "IAM Policy"),
        }
        for source, _ in dict.fromkeys(statements)
    ]


PATCHES = (
    Patch("iam", ("SimulatePrincipalPolicy",), "is not there", answer=_simulate_principal),
    Patch("iam", ("SimulateCustomPolicy",), "is not there", answer=_simulate_custom),
)
