"""AWS's limits, as the API references give them: held against what the program accepts."""

import ipaddress
import json
import re

from lib import policies
from lib.network.subnets import plan_subnets
from lib.service.container import (
    DatabaseAccess,
    LogTarget,
    container_definition,
    image_name,
)
from lib.settings.container_checks import referred_arn
from lib.settings.schema import Settings

ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:"

_DEFINITION_BYTES = 65_536
_POLICY_CHARACTERS = 10_240
_RETENTION_DAYS = {
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
}


def _definition(settings: Settings) -> str:
    """Return the container definitions with everything else as long as it can be."""
    database = DatabaseAccess(
        host=f"flask-api-aurora-{'s' * 18}.cluster-abcdefghijkl.ap-southeast-2.rds.amazonaws.com",
        port=5432,
        name="flaskapi",
        user="flaskapi",
        secret_arn=f"{ARN}flask-api-db-password-{'s' * 18}-AbCdEf",
        secret_version="12345678-1234-1234-1234-123456789012",
    )
    log = LogTarget(f"/ecs/flask-api-{'s' * 18}", "ap-southeast-2")
    image = image_name(settings.container.image, "x" * 100)
    return json.dumps([container_definition(settings, image, database, log)])


def _check_container(settings: Settings) -> None:
    text = _definition(settings)
    assert len(text.encode()) <= _DEFINITION_BYTES
    (container,) = json.loads(text)
    names = [pair["name"] for pair in container["environment"] + container["secrets"]]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) for name in names)
    assert 1 <= container["portMappings"][0]["containerPort"] <= 65_535
    assert len(container["image"]) <= 255
    assert not re.search(r"\s", container["image"])
    assert 1 <= len(settings.container.health_check_path) <= 1_024
    own = policies.read_secrets([f"{ARN}flask-api-db-password-{'s' * 18}-AbCdEf"])
    arns = map(referred_arn, settings.container.secrets.values())
    others = policies.read_references(arns, settings.container.decryption_keys)
    # While a deployment runs the role has two sets: this one, and another as large as it can be.
    assert len(json.dumps(own)) + 2 * len(json.dumps(others)) <= _POLICY_CHARACTERS
    assert container["linuxParameters"]["tmpfs"][0]["size"] < settings.task.memory
    assert 2 <= container.get("stopTimeout", 30) <= 120
    assert all(each["valueFrom"].startswith("arn:aws") for each in container["secrets"])


def _check_network(settings: Settings) -> None:
    vpc = ipaddress.ip_network(settings.network.vpc_cidr)
    plan = plan_subnets(settings.network.vpc_cidr, ("a", "b"))
    blocks = [
        ipaddress.ip_network(b) for zone in plan for b in (zone.public_cidr, zone.private_cidr)
    ]
    assert 16 <= vpc.prefixlen <= 28
    assert vpc.is_private
    assert len(blocks) == 4
    assert all(block.subnet_of(vpc) and block.prefixlen == 24 for block in blocks)
    assert not any(a.overlaps(b) for a in blocks for b in blocks if a is not b)
    allowed = [ipaddress.IPv4Network(cidr) for cidr in settings.network.allowed_cidrs]
    assert 1 <= len(set(allowed)) == len(allowed) <= 60
    assert len(settings.network.zones) in (0, 2)


def _check_sizes(settings: Settings) -> None:
    task, scaling = settings.task, settings.scaling
    vcpu, gib = task.cpu / 1024, task.memory / 1024
    assert vcpu in (0.25, 0.5, 1, 2, 4, 8, 16)
    assert (gib == 0.5 and vcpu == 0.25) or gib.is_integer()
    assert 2 * vcpu <= gib <= 8 * vcpu or (vcpu, gib) in ((4, 30), (8, 60), (16, 120))
    assert not (vcpu == 4 and gib > 30 or vcpu == 8 and (gib > 60 or gib % 4))
    assert not (vcpu == 16 and (gib > 120 or gib % 8))
    assert 1 <= scaling.min_tasks <= scaling.max_tasks <= 200
    assert 1 <= scaling.target_cpu_percent <= 100


def _check_database(settings: Settings) -> None:
    database, upkeep = settings.database, settings.upkeep
    assert re.fullmatch(r"1[567]\.[1-9]\d?", database.database_engine_version or "15.8", re.ASCII)
    sized = r"db\.[a-z0-9]+\.[a-z0-9]+"
    assert re.fullmatch(rf"{sized}|db\.serverless", database.database_instance_class)
    least, most = database.database_min_capacity, database.database_max_capacity
    assert 0 <= least <= most <= 256
    assert most >= 1
    assert least * 2 % 1 == most * 2 % 1 == 0
    assert 1 <= database.database_instances <= 16
    assert 1 <= upkeep.backup_retention_days <= 35
    assert len(upkeep.backup_window or "01:00-02:00") == 11
    assert len(upkeep.maintenance_window or "sun:01:00-sun:02:00") == 19
    assert settings.logs.log_retention_days in _RETENTION_DAYS


def _check_identity(settings: Settings) -> None:
    path, boundary = settings.identity.role_path, settings.identity.permissions_boundary
    assert re.fullmatch(r"/|/[\x21-\x7e]+/", path)
    assert len(path) <= 512
    assert boundary is None or 20 <= len(boundary) <= 2048


def check_settings(settings: Settings) -> None:
    """Hold settings that were accepted against what AWS takes."""
    _check_container(settings)
    _check_network(settings)
    _check_sizes(settings)
    _check_database(settings)
    _check_identity(settings)


def check_tags(tags: dict[str, str]) -> None:
    """Hold tags against what every service takes."""
    assert len(tags) <= 49
    for key, value in tags.items():
        assert 1 <= len(key) <= 128
        assert not key.lower().startswith("aws:")
        assert len(value) <= 256
        assert all(each.isalnum() or each in "_.:/=+-@ " for each in key + value)
    assert len({key.lower() for key in tags}) == len(tags)
