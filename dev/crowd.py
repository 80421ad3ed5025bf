"""A crowded account: environments beside environments, and what has nothing to do with them.

Made straight in moto's backends: by its API, seven thousand resources would take a minute.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moto.backends import get_backend

from lib.names import log_groups, resource_name

_TRUST = '{"Version": "2012-10-17", "Statement": []}'


@dataclass(frozen=True)
class Crowd:
    """An account and a region of the emulated AWS of this process."""

    account: str
    region: str

    def fill(self, environments: int, unrelated: int) -> None:
        """Make so many environments, `pr1` and on, and so many resources of others."""
        for number in range(1, environments + 1):
            self._make_environment(f"pr{number}")
        for number, make in zip(range(unrelated), self._others(), strict=False):
            make(number)

    def _backend(self, service: str) -> Any:
        regions = get_backend(service)[self.account]
        return regions["aws" if service == "iam" else self.region]

    def _make_environment(self, suffix: str) -> None:
        """Make of each service what an environment has, with its names and tags."""
        self._make_network(suffix)
        self._make_service(suffix)
        self._make_rest(suffix)

    def _make_network(self, suffix: str) -> None:
        ec2 = self._backend("ec2")
        vpc = ec2.create_vpc("10.0.0.0/16", tags=_pairs("vpc", suffix))
        subnets = [
            ec2.create_subnet(
                vpc.id,
                f"10.0.{index}.0/24",
                availability_zone=f"{self.region}{zone}",
                tags={"subnet": _tags(f"public-subnet-{index + 1}", suffix)},
            )
            for index, zone in enumerate("ab")
        ]
        group = ec2.create_security_group(
            resource_name("alb-sg", suffix), "x", vpc.id, tags=_tags("alb-sg", suffix)
        )
        ec2.allocate_address("vpc", tags=_tags("nat-eip-1", suffix))
        self._backend("elbv2").create_load_balancer(
            resource_name("alb", suffix),
            [group.id],
            [each.id for each in subnets],
            tags=_pairs("alb", suffix),
        )

    def _make_service(self, suffix: str) -> None:
        ecs, name = self._backend("ecs"), resource_name("cluster", suffix)
        tags = [{"key": key, "value": text} for key, text in _tags("x", suffix).items()]
        ecs.create_cluster(name, tags=tags)
        family = resource_name("task", suffix)
        container = {"name": "flask-api", "image": f"shop/api:{suffix}", "memory": 64}
        ecs.register_task_definition(family, [container])
        ecs.create_service(name, resource_name("service", suffix), 0, family, tags=tags)

    def _make_rest(self, suffix: str) -> None:
        self._make_database(resource_name("aurora", suffix), _pairs("aurora", suffix))
        for part in ("execution-role", "task-role", "flow-log-role"):
            self._make_role(resource_name(part, suffix), _pairs(part, suffix))
        for name in log_groups(suffix):
            self._backend("logs").create_log_group(name, _tags("log", suffix))
        self._make_repository(resource_name("repo", suffix))
        self._make_secret(resource_name("db-password", suffix))

    def _make_database(self, name: str, tags: list[dict[str, str]]) -> None:
        self._backend("rds").create_db_cluster(
            {
                "db_cluster_identifier": name,
                "engine": "aurora-postgresql",
                "master_username": "x",
                "master_user_password": "long enough",
                "tags": tags,
            }
        )

    def _make_role(self, name: str, tags: list[dict[str, str]]) -> None:
        self._backend("iam").create_role(name, _TRUST, "/", None, "", tags, None)

    def _make_repository(self, name: str) -> None:
        self._backend("ecr").create_repository(name, None, {}, None, "MUTABLE", [])

    def _make_secret(self, name: str) -> None:
        self._backend("secretsmanager").create_secret(
            name, "x", None, None, [], None, None, [], False
        )

    def _others(self) -> Iterator[Any]:
        """Give, without end, how the next resource of somebody else is made from its number.

        They are named like ours, as far as others' can be.
        """
        ec2, logs, ecs = self._backend("ec2"), self._backend("logs"), self._backend("ecs")
        vpc = ec2.create_vpc("10.1.0.0/16", tags=[])
        makers = (
            lambda number: logs.create_log_group(f"/ecs/flask-api-of-others-{number}", {}),
            lambda number: ec2.create_security_group(f"shop-{number}", "x", vpc.id),
            lambda number: ec2.allocate_address("vpc", tags={"Name": f"flask-api-nat-{number}"}),
            lambda number: ecs.create_cluster(f"shop-flask-api-cluster-{number}"),
            lambda number: self._make_role(f"flask-api-lambda-{number}", []),
            lambda number: self._make_repository(f"shop/flask-api-repo-{number}"),
            lambda number: self._make_secret(f"shop/{number}"),
            lambda number: self._make_database(f"shop-{number}", []),
        )
        while True:
            yield from makers


def _tags(part: str, suffix: str) -> Mapping[str, str]:
    return {"Name": resource_name(part, suffix), "EnvironmentSuffix": suffix, "Author": "Jane"}


def _pairs(part: str, suffix: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": text} for key, text in _tags(part, suffix).items()]
