"""Log groups, secrets and roles, where their lives are irregular."""

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from emulator.resources.aws import Aws
from emulator.resources.state import ResourceError, State
from emulator.services.table import RESOURCE_TYPES

_LOG_GROUP = RESOURCE_TYPES["aws:cloudwatch/logGroup:LogGroup"]
_POLICY = RESOURCE_TYPES["aws:cloudwatch/logResourcePolicy:LogResourcePolicy"]
_SECRET = RESOURCE_TYPES["aws:secretsmanager/secret:Secret"]
_VERSION = RESOURCE_TYPES["aws:secretsmanager/secretVersion:SecretVersion"]
_ROLE = RESOURCE_TYPES["aws:iam/role:Role"]

_DOCUMENT = '{"Version": "2012-10-17", "Statement": []}'
_ALLOWED = """{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
"Action": "s3:GetObject", "Resource": "*"}]}"""
_TRUST = """{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
"Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"""


def test_retention_and_key_of_a_log_group_come_and_go(aws: Aws) -> None:
    forever = _LOG_GROUP.create(aws, {"name": "b", "retentionInDays": 0})
    assert _LOG_GROUP.read(aws, forever) == forever
    made = _LOG_GROUP.create(aws, {"name": "a"})
    kept = _LOG_GROUP.update(aws, made, {"name": "a", "retentionInDays": 7})
    assert _LOG_GROUP.read(aws, kept) == kept
    for inputs in ({"name": "a"}, {"name": "a", "retentionInDays": 0}):
        changed = _LOG_GROUP.update(aws, kept, inputs)
        assert _LOG_GROUP.read(aws, changed) == changed
    key = aws.call("kms.create_key")["KeyMetadata"]["Arn"]
    locked = _LOG_GROUP.update(aws, made, {"name": "a", "kmsKeyId": key})
    assert _LOG_GROUP.read(aws, locked) == locked
    _LOG_GROUP.update(aws, locked, {"name": "a"})
    unlocked = _LOG_GROUP.read(aws, locked)
    assert unlocked is not None
    assert unlocked.inputs == {"name": "a"}


def test_a_log_policy_belongs_to_the_account_or_to_a_group(aws: Aws) -> None:
    for scopes in ({}, {"policyName": "a", "resourceArn": "b"}):
        with pytest.raises(ResourceError, match="exactly one of policyName and resourceArn"):
            _POLICY.create(aws, {"policyDocument": _DOCUMENT, **scopes})
    group = _LOG_GROUP.create(aws, {"name": "a"})
    for scope in ({"policyName": "a"}, {"resourceArn": group.outputs["arn"]}):
        made = _POLICY.create(aws, {"policyDocument": _DOCUMENT, **scope})
        assert _POLICY.read(aws, made) == made
        other = _DOCUMENT.replace("[]", "[{}]")
        changed = _POLICY.update(aws, made, {"policyDocument": other, **scope})
        assert _POLICY.read(aws, changed) == changed
        _POLICY.delete(aws, changed)
        assert _POLICY.read(aws, changed) is None


def test_the_policy_of_a_secret_comes_and_goes(aws: Aws) -> None:
    inputs = {"name": "a", "recoveryWindowInDays": 0}
    made = _SECRET.create(aws, {**inputs, "policy": _DOCUMENT})
    assert _SECRET.read(aws, made) == made
    bare = _SECRET.update(aws, made, {**inputs, "policy": ""})
    assert _SECRET.read(aws, made) == _SECRET.read(aws, bare) == bare


def test_a_secret_in_its_recovery_window_is_gone_but_for_its_name(aws: Aws) -> None:
    made = _SECRET.create(aws, {"name": "a"})
    _SECRET.delete(aws, made)
    assert _SECRET.read(aws, made) is None
    with pytest.raises(ClientError, match="ResourceExistsException"):
        _SECRET.create(aws, {"name": "a"})
    other = _SECRET.create(aws, {"name": "b", "recoveryWindowInDays": 0})
    _SECRET.delete(aws, other)
    assert _SECRET.create(aws, {"name": "b"}).inputs["name"] == "b"


def test_versions_of_a_secret(aws: Aws) -> None:
    """A new one takes the label of the old; labels of one's own move, and go with the version."""
    secret = _SECRET.create(aws, {"name": "a"})
    one = _VERSION.create(aws, {"secretId": secret.id, "secretString": "1"})
    other = _VERSION.create(aws, {"secretId": secret.id, "secretString": "2"})
    assert other.outputs["versionStages"] == ["AWSCURRENT"]
    both = {"secretId": secret.id, "secretString": "2", "versionStages": ["AWSCURRENT", "mine"]}
    labelled = _VERSION.update(aws, other, both)
    assert sorted(labelled.outputs["versionStages"]) == ["AWSCURRENT", "mine"]
    old = {"secretId": secret.id, "secretString": "1", "versionStages": ["mine", "yours"]}
    assert sorted(_VERSION.update(aws, one, old).outputs["versionStages"]) == [
        "AWSPREVIOUS",
        "mine",
        "yours",
    ]
    labelled = _VERSION.update(
        aws, _VERSION.update(aws, other, {**both, "versionStages": ["x"]}), both
    )
    _VERSION.delete(aws, labelled)
    found = aws.call("secretsmanager.describe_secret", SecretId=secret.id)
    assert found["VersionIdsToStages"][labelled.outputs["versionId"]] == ["AWSCURRENT"]
    assert _VERSION.read(aws, State(one.id)) is not None


def test_a_role_that_detaches_its_policies_by_force(aws: Aws) -> None:
    inputs = {"name": "a", "assumeRolePolicy": _TRUST, "forceDetachPolicies": True}
    role = _ROLE.create(aws, inputs)
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    attachment = RESOURCE_TYPES["aws:iam/rolePolicyAttachment:RolePolicyAttachment"]
    attached = attachment.create(aws, {"role": role.id, "policyArn": arn})
    inline = RESOURCE_TYPES["aws:iam/rolePolicy:RolePolicy"]
    inline.create(aws, {"role": role.id, "name": "b", "policy": _ALLOWED})
    assert attachment.read(aws, State(attached.id)) is not None
    with pytest.raises(ClientError, match="DeleteConflict"):
        _ROLE.delete(aws, replace(role, inputs={}))
    _ROLE.delete(aws, role)
    assert _ROLE.read(aws, role) is None


def test_the_boundary_of_a_role_comes_and_goes(aws: Aws) -> None:
    inputs = {"name": "a", "assumeRolePolicy": _TRUST}
    bounded = {**inputs, "permissionsBoundary": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    role = _ROLE.create(aws, bounded)
    assert _ROLE.read(aws, role) == role
    free = _ROLE.update(aws, role, inputs)
    assert _ROLE.read(aws, free) == free
    assert _ROLE.read(aws, _ROLE.update(aws, free, bounded)) == role


def test_the_parts_of_an_id_are_enough_to_read_by(aws: Aws) -> None:
    role = _ROLE.create(aws, {"name": "a", "assumeRolePolicy": _TRUST})
    made = RESOURCE_TYPES["aws:iam/rolePolicy:RolePolicy"].create(
        aws, {"role": role.id, "name": "b", "policy": _ALLOWED}
    )
    found = RESOURCE_TYPES["aws:iam/rolePolicy:RolePolicy"].read(aws, State(made.id))
    assert found == State("a:b")
