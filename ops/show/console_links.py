"""Links to the pages of AWS's console, which no API tells."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from ops.inventory.resource_type import FoundResource, short

# By the beginning of a region's name; every other region is of the partition `aws`.
# https://docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/select-region.html
_DOMAINS = {"cn-": "console.amazonaws.cn", "us-gov-": "console.amazonaws-us-gov.com"}
_DOMAIN = "console.aws.amazon.com"


@dataclass(frozen=True)
class _Place:
    """A resource, and the region whose console shows it."""

    found: FoundResource
    region: str

    @property
    def host(self) -> str:
        """The host of the region's console."""
        return f"https://{self.region}.{console_domain(self.region)}"


_Link = Callable[[_Place], str]


def console_domain(region: str) -> str:
    """Return the domain of the console of a region's partition."""
    domains = (domain for start, domain in _DOMAINS.items() if region.startswith(start))
    return next(domains, _DOMAIN)


def console_link(found: FoundResource, region: str) -> str | None:
    """Return the page of a resource in the console; None where it has none of its own."""
    link = _LINKS.get(found.type)
    return link(_Place(found, region)) if link else None


def _home(service: str, fragment: str, more: str = "") -> _Link:
    """Have a page of a service be named by its fragment and the resource's id."""

    def link(place: _Place) -> str:
        page = f"{place.host}/{service}/home?region={place.region}"
        return f"{page}#{fragment}{quote(place.found.id, safe=':/')}{more}"

    return link


def _cluster(place: _Place) -> str:
    return f"{place.host}/ecs/v2/clusters/{place.found.name}/services?region={place.region}"


def _service(place: _Place) -> str:
    cluster = short(place.found.description["clusterArn"])
    page = f"{place.host}/ecs/v2/clusters/{cluster}/services/{place.found.name}"
    return f"{page}/health?region={place.region}"


def _task_definition(place: _Place) -> str:
    family, _, revision = place.found.name.partition(":")
    page = f"{place.host}/ecs/v2/task-definitions/{family}/{revision}/containers"
    return f"{page}?region={place.region}"


def _repository(place: _Place) -> str:
    registry = place.found.description["registryId"]
    page = f"{place.host}/ecr/repositories/private/{registry}/{place.found.name}"
    return f"{page}?region={place.region}"


def _secret(place: _Place) -> str:
    return f"{place.host}/secretsmanager/secret?name={place.found.name}&region={place.region}"


def _log_group(place: _Place) -> str:
    # The console reads the name out of a fragment that is encoded twice, with $ instead of %.
    name = quote(quote(place.found.name, safe=""), safe="").replace("%", "$")
    page = f"{place.host}/cloudwatch/home?region={place.region}"
    return f"{page}#logsV2:log-groups/log-group/{name}"


def _role(place: _Place) -> str:
    # IAM is global: its console has no region.
    return f"https://{console_domain(place.region)}/iam/home#/roles/details/{place.found.name}"


_LINKS: Mapping[str, _Link] = {
    "VPC": _home("vpcconsole", "VpcDetails:VpcId="),
    "subnet": _home("vpcconsole", "SubnetDetails:subnetId="),
    "internet gateway": _home("vpcconsole", "InternetGateway:internetGatewayId="),
    "elastic IP": _home("vpcconsole", "ElasticIpDetails:AllocationId="),
    "NAT gateway": _home("vpcconsole", "NatGatewayDetails:natGatewayId="),
    "route table": _home("vpcconsole", "RouteTableDetails:RouteTableId="),
    "VPC endpoint": _home("vpcconsole", "EndpointDetails:vpcEndpointId="),
    "security group": _home("ec2", "SecurityGroup:groupId="),
    "load balancer": _home("ec2", "LoadBalancer:loadBalancerArn="),
    "target group": _home("ec2", "TargetGroup:targetGroupArn="),
    "ECS cluster": _cluster,
    "ECS service": _service,
    "task definition": _task_definition,
    "Aurora cluster": _home("rds", "database:id=", ";is-cluster=true"),
    "Aurora instance": _home("rds", "database:id=", ";is-cluster=false"),
    "ECR repository": _repository,
    "secret": _secret,
    "log group": _log_group,
    "IAM role": _role,
}
