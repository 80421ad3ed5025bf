"""An environment to break: what an operator's hand, or AWS, may do to it, one thing at a time."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.resources.aws import Aws
from emulator.server.server import Server
from lib.names import resource_name
from ops.account import Account
from ops.checks import Results
from ops.clients import Clients
from ops.inventory.environment import Environment
from ops.report import CheckReport, Report
from ops.target import LookRequest, Target
from ops.verify.live_environment import LiveEnvironment
from ops.verify.verdict import verify_target
from ops.verify.watching import Goal
from tests.unit.ops.support import WHERE, StubClients, Waiting

SUFFIX = "dev"


@dataclass
class Broken:
    """The environment of a suffix, by the names of its parts, with clients to change it."""

    server: Server
    aws: Aws
    clients: Clients
    waits: Waiting = field(default_factory=Waiting)

    def name(self, part: str) -> str:
        """Return the name of a part."""
        return resource_name(part, SUFFIX)

    @property
    def environment(self) -> Environment:
        """What it has now."""
        return Environment(self.clients, SUFFIX)

    def call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """Call AWS as somebody does who should not."""
        return self.aws.call(operation, **arguments)

    def target(self, **request: Any) -> Target:
        """Return it as what is to be looked at."""
        asked = LookRequest("verify", SUFFIX, **request)
        return Target(asked, WHERE, Account("123456789012", "a test", self.clients), self.clients)

    def verify(self, goal: Goal | None = None) -> Report:
        """Look at it."""
        return verify_target(self.target(), goal or Goal(), self.waits, lambda _progress: None)

    def live(self) -> LiveEnvironment:
        """Return it as the checks see it."""
        return LiveEnvironment(self.environment)

    def group(self, part: str) -> str:
        """Return the id of a security group."""
        return self.environment.part("security group", part).id

    def table(self, part: str) -> str:
        """Return the id of a route table."""
        return self.environment.part("route table", part).id

    def remove_rule(self, part: str) -> None:
        """Take a rule of a security group away."""
        rule = self.environment.part("security group rule", part)
        way = "egress" if rule.description["IsEgress"] else "ingress"
        self.call(
            f"ec2.revoke_security_group_{way}",
            GroupId=rule.description["GroupId"],
            SecurityGroupRuleIds=[rule.id],
        )

    def let_in(self, part: str, port: int, **more: Any) -> None:
        """Let everybody into a security group on a port."""
        permission = {
            "IpProtocol": "tcp",
            "FromPort": port,
            "ToPort": port,
            "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            **more,
        }
        self.call(
            "ec2.authorize_security_group_ingress",
            GroupId=self.group(part),
            IpPermissions=[permission],
        )

    def block(self, egress: bool, port: int, subnet: str = "private-subnet-1") -> None:
        """Have the network ACL of a subnet refuse a port, to and from everybody."""
        subnet_id = self.environment.part("subnet", subnet).id
        which = [{"Name": "association.subnet-id", "Values": [subnet_id]}]
        acl = self.call("ec2.describe_network_acls", Filters=which)["NetworkAcls"][0]
        self.call(
            "ec2.create_network_acl_entry",
            NetworkAclId=acl["NetworkAclId"],
            RuleNumber=10,
            Protocol="6",
            RuleAction="deny",
            Egress=egress,
            CidrBlock="0.0.0.0/0",
            PortRange={"From": port, "To": port},
        )

    def write_secret(self, **changes: Any) -> None:
        """Write the secret anew, with changes; None takes a key away."""
        secret = self.environment.secret.id
        text = self.call("secretsmanager.get_secret_value", SecretId=secret)["SecretString"]
        values = {**json.loads(text), **changes}
        kept = {key: value for key, value in values.items() if value is not None}
        self.call("secretsmanager.put_secret_value", SecretId=secret, SecretString=json.dumps(kept))

    @property
    def listener(self) -> str:
        """The ARN of the listener."""
        return self.environment.find("listener")[0].id

    def put_policy(self, role: str, policy: str, action: str) -> None:
        """Have a role's inline policy allow an action on everything."""
        statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.call(
            "iam.put_role_policy",
            RoleName=self.name(role),
            PolicyName=self.name(policy),
            PolicyDocument=document,
        )


@dataclass(frozen=True)
class Fault:
    """One fault: how it is made, which check finds it, and with which words.

    `notes` are words of the evidence that has to be told with it.
    """

    make: Callable[[Broken], Any]
    check: str
    words: str
    notes: tuple[str, ...] = ()


def found(report: Report) -> Mapping[str, CheckReport]:
    """Return the checks that found something, by their names."""
    return {check.name: check for check in report.checks if check.findings}


def stubbed(**answers: Any) -> LiveEnvironment:
    """Return an environment of which AWS says what it is told to, by `service__method`."""
    return LiveEnvironment(Environment(StubClients(**answers), SUFFIX))  # type: ignore[arg-type]


def look(check: Callable[[LiveEnvironment, Results], None], live: LiveEnvironment) -> Results:
    """Return what a check finds out of an environment."""
    results = Results()
    check(live, results)
    return results


def said(results: Results) -> list[str]:
    """Return the words of what was found."""
    return [each.words for each in results.findings]
