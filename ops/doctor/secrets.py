"""The check of tap:secrets: each is there, and the tasks' execution role may read it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from lib.policies import read_references, read_secrets
from ops.checks import Results
from ops.doctor.plan import Plan, where_possible
from ops.doctor.references import Reference, look_at_reference

_ALLOWED = "allowed"

# What the program adds to the end of a secret's name to match its ARN; any will do here.
_ANY_ENDING = "AbCdEf"


@dataclass(frozen=True)
class _Ask:
    """An action on a resource that the execution role takes when it starts a task, and for what."""

    action: str
    arn: str
    variable: str
    context: Mapping[str, str] = field(default_factory=dict, hash=False)


def _look(plan: Plan, results: Results) -> None:
    container = plan.settings.container
    references = [Reference(name, text) for name, text in sorted(container.secrets.items())]
    results.summary = f"{len(references)} given" if references else "none are given"
    asks: list[_Ask] = []
    for reference in references:
        try:
            asks.extend(_asks(reference, plan, results))
        except (BotoCoreError, ClientError) as error:
            results.miss_answer(error)
    if references or plan.settings.identity.permissions_boundary:
        _simulate(plan, [_own_secret(plan), *asks], results)
    if references:
        results.note("resource policies of the secrets, and of their keys, were not considered")


def _asks(reference: Reference, plan: Plan, results: Results) -> Iterator[_Ask]:
    before = len(results.findings)
    key = look_at_reference(reference, plan, results)
    if len(results.findings) > before:
        # What is not there, or can't be used, need not be allowed.
        return
    action = "ssm:GetParameters" if reference.is_parameter else "secretsmanager:GetSecretValue"
    yield _Ask(action, reference.arn, reference.variable)
    if key is None:
        return
    described = plan.elsewhere(reference.region)("kms").describe_key(KeyId=key)["KeyMetadata"]
    if described.get("KeyManager") == "AWS":
        return
    if described.get("KeyState") not in (None, "Enabled"):
        results.find(
            f"{reference.variable}: its KMS key {described['Arn']} is {described['KeyState']}",
            f"aws kms cancel-key-deletion or enable-key --key-id {described['KeyId']} "
            f"--region {reference.region}",
        )
        return
    context = {"kms:ViaService": reference.service}
    yield _Ask("kms:Decrypt", described["Arn"], reference.variable, context)


def _own_secret(plan: Plan) -> _Ask:
    session = plan.clients.session or boto3.Session()
    partition = session.get_partition_for_region(plan.region)
    arn = (
        f"arn:{partition}:secretsmanager:{plan.region}:{plan.target.account.number}:secret:"
        f"{plan.name('db-password')}-{_ANY_ENDING}"
    )
    return _Ask("secretsmanager:GetSecretValue", arn, "DATABASE_URL")


def _simulate(plan: Plan, asks: Sequence[_Ask], results: Results) -> None:
    """Ask IAM whether the execution role may do all that, with the policies of the program.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html
    """
    simulate = _simulation(plan, asks)
    for group in dict.fromkeys((ask.action, tuple(ask.context.items())) for ask in asks):
        action, context = group
        same = [ask for ask in asks if (ask.action, tuple(ask.context.items())) == group]
        answer = simulate(
            ActionNames=[action],
            ResourceArns=sorted({ask.arn for ask in same}),
            ContextEntries=[
                {"ContextKeyName": name, "ContextKeyValues": [value], "ContextKeyType": "string"}
                for name, value in context
            ],
        )
        decisions = _decisions(answer["EvaluationResults"])
        for ask in same:
            if decisions[ask.arn] != _ALLOWED:
                results.find(*_denied(ask, decisions[ask.arn]))


def _decisions(evaluated: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    """Return the decision on each resource: IAM has them as one result each, or one in another."""
    alone = {each["EvalResourceName"]: each["EvalDecision"] for each in evaluated}
    within = {
        each["EvalResourceName"]: each["EvalResourceDecision"]
        for result in evaluated
        for each in result.get("ResourceSpecificResults", ())
    }
    return {**alone, **within}


def _denied(ask: _Ask, decision: str) -> tuple[str, str]:
    words = f"{ask.variable}: the execution role may not call {ask.action} on {ask.arn}"
    if decision == "explicitDeny":
        return (
            f"{words} (a policy denies it)",
            "take out the Deny: in the permissions boundary, the role's policies, or the "
            "organization's",
        )
    if ask.action == "kms:Decrypt":
        return words, f"pulumi config set tap:decryptionKeys '[\"{ask.arn}\"]' adds the key"
    return words, "have the permissions boundary (tap:permissionsBoundary) allow it"


def _simulation(plan: Plan, asks: Sequence[_Ask]) -> Any:
    """Return the simulation of the role: with its own policies where it is there."""
    container, client = plan.settings.container, plan.clients("iam")
    documents = [read_secrets([asks[0].arn])]
    if container.secrets:
        arns = [Reference(name, text).arn for name, text in container.secrets.items()]
        documents.append(read_references(arns, container.decryption_keys))
    texts = [json.dumps(document) for document in documents]
    role = next(
        (
            each
            for each in plan.environment.find("IAM role")
            if each.name == plan.name("execution-role")
        ),
        None,
    )

    def simulate(**asked: Any) -> Mapping[str, Any]:
        if role is not None:
            return client.simulate_principal_policy(
                PolicySourceArn=role.arn, PolicyInputList=texts, **asked
            )
        return client.simulate_custom_policy(PolicyInputList=texts, **boundary, **asked)

    boundary = {} if role is not None else _boundary(plan, client)
    return simulate


def _boundary(plan: Plan, client: Any) -> Mapping[str, Any]:
    """Return the permissions boundary that the role is to have, as the simulation takes it."""
    arn = plan.settings.identity.permissions_boundary
    if arn is None:
        return {}
    version = client.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found = client.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]
    return {"PermissionsBoundaryPolicyInputList": [json.dumps(found["Document"])]}


SECRETS = where_possible("secrets", _look, "account")
