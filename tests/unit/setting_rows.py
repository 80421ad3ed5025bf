"""The table of settings: what each is read from, what it refuses, and in which words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lib.settings.container_checks import OWN_VARIABLES

SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/key-AbCdEf"
DIGEST = f"@sha256:{'0' * 64}"

_NAMES = f"names of letters, digits and _, none of {', '.join(OWN_VARIABLES)}"
_NO_NUMBERS = ("", "ten", "1.0", " 7", "1_0", "7\n", "٣", "9" * 5000, "-")


@dataclass(frozen=True)
class Row:
    """One setting.

    `good` maps texts to what they are read as, the first another than the default; `bad` are texts
    that are refused in these words: "tap:KEY is …; allowed: `allowed`". `bad_values` are what a
    program can't give either.
    """

    name: str
    default: Any
    good: Mapping[str, Any]
    bad: Sequence[str]
    allowed: str
    bad_values: Sequence[Any]
    confidential: bool = False


def _texts(name: str, default: Any, good: Sequence[str], bad: Sequence[str], allowed: str) -> Row:
    values = (None, 7, ["x"]) if default is not None else (7, ["x"])
    return Row(name, default, {text: text for text in good}, bad, allowed, values)


def _flag(name: str, default: bool) -> Row:
    values = {"true": True, "false": False}
    good = dict(sorted(values.items(), key=lambda pair: pair[1] == default))
    return Row(name, default, good, ("True", "1", "yes", ""), "true, false", (None, 1, 0, "true"))


def _number(
    name: str, default: int, good: Sequence[int], bounds: tuple[int, int], bad: Sequence[int] = ()
) -> Row:
    least, most = bounds
    outside = (*map(str, (least - 1, most + 1, -5, *bad)), *_NO_NUMBERS)
    values = (None, True, str(default), default + 0.5)
    texts = {str(number): number for number in good} | {f"00{default}": default}
    return Row(name, default, texts, outside, f"a whole number from {least} to {most}", values)


def _one_number(
    name: str, default: int, good: Sequence[int], bad: Sequence[int], allowed: str
) -> Row:
    texts = {str(number): number for number in good}
    values = (None, True, str(default))
    return Row(name, default, texts, (*map(str, bad), *_NO_NUMBERS), allowed, values)


def _mapping(name: str, good: Sequence[dict[str, str]], bad: Sequence[Any], allowed: str) -> Row:
    texts = {json.dumps(value): value for value in good}
    refused = (*map(json.dumps, bad), "A=hush", "", "[" * 100_000, "9" * 5000)
    values = (None, "A", {1: "hush"}, {"A": 1}, {"A": "\ud800"})
    return Row(name, {}, texts, refused, allowed, values, confidential=True)


_OWN: tuple[dict[str, str], ...] = tuple({variable: SECRET} for variable in OWN_VARIABLES)
_NO_NAMES = tuple({name: SECRET} for name in ("", "1A", "A-B", "A B", "Ä", "A\n", "N" * 256))
_NO_TEXTS = ({"A": 1}, {"A": None}, {"A": {"B": "1"}}, {"A": ["hush"]}, ["A"])

# Key -> what it is about.
ROWS: dict[str, Row] = {
    "vpcCidr": _texts(
        "vpc_cidr",
        "10.0.0.0/16",
        ("172.16.0.0/20", "10.255.240.0/20", "10.7.0.0/17", "172.31.240.0/20", "192.168.0.0/16"),
        # Too large for a VPC, too small for the subnets, not exact, not private, no network.
        ("10.0.0.0/15", "10.0.0.0/21", "10.0.0.0/24", "10.0.0.0", "10.0.0.1/16")
        + ("10.0.0.0/255.255.0.0", "10.0.0.0/0016", "8.8.0.0/16", "172.15.0.0/16", "172.32.0.0/16")
        + ("192.169.0.0/16", "100.64.0.0/16", "fd00::/16", "10.0.0.0/16 ", "ten", ""),
        "a private network (in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16) from /16 to /20, such "
        "as 10.0.0.0/16",
    ),
    "natGateways": _texts(
        "nat_gateways",
        "perZone",
        ("single", "none", "perZone"),
        ("two", "Single", ""),
        "perZone, single, none",
    ),
    "flowLogs": _flag("flow_logs", True),
    "image": _texts(
        "image",
        None,
        ("v1", "V1.2-rc_3", "_", "t" * 128, "nginx:1.27", "public.ecr.aws/nginx/nginx:1.27")
        + ("123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api:v1", "localhost:5000/api")
        + (f"shop/api{DIGEST}", f"shop/api:v1{DIGEST}", "a__b/c--d"),
        ("", "-v1", ".v1", "t" * 129 + "/", "T" * 129, "v 1", "Shop/api", "shop/api:", "shop//api")
        + ("/api", "shop/api@sha256:abc", "https://shop/api", "$(id)", "v1\n", f"s/{'a' * 255}"),
        "a tag in the environment's own repository, such as v1, or a whole image name, such as "
        "public.ecr.aws/nginx/nginx:1.27",
    ),
    "containerPort": _number("container_port", 5000, (8080, 1, 65535), (1, 65535)),
    "healthCheckPath": _texts(
        "health_check_path",
        "/health",
        ("/up", "/", "/a/b?c=d&e=%20", "/_.$~@:+-", "/" + "a" * 1023),
        ("", "health", "/a b", "/ä", '/"', "/#a", "/" + "a" * 1024, "/\n"),
        "a path of at most 1024 letters, digits and _.$/~@:+&?=%-, starting with /",
    ),
    "readonlyRootFilesystem": _flag("readonly_root_filesystem", True),
    "environment": _mapping(
        "environment",
        (
            {"LOG_LEVEL": "info"},
            {},
            {"A": ""},
            {"_log_LEVEL1": "x"},
            {"N" * 255: "x"},
            {"A": "one\ttwo\r\nthree ü €"},
            {"DB": "x", "db_host": "x"},
            {"A": "x" * 32_000},
        ),
        (
            *_OWN,
            *_NO_NAMES,
            *_NO_TEXTS,
            {"A": "\x00"},
            {"A": "\x1b[0m"},
            {"A": "\x7f"},
            {"A": "x" * 32_768},
            {f"A{number}": "" for number in range(2_500)},
        ),
        f'a JSON object of text, such as {{"LOG_LEVEL": "info"}}: {_NAMES}; values without control '
        "characters; 32768 bytes in all, as ECS takes them",
    ),
    "secrets": _mapping(
        "secrets",
        (
            {"SECRET_KEY": SECRET, "OTHER": f"{SECRET}:key::"},
            {},
            {"A": f"{SECRET}:key:AWSCURRENT:"},
            {"A": f"{SECRET}:::9f8e7d6c-1111-2222-3333-444455556666"},
            {"A": "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:a_+=.@-b-a1B2c3"},
            {f"KEY_{number}": SECRET for number in range(100)},
        ),
        (
            *_OWN,
            *_NO_NAMES,
            *_NO_TEXTS,
            *({"A": text} for text in ("", "hush", "shop/key", SECRET[:-7], f"{SECRET}:key")),
            *({"A": SECRET + end} for end in (":key:stage:version:more", "*", "\n")),
            {"A": SECRET.replace("secretsmanager", "ssm")},
            {"A": SECRET.replace("123456789012", "1234")},
            {"A": SECRET.replace("aws:", "gcp:", 1)},
            {f"KEY_{number}": SECRET for number in range(8_000 // len(SECRET) + 1)},
            {f"{number:N>255}": SECRET for number in range(100)},
        ),
        'a JSON object, such as {"SECRET_KEY": "arn:aws:secretsmanager:…:secret:name-AbCdEf"}: '
        f"{_NAMES}; values whole ARNs of Secrets Manager secrets, 8000 characters in all",
    ),
    "execCommand": _flag("exec_command", False),
    "cpu": _one_number(
        "cpu", 1024, (512, 1024), (0, 1000, 255, -1024), "256, 512, 1024, 2048, 4096, 8192, 16384"
    ),
    "memory": _number("memory", 2048, (4096, 3072, 8192), (512, 122880)),
    "cpuArchitecture": _texts(
        "cpu_architecture", "X86_64", ("ARM64", "X86_64"), ("arm64", "x86_64", ""), "X86_64, ARM64"
    ),
    "minTasks": _number("min_tasks", 2, (3, 1, 10), (1, 200)),
    "maxTasks": _number("max_tasks", 10, (9, 2, 200), (1, 200)),
    "targetCpuPercent": _number("target_cpu_percent", 70, (50, 1, 100), (1, 100)),
    "databaseEngineVersion": _texts(
        "database_engine_version",
        None,
        ("15.12", "15.8", "15.10", "15.99"),
        ("", "15", "15.0", "15.08", "16.1", "15.100", "15.8\n", "1508", "15-8"),
        "15.N, such as 15.10",
    ),
    "databaseInstanceClass": _texts(
        "database_instance_class",
        "db.t3.medium",
        ("db.r6g.large", "db.t3.large", "db.t4g.medium", "db.r6g.2xlarge", "db.r7g.16xlarge"),
        ("", "t3.medium", "db.t3.micro", "db.t2.medium", "db.m5.large", "db.r6g.small"),
        "a class of Aurora PostgreSQL such as db.t3.medium, db.t4g.medium or db.r6g.large",
    ),
    "databaseInstances": _number("database_instances", 2, (3, 1, 16), (1, 16)),
    "backupRetentionDays": _number("backup_retention_days", 7, (14, 1, 35), (1, 35)),
    "passwordVersion": _number("password_version", 1, (2, 999_999), (1, 999_999)),
    "logRetentionDays": _one_number(
        "log_retention_days",
        7,
        (30, 1, 365, 3653),
        (0, 2, 8, 366, -1),
        "1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, "
        "2922, 3288, 3653",
    ),
    "albLogs": _flag("alb_logs", True),
    "containerInsights": _flag("container_insights", True),
}
