"""The rules: for each type of resource that the program makes, what AWS charges for it.

A new type in lib/ needs an entry here: `cost` refuses one that it does not know, and so does a
test, so that nothing is left out of a sum without a word.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from ops.cost.charges import Charge, Number, TimeCharge, UseCharge, always
from ops.cost.program_graph import ProgramGraph, ProgramResource
from ops.errors import CommandError
from ops.prices.catalogue import aurora_instance

_TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
_SCALING_TARGET = "aws:appautoscaling/target:Target"
_DATABASE = "aws:rds/cluster:Cluster"

_SERVERLESS = "db.serverless"

# A database that is awake has at least this many capacity units.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
_LEAST_AWAKE = Decimal("0.5")

Charges = Callable[[ProgramResource, ProgramGraph], Iterator[Charge]]


def _nothing(_resource: ProgramResource, _graph: ProgramGraph) -> Iterator[Charge]:
    return iter(())


@dataclass(frozen=True)
class Rule:
    """What one of a type is called, and what it costs: nothing, unless said."""

    words: str
    charges: Charges = _nothing


def rule_of(resource: ProgramResource) -> Rule:
    """Return the rule of a resource; raises CommandError for a type that has none."""
    if resource.type not in RULES:
        raise CommandError(
            f"What {resource.type} costs is not known ({resource.name}); it needs a rule in "
            "ops/cost/rules.py, also where it costs nothing."
        )
    return RULES[resource.type]


def plain(number: Decimal) -> str:
    """Return a number without zeros at its end: 0.25, 2."""
    return f"{number.normalize():f}"


def _nat_gateway(_resource: ProgramResource, _graph: ProgramGraph) -> Iterator[Charge]:
    yield TimeCharge.simple("NAT gateway", "nat-gateway")
    yield UseCharge("data through a NAT gateway", "nat-gateway-data")


def _elastic_ip(_resource: ProgramResource, _graph: ProgramGraph) -> Iterator[Charge]:
    yield TimeCharge.simple("public IPv4 address, elastic IP", "public-ipv4")


def _endpoint(resource: ProgramResource, _graph: ProgramGraph) -> Iterator[Charge]:
    """A gateway endpoint is free; an interface is paid for in each subnet."""
    if resource.inputs.get("vpcEndpointType") == "Interface":
        subnets = len(resource.inputs["subnetIds"])
        yield TimeCharge.simple("interface endpoint, in a zone", "endpoint", subnets)
        yield UseCharge("data through an interface endpoint", "endpoint-data")


def _load_balancer(resource: ProgramResource, _graph: ProgramGraph) -> Iterator[Charge]:
    """One that faces the internet has a public address in each of its zones.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html
    """
    yield TimeCharge.simple("load balancer", "load-balancer")
    if not resource.inputs.get("internal"):
        zones = len(resource.inputs["subnets"])
        yield TimeCharge.simple("public IPv4 address, load balancer", "public-ipv4", zones)
    yield UseCharge("load balancer: capacity units (LCU)", "load-balancer-capacity")
    yield UseCharge("data to the internet", "internet-data")


def _service(resource: ProgramResource, graph: ProgramGraph) -> Iterator[Charge]:
    tasks = _tasks(resource, graph)
    definition = graph.needed_by(resource, _TASK_DEFINITION)
    cpu = Decimal(definition.inputs["cpu"]) / 1024
    memory = Decimal(definition.inputs["memory"]) / 1024
    is_arm = definition.inputs.get("runtimePlatform", {}).get("cpuArchitecture") == "ARM64"
    is_spot = _is_spot(resource)
    price = ("spot" if is_spot else "fargate") + ("-arm" if is_arm else "")
    words = f"{'Spot' if is_spot else 'Fargate'} task, {plain(cpu)} vCPU, {plain(memory)} GB"
    amounts = ((f"{price}-cpu", cpu), (f"{price}-memory", memory))
    yield TimeCharge(words + (", ARM" if is_arm else ""), amounts, tasks)
    if resource.inputs["networkConfiguration"].get("assignPublicIp"):
        address = (("public-ipv4", Decimal(1)),)
        yield TimeCharge("public IPv4 address, task", address, tasks)
    yield UseCharge("data between zones", "zone-data")


def _tasks(service: ProgramResource, graph: ProgramGraph) -> Number:
    end = f"/{service.inputs['name']}"
    for target in graph.of_type(_SCALING_TARGET):
        if target.inputs["resourceId"].endswith(end):
            least, most = (Decimal(target.inputs[f"{each}Capacity"]) for each in ("min", "max"))
            return Number(least, least, most)
    return always(service.inputs["desiredCount"])


def _is_spot(service: ProgramResource) -> bool:
    """Tell whether every task is a Spot one; a service that has both is reckoned without Spot."""
    strategies = service.inputs.get("capacityProviderStrategies", ())
    return {each["capacityProvider"] for each in strategies} == {"FARGATE_SPOT"}


def _ecs_cluster(resource: ProgramResource, _graph: ProgramGraph) -> Iterator[Charge]:
    settings = {each["name"]: each["value"] for each in resource.inputs.get("settings", ())}
    if settings.get("containerInsights", "disabled") != "disabled":
        yield UseCharge("metrics of Container Insights", "metric")


def _database(_resource: ProgramResource, _graph: ProgramGraph) -> Iterator[Charge]:
    yield UseCharge("Aurora: what is stored", "aurora-storage")
    yield UseCharge("Aurora: reads and writes of storage", "aurora-requests")
    yield UseCharge("Aurora: backups beyond the database's size", "aurora-backup")


def _database_instance(resource: ProgramResource, graph: ProgramGraph) -> Iterator[Charge]:
    instance_class = resource.inputs["instanceClass"]
    if instance_class != _SERVERLESS:
        name = f"Aurora {instance_class}"
        yield TimeCharge.simple(name, aurora_instance(instance_class))
        return
    scaling = graph.needed_by(resource, _DATABASE).inputs["serverlessv2ScalingConfiguration"]
    least, most = (Decimal(str(scaling[f"{each}Capacity"])) for each in ("min", "max"))
    words = f"Aurora Serverless, {plain(least)} to {plain(most)} units"
    number = Number(least, max(least, _LEAST_AWAKE), most)
    yield TimeCharge(words, (("aurora-capacity", Decimal(1)),), number)


def _secret(_resource: ProgramResource, _graph: ProgramGraph) -> Iterator[Charge]:
    yield TimeCharge.simple("secret", "secret")
    yield UseCharge("secrets: calls", "secret-requests")


def _key(_resource: ProgramResource, _graph: ProgramGraph) -> Iterator[Charge]:
    yield TimeCharge.simple("KMS key", "kms-key")
    yield UseCharge("KMS: calls", "kms-requests")


def _log_group(_resource: ProgramResource, _graph: ProgramGraph) -> Iterator[Charge]:
    yield UseCharge("logs: what comes in", "logs")
    yield UseCharge("logs: what is stored", "logs-storage")


def _delivered_logs(_resource: ProgramResource, _graph: ProgramGraph) -> Iterator[Charge]:
    yield UseCharge("logs that AWS delivers: what comes in", "delivered-logs")


def _images(_resource: ProgramResource, _graph: ProgramGraph) -> Iterator[Charge]:
    yield UseCharge("images: what is stored", "images")


def _alarm(_resource: ProgramResource, _graph: ProgramGraph) -> Iterator[Charge]:
    yield TimeCharge.simple("alarm", "alarm")


RULES: Mapping[str, Rule] = {
    "aws:appautoscaling/policy:Policy": Rule("scaling policy"),
    _SCALING_TARGET: Rule("scaling target"),
    "aws:cloudwatch/logDelivery:LogDelivery": Rule("log delivery", _delivered_logs),
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": Rule(
        "log delivery destination"
    ),
    "aws:cloudwatch/logDeliverySource:LogDeliverySource": Rule("log delivery source"),
    "aws:cloudwatch/logGroup:LogGroup": Rule("log group", _log_group),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": Rule("policy of a log group"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Rule("alarm", _alarm),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": Rule("default security group"),
    "aws:ec2/eip:Eip": Rule("elastic IP", _elastic_ip),
    "aws:ec2/flowLog:FlowLog": Rule("flow log", _delivered_logs),
    "aws:ec2/internetGateway:InternetGateway": Rule("internet gateway"),
    "aws:ec2/natGateway:NatGateway": Rule("NAT gateway", _nat_gateway),
    "aws:ec2/route:Route": Rule("route"),
    "aws:ec2/routeTable:RouteTable": Rule("route table"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Rule("association of a route table"),
    "aws:ec2/securityGroup:SecurityGroup": Rule("security group"),
    "aws:ec2/subnet:Subnet": Rule("subnet"),
    "aws:ec2/vpc:Vpc": Rule("VPC"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": Rule("gateway endpoint", _endpoint),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": Rule("lifecycle policy"),
    "aws:ecr/repository:Repository": Rule("ECR repository", _images),
    "aws:ecs/cluster:Cluster": Rule("ECS cluster", _ecs_cluster),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": Rule("capacity providers"),
    "aws:ecs/service:Service": Rule("ECS service", _service),
    _TASK_DEFINITION: Rule("task definition"),
    "aws:iam/role:Role": Rule("IAM role"),
    "aws:iam/rolePolicy:RolePolicy": Rule("policy of a role"),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": Rule("attachment of a policy"),
    "aws:kms/alias:Alias": Rule("alias of a KMS key"),
    "aws:kms/key:Key": Rule("KMS key", _key),
    "aws:lb/listener:Listener": Rule("listener"),
    "aws:lb/loadBalancer:LoadBalancer": Rule("load balancer", _load_balancer),
    "aws:lb/targetGroup:TargetGroup": Rule("target group"),
    _DATABASE: Rule("Aurora cluster", _database),
    "aws:rds/clusterInstance:ClusterInstance": Rule("Aurora instance", _database_instance),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": Rule("Aurora parameter group"),
    "aws:rds/subnetGroup:SubnetGroup": Rule("Aurora subnet group"),
    "aws:secretsmanager/secret:Secret": Rule("secret", _secret),
    "aws:secretsmanager/secretVersion:SecretVersion": Rule("value of a secret"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": Rule("security group rule"),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": Rule("security group rule"),
}
