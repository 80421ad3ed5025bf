"""Quotas: those that the emulated AWS knows, with AWS's defaults, and what an account has of each.

Those of VPC are moto's own. Codes and defaults of the others are those of AWS's pages, as quoted by
many that ask for them (their links end in /servicequotas/home/services/<service>/quotas/<code>):
https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html
"""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass

from moto.servicequotas.resources.default_quotas.vpc import VPC_DEFAULT_QUOTAS

# What Service Quotas knows a quota by: a service's code, which is not always boto3's name, and the
# quota's own.
QuotaKey = tuple[str, str]


@dataclass(frozen=True)
class Quota:
    """A quota of a service; one that is `everywhere` counts for all regions, in us-east-1 alone."""

    code: str
    name: str
    default: float
    adjustable: bool = True
    everywhere: bool = False


SERVICES: Mapping[str, str] = {
    "ec2": "Amazon Elastic Compute Cloud (Amazon EC2)",
    "ecr": "Amazon Elastic Container Registry (Amazon ECR)",
    "ecs": "Amazon Elastic Container Service (Amazon ECS)",
    "elasticloadbalancing": "Elastic Load Balancing (ELB)",
    "fargate": "AWS Fargate",
    "iam": "AWS Identity and Access Management (IAM)",
    "rds": "Amazon Relational Database Service (Amazon RDS)",
    "vpc": "Amazon Virtual Private Cloud (Amazon VPC)",
}


def _vpc() -> Iterator[Quota]:
    for each in VPC_DEFAULT_QUOTAS:
        yield Quota(each["QuotaCode"], each["QuotaName"], each["Value"], each["Adjustable"])


_QUOTAS: Mapping[str, Iterable[Quota]] = {
    "ec2": [Quota("L-0263D0A3", "EC2-VPC Elastic IPs", 5.0)],
    "ecr": [Quota("L-CFEB8E8D", "Registered repositories", 100_000.0)],
    "ecs": [
        Quota("L-21C621EB", "Clusters per account", 10_000.0),
        Quota("L-9EF96962", "Services per cluster", 5_000.0),
    ],
    "elasticloadbalancing": [
        Quota("L-53DA6B97", "Application Load Balancers per Region", 50.0),
        Quota("L-B22855CB", "Target Groups per Region", 3_000.0),
    ],
    # A new account may begin with less.
    "fargate": [
        Quota("L-3032A538", "Fargate On-Demand vCPU resource count", 6.0),
        Quota("L-36FBB829", "Fargate Spot vCPU resource count", 6.0),
    ],
    "iam": [Quota("L-FE177D64", "Roles per account", 1_000.0, everywhere=True)],
    "rds": [Quota("L-952B80B8", "DB clusters", 40.0), Quota("L-7B6409FD", "DB instances", 40.0)],
    "vpc": [*_vpc()],
}

QUOTAS: Mapping[QuotaKey, Quota] = {
    (service, quota.code): quota for service, quotas in _QUOTAS.items() for quota in quotas
}


class AppliedQuotas(MutableMapping[QuotaKey, float]):
    """What the account has of each quota, by service and code: AWS's default, or what is set.

    Setting one that is not known raises KeyError; deleting brings the default back.
    """

    def __init__(self) -> None:
        self._values: dict[QuotaKey, float] = {}

    def __getitem__(self, key: QuotaKey) -> float:
        return self._values[key] if key in self._values else QUOTAS[key].default

    def __setitem__(self, key: QuotaKey, value: float) -> None:
        if key not in QUOTAS:
            raise KeyError(key)
        self._values[key] = float(value)

    def __delitem__(self, key: QuotaKey) -> None:
        self._values.pop(key, None)

    def __iter__(self) -> Iterator[QuotaKey]:
        return iter(QUOTAS)

    def __len__(self) -> int:
        return len(QUOTAS)

    def reset(self) -> None:
        """Bring back all defaults."""
        self._values.clear()


# The process's, as moto's state is.
APPLIED_QUOTAS = AppliedQuotas()
