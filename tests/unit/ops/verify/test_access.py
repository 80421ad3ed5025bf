"""What others put into the network is a note; and other shapes that rules and policies have."""

import json
from typing import Any

import pytest

from lib import policies
from lib.names import resource_name
from ops.inventory.environment import Environment
from ops.inventory.resource_type import FoundResource
from ops.report import WELL
from ops.verify.access import check_access
from ops.verify.live_role import LiveRole
from ops.verify.statements import Grant
from tests.unit.ops.verify.support import SUFFIX, Broken, found, look, said


def test_what_an_organization_and_guardduty_add_is_noted(broken: Broken) -> None:
    vpc = broken.environment.vpc.id
    made = broken.call(
        "ec2.create_security_group", GroupName="managed", Description="managed", VpcId=vpc
    )
    managed = [{"Key": "GuardDutyManaged", "Value": "true"}]
    broken.call("ec2.create_tags", Resources=[made["GroupId"]], Tags=managed)
    service = "com.amazonaws.eu-south-1.guardduty-data"
    endpoint = broken.call(
        "ec2.create_vpc_endpoint", VpcId=vpc, ServiceName=service, VpcEndpointType="Interface"
    )["VpcEndpoint"]["VpcEndpointId"]
    broken.call("ec2.create_tags", Resources=[vpc], Tags=[{"Key": "CostCenter", "Value": "7"}])
    report = broken.verify()
    assert (report.exit_code, found(report)) == (WELL, {})
    (access,) = [check for check in report.checks if check.name == "access"]
    assert set(access.notes) == {
        f"GuardDuty has a security group in the VPC: {made['GroupId']}",
        f"the VPC has the endpoint {endpoint} of others: {service}",
        "the VPC has tags beyond the program's: CostCenter",
    }


def test_a_network_acl_of_others_that_lets_through_what_is_needed_is_noted(broken: Broken) -> None:
    subnet = broken.environment.part("subnet", "private-subnet-1").id
    acl = broken.call("ec2.create_network_acl", VpcId=broken.environment.vpc.id)["NetworkAcl"]
    for egress in (True, False):
        broken.call(
            "ec2.create_network_acl_entry",
            NetworkAclId=acl["NetworkAclId"],
            RuleNumber=100,
            Protocol="-1",
            RuleAction="allow",
            Egress=egress,
            CidrBlock="0.0.0.0/0",
        )
    which = [{"Name": "association.subnet-id", "Values": [subnet]}]
    (before,) = broken.call("ec2.describe_network_acls", Filters=which)["NetworkAcls"]
    (own,) = [each for each in before["Associations"] if each["SubnetId"] == subnet]
    broken.call(
        "ec2.replace_network_acl_association",
        AssociationId=own["NetworkAclAssociationId"],
        NetworkAclId=acl["NetworkAclId"],
    )
    report = broken.verify()
    assert report.exit_code == WELL
    notes = [note for check in report.checks for note in check.notes]
    assert notes == [
        f"subnets have the network ACL {acl['NetworkAclId']}, which the program did not make"
    ]


_RULES: dict[str, tuple[dict[str, Any], str]] = {
    "every port": (
        {"IpProtocol": "-1", "FromPort": -1, "ToPort": -1},
        "0.0.0.0/0 in on every port",
    ),
    "a span": ({"FromPort": 5000, "ToPort": 5001}, "0.0.0.0/0 in on tcp 5000 to 5001"),
    "of IPv6": ({"IpRanges": [], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}, "::/0 in on tcp 5000"),
}


@pytest.mark.parametrize("name", _RULES)
def test_rules_are_said_as_they_are(broken: Broken, name: str) -> None:
    permission, words = _RULES[name]
    broken.let_in("ecs-sg", 5000, **permission)
    (finding,) = found(broken.verify())["access"].findings
    assert finding.words == f"flask-api-ecs-sg-dev lets {words}, which the program did not make"


def test_a_rule_for_another_group_and_the_command_that_takes_it_away(broken: Broken) -> None:
    group, balancer = broken.group("rds-sg"), broken.group("alb-sg")
    broken.let_in("rds-sg", 5432, IpRanges=[], UserIdGroupPairs=[{"GroupId": balancer}])
    (finding,) = found(broken.verify())["access"].findings
    assert finding.words.startswith("flask-api-rds-sg-dev lets alb-sg in on tcp 5432, which ")
    assert (
        f"revoke-security-group-ingress --group-id {group} --security-group-rule" in finding.advice
    )


def test_roles_of_others_that_the_tasks_run_with_are_found(broken: Broken) -> None:
    live = broken.live()
    definition = dict(live.running_definition)
    definition["executionRoleArn"] = "arn:aws:iam::1:role/administrator"
    del definition["taskRoleArn"]
    live.running_definition = definition
    assert said(look(check_access, live)) == [
        "the tasks run with another role than flask-api-execution-role-dev: "
        "arn:aws:iam::1:role/administrator",
        "the tasks run with another role than flask-api-task-role-dev: none",
    ]


_SECRET = "arn:aws:secretsmanager:eu-south-1:1:secret:key-AbCdEf"
_KEY = "arn:aws:kms:eu-south-1:1:key/k"


def _role(**inline: policies.Document) -> LiveRole:
    arn = "arn:aws:iam::1:role/flask-api-execution-role-dev"
    found_role = FoundResource("IAM role", arn.rpartition("/")[2], "r", arn)
    role = LiveRole(Environment(None, SUFFIX), "execution-role", found_role)  # type: ignore
    role.inline = inline
    return role


def test_a_policy_that_the_program_named_by_its_content_is_its_own() -> None:
    document = policies.read_references([_SECRET], [_KEY])
    name = resource_name(f"execution-reads-{policies.document_digest(document)}", SUFFIX)
    # IAM gives back what it was given, in whatever order.
    told = json.loads(json.dumps(document, sort_keys=True))
    assert {grant.resource for grant in _role(**{name: told}).settings_allowed} == {_SECRET, _KEY}


@pytest.mark.parametrize("resource", ["*", "arn:aws:secretsmanager:eu-south-1:1:secret:other"])
def test_one_that_was_changed_since_is_not(resource: str) -> None:
    document = policies.read_references([_SECRET], [])
    name = resource_name(f"execution-reads-{policies.document_digest(document)}", SUFFIX)
    changed = {**document, "Statement": [{**document["Statement"][0], "Resource": resource}]}
    assert not _role(**{name: changed}).settings_allowed


def test_nor_is_one_with_a_statement_more() -> None:
    document = policies.read_references([_SECRET], [])
    name = resource_name(f"execution-reads-{policies.document_digest(document)}", SUFFIX)
    more = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": _SECRET}
    changed = {**document, "Statement": [*document["Statement"], more]}
    assert not _role(**{name: changed}).settings_allowed


def test_the_secrets_of_the_settings_are_needed(broken: Broken) -> None:
    live = broken.live()
    (role,) = [each for each in live.roles if each.part == "execution-role"]
    secrets = [{"valueFrom": f"{_SECRET}:key::"}, {"valueFrom": "a-parameter-by-its-name"}]
    needed = role.needed(live.service, {"containerDefinitions": [{"secrets": secrets}, {}]})
    action = "secretsmanager:GetSecretValue"
    assert Grant("Allow", action, _SECRET, "", "") in needed
    assert len(needed) == 2


def test_ecs_exec_needs_its_channels(broken: Broken) -> None:
    live = broken.live()
    (role,) = [each for each in live.roles if each.part == "task-role"]
    needed = role.needed({"enableExecuteCommand": True}, {"containerDefinitions": []})
    assert {grant.action.partition(":")[0] for grant in needed} == {"ssmmessages"}
