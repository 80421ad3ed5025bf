"""Recorded calls: what a client sent to the emulated AWS, and what IAM would have been asked of it.

The service authorization reference says on which resources; their ARNs and tags are those of the
call, as far as it names them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.resources.aws import ACCOUNT, Aws
from emulator.services.iam.evaluation import AccessRequest
from emulator.services.iam.patterns import RequestContext
from lib.region import read_region
from ops.policy.reference import read_reference

_PREFIXES = {"elbv2": "elasticloadbalancing"}

# Ids of EC2 by how they begin.
_IDS = {
    "vpc": "vpc",
    "subnet": "subnet",
    "igw": "internet-gateway",
    "eipalloc": "elastic-ip",
    "nat": "natgateway",
    "rtb": "route-table",
    "vpce": "vpc-endpoint",
    "fl": "vpc-flow-log",
    "sg": "security-group",
    "sgr": "security-group-rule",
}
_ID = re.compile(rf"({'|'.join(_IDS)})-[0-9a-f]+")

# The argument that names a resource of a type, and what its ARN has before the name.
_NAMES = {
    "ecr:repository": ("repositoryName", "repositoryNames", "repository/"),
    "ecs:cluster": ("clusterName", "cluster", "clusters", "cluster/"),
    "ecs:task-definition": ("family", "task-definition/"),
    "elasticloadbalancing:loadbalancer/app/": ("Name", "loadbalancer/app/"),
    "elasticloadbalancing:targetgroup": ("Name", "targetgroup/"),
    "iam:role": ("RoleName", "role/"),
    "logs:delivery-destination": ("name", "deliveryDestinationName", "delivery-destination:"),
    "logs:delivery-source": ("name", "deliverySourceName", "delivery-source:"),
    "logs:log-group": ("logGroupName", "log-group:"),
    "rds:cluster": ("DBClusterIdentifier", "cluster:"),
    "rds:cluster-pg": ("DBClusterParameterGroupName", "cluster-pg:"),
    "rds:db": ("DBInstanceIdentifier", "db:"),
    "rds:subgrp": ("DBSubnetGroupName", "subgrp:"),
    "secretsmanager:Secret": ("Name", "SecretId", "secret:"),
}
# What the name is followed by, in ARNs that end in something else.
_ENDS = {
    "ecs:task-definition": ":1",
    "elasticloadbalancing:loadbalancer/app/": "/50dc6c495c0c9188",
    "elasticloadbalancing:targetgroup": "/73e2d6bc24d8a067",
    "secretsmanager:Secret": "-a1B2c3",
}

# What the emulated provider asks AWS, and the real one knows by heart.
_KNOWN = ("ec2:DescribeRegions",)

# What tags take, where a call brings some.
_TAGGING = {
    "application-autoscaling": "TagResource",
    "ecr": "TagResource",
    "ecs": "TagResource",
    "elasticloadbalancing": "AddTags",
    "iam": "TagRole",
    "logs": "TagResource",
    "rds": "AddTagsToResource",
    "secretsmanager": "TagResource",
}

# Arguments with a role that the service is to take.
_PASSED = {
    "executionRoleArn": "ecs-tasks.amazonaws.com",
    "taskRoleArn": "ecs-tasks.amazonaws.com",
    "DeliverLogsPermissionArn": "vpc-flow-logs.amazonaws.com",
}


def request(action: str, arn: str = "*", **context: Any) -> AccessRequest:
    """Return a request; `requested` and `there` are the tag EnvironmentSuffix."""
    names = {"requested": "aws:RequestTag/EnvironmentSuffix"}
    names |= {"there": "aws:ResourceTag/EnvironmentSuffix"}
    entries = {names.get(key, key): value for key, value in context.items() if value is not None}
    return AccessRequest(action, arn, RequestContext(entries))


@dataclass(frozen=True)
class Call:
    """A call, in boto3's name of the service and AWS's of the operation and its arguments."""

    service: str
    operation: str
    arguments: Mapping[str, Any]

    @property
    def action(self) -> str:
        """The action of the same name."""
        return f"{_PREFIXES.get(self.service, self.service)}:{self.operation}"


@dataclass
class Recorder:
    """Notes what clients send; `requests` has what IAM is asked, with what is known by then."""

    calls: list[Call] = field(default_factory=list)
    requests: list[AccessRequest] = field(default_factory=list)
    _suffixes: dict[str, str] = field(default_factory=dict)
    _boundaries: dict[str, str] = field(default_factory=dict)

    def listen(self, client: Any) -> None:
        """Note what a client of boto3's sends from now on."""
        client.meta.events.register("provide-client-params.*.*", self._note)
        client.meta.events.register("after-call.*.*", self._learn)

    def _note(self, params: Mapping[str, Any], model: Any, context: dict, **_more: Any) -> None:
        service = model.service_model.service_name
        call = Call(service, model.name, dict(params))
        context["recorded"] = call
        if call.action in _KNOWN:
            return
        self.calls.append(call)
        self.requests.extend(self._asked(call))

    def _learn(self, parsed: Any, context: dict, **_more: Any) -> None:
        """Keep the suffix with the ids that are new, and a role's boundary with its name."""
        call = context["recorded"]
        suffix = _suffix(call.arguments)
        for found in _texts(parsed) if suffix else ():
            self._suffixes.setdefault(found, suffix or "")
        if call.operation == "CreateTags":
            self._suffixes.update(dict.fromkeys(call.arguments["Resources"], suffix or ""))
        if call.operation == "CreateRole":
            boundary = call.arguments.get("PermissionsBoundary", "")
            self._boundaries[call.arguments["RoleName"]] = boundary

    def _asked(self, call: Call) -> Iterator[AccessRequest]:
        action = read_reference().actions[call.action]
        suffix, role = _suffix(call.arguments), call.arguments.get("RoleName", "")
        boundary = call.arguments.get("PermissionsBoundary") or self._boundaries.get(role)
        context = {"iam:PermissionsBoundary": boundary} if role else {}
        context["iam:PolicyARN"] = call.arguments.get("PolicyArn")
        if not action.types:
            yield request(call.action)
        for type_name in action.types:
            for arn in self._arns(call, type_name):
                there = self._suffixes.get(arn.rpartition("/")[2])
                yield request(call.action, arn, requested=suffix, there=there, **context)
                if suffix and action.service in _TAGGING and "TagResource" not in call.operation:
                    tagging = f"{action.service}:{_TAGGING[action.service]}"
                    yield request(tagging, arn, requested=suffix)
        for each in call.arguments.get("TagSpecifications", []):
            arn = _arn("ec2", f"{each['ResourceType']}/*")
            made = {"requested": suffix, "ec2:CreateAction": call.operation}
            yield request("ec2:CreateTags", arn, **made)
        for name in _PASSED.keys() & call.arguments.keys():
            passed = {"iam:PassedToService": _PASSED[name]}
            yield request("iam:PassRole", call.arguments[name], **passed)

    def _arns(self, call: Call, type_name: str) -> Iterator[str]:
        service, _, kept = type_name.partition(":")
        if service == "ec2":
            ids = {found for found in _texts(call.arguments) if _ID.fullmatch(found)}
            yield from (
                _arn("ec2", f"{kept}/{found}")
                for found in sorted(ids)
                if _IDS[found.partition("-")[0]] == kept
            )
            return
        whole = re.sub(r"\$\{[^}]*\}", "[^:]+", read_reference().arns[type_name])
        for found in _texts(call.arguments):
            if re.fullmatch(whole.replace("$", r"\$"), found):
                yield found
        *names, before = _NAMES.get(type_name, ("",))
        for name in names:
            given = call.arguments.get(name, [])
            for each in [given] if isinstance(given, str) else given:
                if not each.startswith("arn:"):
                    resource = before + each + _ENDS.get(type_name, "")
                    yield _arn(service, resource, "" if service == "iam" else read_region())


def recording(aws: Aws) -> tuple[Recorder, Aws]:
    """Return a recorder of all that is sent by way of the other."""
    recorder = Recorder()

    class RecordedAws(Aws):
        """Clients that are listened to."""

        def client(self, service: str) -> Any:
            """Return the client of a service."""
            new = service not in self._clients
            client = super().client(service)
            if new:
                recorder.listen(client)
            return client

    return recorder, RecordedAws(aws.endpoint, aws.region, aws.account)


def _arn(service: str, resource: str, region: str | None = None) -> str:
    return f"arn:aws:{service}:{read_region() if region is None else region}:{ACCOUNT}:{resource}"


def _suffix(arguments: Mapping[str, Any]) -> str | None:
    """Return the tag EnvironmentSuffix of a call's arguments, however the service has them."""
    specified = arguments.get("TagSpecifications", [{}])[0]
    tags = {**specified, **arguments}
    found = next((tags[name] for name in ("Tags", "tags", "TagList") if name in tags), {})
    if isinstance(found, list):
        pairs = [{key.lower(): text for key, text in each.items()} for each in found]
        found = {each["key"]: each["value"] for each in pairs}
    return found.get("EnvironmentSuffix")


def _texts(value: Any) -> Iterator[str]:
    """Give every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
