"""Mocks in the style of AWS: the same answers for the same inputs, without an AWS."""

import hashlib
import json
import random
import time
from collections.abc import Callable, Mapping
from typing import Any

from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, rpc

ACCOUNT = "123456789012"

Answer = Mapping[str, Any] | Exception | Callable[[Any], Mapping[str, Any]]
Delay = Callable[[MockResourceArgs], float]

# Type tokens' modules whose service has another name in ARNs.
_SERVICES = {
    "alb": "elasticloadbalancing",
    "appautoscaling": "application-autoscaling",
    "lb": "elasticloadbalancing",
    "vpc": "ec2",
}

# What the ids of EC2's things start with.
_ID_PREFIXES = {
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "sg",
    "aws:ec2/eip:Eip": "eipalloc",
    "aws:ec2/flowLog:FlowLog": "fl",
    "aws:ec2/internetGateway:InternetGateway": "igw",
    "aws:ec2/natGateway:NatGateway": "nat",
    "aws:ec2/route:Route": "r",
    "aws:ec2/routeTable:RouteTable": "rtb",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "rtbassoc",
    "aws:ec2/securityGroup:SecurityGroup": "sg",
    "aws:ec2/subnet:Subnet": "subnet",
    "aws:ec2/vpc:Vpc": "vpc",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "vpce",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "sgr",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "sgr",
}

# Types that AWS identifies by their ARN.
_ARN_IS_ID = (
    "aws:ecs/cluster:Cluster",
    "aws:ecs/service:Service",
    "aws:lb/listener:Listener",
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:lb/targetGroup:TargetGroup",
    "aws:secretsmanager/secret:Secret",
)

# Inputs that hold a thing's name in AWS, the first that is there.
_NAME_INPUTS = ("name", "identifier", "clusterIdentifier", "family")


def _digest(*parts: object) -> str:
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _arn(type_token: str, name: str, code: str, region: str) -> str:
    """Return `<service>:<region>:<account>:<type>/<name>`, but where AWS does otherwise."""
    module, _, type_name = type_token.split(":")[1].partition("/")
    service = _SERVICES.get(module, module)
    if type_token == "aws:cloudwatch/logGroup:LogGroup":
        service = "logs"
    # IAM's things belong to no region.
    region = "" if service == "iam" else region
    resource = {
        "aws:cloudwatch/logGroup:LogGroup": f"log-group:{name}",
        "aws:ecs/taskDefinition:TaskDefinition": f"task-definition/{name}:1",
        "aws:lb/loadBalancer:LoadBalancer": f"loadbalancer/app/{name}/{code}",
        "aws:lb/targetGroup:TargetGroup": f"targetgroup/{name}/{code}",
        "aws:rds/cluster:Cluster": f"cluster:{name}",
        "aws:rds/clusterInstance:ClusterInstance": f"db:{name}",
        "aws:secretsmanager/secret:Secret": f"secret:{name}-{code[:6]}",
    }.get(type_token, f"{type_name.lower()}/{name}")
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{resource}"


def _outputs(
    args: MockResourceArgs, name: str, code: str, region: str, inputs: Mapping[str, Any]
) -> dict[str, Any]:
    """Return outputs that are no inputs: `code` follows from the name, the version from all."""
    database = f"{code[:12]}.{region}.rds.amazonaws.com"
    version = _digest(args.typ, args.name, inputs)
    return {
        "aws:ec2/eip:Eip": {"allocationId": f"eipalloc-{code}0", "publicIp": "203.0.113.10"},
        "aws:ecr/repository:Repository": {
            "registryId": ACCOUNT,
            "repositoryUrl": f"{ACCOUNT}.dkr.ecr.{region}.amazonaws.com/{name}",
        },
        "aws:ecs/taskDefinition:TaskDefinition": {"revision": 1},
        "aws:lb/loadBalancer:LoadBalancer": {
            "arnSuffix": f"app/{name}/{code}",
            "dnsName": f"{name}-1234567890.{region}.elb.amazonaws.com",
            "zoneId": "Z3ULH7SSC9OV64",
        },
        "aws:lb/targetGroup:TargetGroup": {"arnSuffix": f"targetgroup/{name}/{code}"},
        "aws:rds/cluster:Cluster": {
            "clusterResourceId": f"cluster-{code}",
            "endpoint": f"{name}.cluster-{database}",
            "engineVersionActual": inputs.get("engineVersion", ""),
            "port": 5432,
            "readerEndpoint": f"{name}.cluster-ro-{database}",
        },
        "aws:rds/clusterInstance:ClusterInstance": {"endpoint": f"{name}.{database}"},
        "aws:secretsmanager/secretVersion:SecretVersion": {"versionId": version},
        "random:index/randomId:RandomId": {"hex": version[:8]},
        "random:index/randomPassword:RandomPassword": {
            "bcryptHash": f"$2a$10${version}",
            "result": version,
        },
    }.get(args.typ, {})


def _lookup_answers(args: Mapping[str, Any], region: str) -> dict[str, Mapping[str, Any]]:
    """Return what look-ups are answered with, by token."""
    wanted = [*args.get("preferredVersions", ()), args.get("version", "")][0]
    return {
        "aws:index/getAvailabilityZones:getAvailabilityZones": {
            "id": region,
            "names": [region + zone for zone in "abc"],
            "zoneIds": [f"{region}-az{number}" for number in (1, 2, 3)],
        },
        "aws:index/getCallerIdentity:getCallerIdentity": {
            "accountId": ACCOUNT,
            "arn": f"arn:aws:iam::{ACCOUNT}:user/jane",
            "id": ACCOUNT,
            "userId": "AIDACKCEVSQ6C2EXAMPLE",
        },
        "aws:index/getPartition:getPartition": {
            "dnsSuffix": "amazonaws.com",
            "id": "aws",
            "partition": "aws",
        },
        "aws:index/getRegion:getRegion": {"id": region, "region": region},
        # Nothing is there before a program has made it.
        "aws:rds/getClusters:getClusters": {"clusterArns": [], "clusterIdentifiers": []},
        "aws:rds/getInstances:getInstances": {"instanceArns": [], "instanceIdentifiers": []},
        "aws:rds/getEngineVersion:getEngineVersion": {
            "engine": args.get("engine", ""),
            "id": wanted,
            "version": wanted,
            "versionActual": wanted,
        },
    }


def random_delay(seed: int, longest: float = 0.005) -> Delay:
    """Return a delay of up to `longest` seconds that follows from seed, type and name."""

    def delay(args: MockResourceArgs) -> float:
        return random.Random(f"{seed} {args.typ} {args.name}").uniform(0, longest)

    return delay


class AwsMocks(Mocks):
    """Mocks that make every resource and answer common look-ups.

    `lookups` (by token) replaces answers and `outputs` (by type token) adds to outputs: a mapping,
    an exception to raise, or a function of the mock's arguments that returns the mapping. `delay`
    says how many seconds the outputs of a resource take. `region` is the one in ARNs and answers.
    """

    def __init__(
        self,
        *,
        lookups: Mapping[str, Answer] | None = None,
        outputs: Mapping[str, Answer] | None = None,
        delay: Delay | None = None,
        region: str = "us-east-1",
    ) -> None:
        self._lookups = lookups or {}
        self._outputs = outputs or {}
        self._delay = delay
        self._region = region

    def call(self, args: MockCallArgs) -> Any:
        """Answer a look-up; raises LookupError for one that nobody has an answer to."""
        if args.token in self._lookups:
            return _resolve(self._lookups[args.token], args)
        answers = _lookup_answers(args.args, self._region)
        if args.token not in answers:
            raise LookupError(f"AwsMocks has no answer to {args.token}")
        return {**args.args, **answers[args.token]}

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """Make a resource: its inputs as they came, secrets included, and outputs besides."""
        if self._delay is not None:
            time.sleep(self._delay(args))
        inputs = {key: rpc.unwrap_rpc_secret(value) for key, value in args.inputs.items()}
        name = next((inputs[key] for key in _NAME_INPUTS if key in inputs), args.name)
        code = _digest(args.typ, args.name)[:16]
        arn = _arn(args.typ, name, code, self._region) if args.typ.startswith("aws:") else None
        identity = arn if args.typ in _ARN_IS_ID else name
        if args.typ in _ID_PREFIXES:
            identity = f"{_ID_PREFIXES[args.typ]}-{code}0"
        outputs = {
            **args.inputs,
            "name": name,
            **({"arn": arn} if arn else {}),
            **_outputs(args, name, code, self._region, inputs),
        }
        return identity, {**outputs, **_resolve(self._outputs.get(args.typ, {}), args)}


def _resolve(answer: Answer, args: Any) -> dict[str, Any]:
    if isinstance(answer, Exception):
        raise answer
    return dict(answer(args) if callable(answer) else answer)
