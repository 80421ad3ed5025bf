"""The table of settings: what each is read from, what it refuses, and in which words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lib.region import read_region
from lib.settings.container_checks import OWN_VARIABLES

SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/key-AbCdEf"
PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter/shop/key"
KEY = "arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012"
DIGEST = f"@sha256:{'0' * 64}"
ZONES = tuple(f"{read_region()}{zone}" for zone in "abc")

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


def _optional_number(name: str, good: Sequence[int], bounds: tuple[int, int]) -> Row:
    row = _number(name, 7, good, bounds)
    return replace(row, default=None, bad_values=row.bad_values[1:])


def _one_number(
    name: str, default: int, good: Sequence[int], bad: Sequence[int], allowed: str
) -> Row:
    texts = {str(number): number for number in good}
    values = (None, True, str(default))
    return Row(name, default, texts, (*map(str, bad), *_NO_NUMBERS), allowed, values)


def _capacity(name: str, default: int, good: Mapping[str, float], least: int) -> Row:
    bad = (
        f"{least - 1}",
        "256.5",
        "257",
        "1.25",
        "1.50",
        "-1",
        "1.",
        ".5",
        "nan",
        *_NO_NUMBERS[:2],
    )
    values = (None, True, str(default), 1.25, float("nan"))
    allowed = f"a number from {least} to 256, in steps of 0.5"
    return Row(name, default, good, bad, allowed, values)


def _list(
    name: str,
    default: tuple[str, ...],
    good: Mapping[str, tuple[str, ...]],
    bad: Sequence[str],
    allowed: str,
) -> Row:
    values = (None, "x", ["x"], (1,), 7)
    return Row(name, default, good, ("", "[", '{"a": 1}', "x, x", *bad), allowed, values)


def _mapping(name: str, good: Sequence[dict[str, str]], bad: Sequence[Any], allowed: str) -> Row:
    texts = {json.dumps(value): value for value in good}
    refused = (*map(json.dumps, bad), "A=hush", "", "[" * 100_000, "9" * 5000)
    values = (None, "A", {1: "hush"}, {"A": 1}, {"A": "\ud800"})
    return Row(name, {}, texts, refused, allowed, values, confidential=True)


_OWN: tuple[dict[str, str], ...] = tuple({variable: SECRET} for variable in OWN_VARIABLES)
_NO_NAMES = tuple({name: SECRET} for name in ("", "1A", "A-B", "A B", "Ä", "A\n", "N" * 256))
_NO_TEXTS = (["A"], "A", 1, None)

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
    "zones": _list(
        "zones",
        (),
        {
            ",".join(ZONES[1:]): ZONES[1:],
            json.dumps(ZONES[:2]): ZONES[:2],
            f"{ZONES[2]}, {ZONES[0]}": (ZONES[2], ZONES[0]),
            "[]": (),
        },
        (ZONES[0], ", ".join(ZONES), f"{ZONES[0]}, {ZONES[0]}", f"{ZONES[0]}, use1-az1"),
        "two Availability Zones of the region by their names, as JSON or with commas",
    ),
    "natGateways": _texts(
        "nat_gateways",
        "perZone",
        ("single", "none", "perZone"),
        ("two", "Single", ""),
        "perZone, single, none",
    ),
    "flowLogs": _flag("flow_logs", True),
    "allowedCidrs": _list(
        "allowed_cidrs",
        ("0.0.0.0/0",),
        {
            "203.0.113.0/24, 198.51.100.7/32": ("203.0.113.0/24", "198.51.100.7/32"),
            '["10.0.0.0/8"]': ("10.0.0.0/8",),
        },
        # Not by its first address, without a length, of the other protocol, none, too many.
        ("10.0.0.1/8", "10.0.0.1", "2001:db8::/32", "10.0.0.0/8, 10.0.0.0/8", "any")
        + (", ".join(f"10.0.{number}.0/24" for number in range(51)),),
        "1 to 50 IPv4 networks, each once and by its first address, as JSON or with commas, such "
        "as 203.0.113.0/24,198.51.100.7/32",
    ),
    "keepUnderscoreHeaders": _flag("keep_underscore_headers", False),
    "image": _texts(
        "image",
        None,
        ("v1", "V1.2-rc_3", "_", "t" * 128, "nginx:1.27", "public.ecr.aws/nginx/nginx:1.27")
        + ("123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api:v1", "localhost:5000/api")
        + (f"shop/api{DIGEST}", f"shop/api:v1{DIGEST}", "a__b/c--d")
        + (DIGEST[1:], f"v1{DIGEST}", f"V1_{DIGEST}", f"flask-api-repo-dev:v1{DIGEST}"),
        ("", "-v1", ".v1", "t" * 129 + "/", "T" * 129, "v 1", "Shop/api", "shop/api:", "shop//api")
        + ("/api", "shop/api@sha256:abc", "https://shop/api", "$(id)", "v1\n", f"s/{'a' * 255}")
        + ("sha256:abc", DIGEST, DIGEST[1:-1]),
        "a tag or a digest in the environment's own repository, such as v1 or sha256:…, or a whole "
        "image name, such as public.ecr.aws/nginx/nginx:1.27",
    ),
    "containerPort": _number("container_port", 5000, (8080, 1, 65535), (1, 65535)),
    "healthCheckPath": _texts(
        "health_check_path",
        "/health",
        ("/up", "/", "/a/b?c=d&e=%20", "/_.$~@:+-", "/" + "a" * 1023),
        ("", "health", "/a b", "/ä", '/"', "/#a", "/" + "a" * 1024, "/\n"),
        "a path of at most 1024 letters, digits and _.$/~@:+&?=%-, starting with /",
    ),
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
            {"A": PARAMETER, "B": PARAMETER.replace("/shop", "")},
        ),
        (
            *_OWN,
            *_NO_NAMES,
            *_NO_TEXTS,
            *({"A": text} for text in ("", "hush", "shop/key", SECRET[:-7], f"{SECRET}:key")),
            *({"A": SECRET + end} for end in (":key:stage:version:more", "*", "\n")),
            {"A": SECRET.replace("secretsmanager", "ssm")},
            {"A": PARAMETER.replace("ssm", "secretsmanager")},
            *({"A": PARAMETER + end} for end in (":1", "/", "//x", "/x" * 15)),
            {"A": SECRET.replace("123456789012", "1234")},
            {"A": SECRET.replace("aws:", "gcp:", 1)},
            {f"K{number}": f"{PARAMETER}{number:03}" for number in range(62)},
            {f"{number:N>255}": SECRET for number in range(100)},
        ),
        'a JSON object, such as {"SECRET_KEY": "arn:aws:secretsmanager:…:secret:name-AbCdEf"}: '
        f"{_NAMES}; values whole ARNs of Secrets Manager secrets or SSM parameters, 3400 "
        "characters in all",
    ),
    "decryptionKeys": _list(
        "decryption_keys",
        (),
        {
            KEY: (KEY,),
            json.dumps([KEY, KEY.replace("/1", "/mrk-1")]): (KEY, f"{KEY[:-36]}mrk-{KEY[-36:]}"),
        },
        (KEY.replace("key/", "alias/"), KEY.replace("kms", "ssm"), f"{KEY}, *", SECRET)
        + (", ".join(f"{KEY[:-1]}{number}" for number in range(9)),),
        "a list of at most 8 ARNs of KMS keys (no aliases), as JSON or with commas",
    ),
    "readonlyRootFilesystem": _flag("readonly_root_filesystem", True),
    "tmpMebibytes": _number("tmp_mebibytes", 64, (128, 1, 2047), (1, 65_536)),
    "startSeconds": _number("start_seconds", 60, (120, 0, 600), (0, 600)),
    "stopSeconds": _number("stop_seconds", 30, (90, 2, 120), (2, 120)),
    "execCommand": _flag("exec_command", False),
    "cpu": _one_number(
        "cpu", 1024, (512, 1024), (0, 1000, 255, -1024), "256, 512, 1024, 2048, 4096, 8192, 16384"
    ),
    "memory": _number("memory", 2048, (4096, 3072, 8192), (512, 122880)),
    "cpuArchitecture": _texts(
        "cpu_architecture", "X86_64", ("ARM64", "X86_64"), ("arm64", "x86_64", ""), "X86_64, ARM64"
    ),
    "spot": _flag("spot", False),
    "minTasks": _number("min_tasks", 2, (3, 1, 10), (1, 200)),
    "maxTasks": _number("max_tasks", 10, (9, 2, 200), (1, 200)),
    "targetCpuPercent": _number("target_cpu_percent", 70, (50, 1, 100), (1, 100)),
    "databaseEngineVersion": _texts(
        "database_engine_version",
        None,
        ("15.12", "15.8", "15.10", "15.99", "16.4", "17.10", "15.2"),
        ("", "15", "15.0", "15.08", "14.10", "18.2", "15.100", "15.8\n", "1508") + ("15-8",),
        "15.N, 16.N or 17.N, such as 15.10",
    ),
    "databaseInstanceClass": _texts(
        "database_instance_class",
        "db.t3.medium",
        ("db.r6g.large", "db.t3.large", "db.t4g.medium", "db.r6g.2xlarge", "db.r7g.16xlarge")
        + ("db.serverless",),
        ("", "t3.medium", "db.t3.micro", "db.t2.medium", "db.m5.large", "db.r6g.small")
        + ("db.serverless.large",),
        "a class of Aurora PostgreSQL such as db.t3.medium, db.r6g.large or db.serverless",
    ),
    "allowMajorUpgrade": _flag("allow_major_upgrade", False),
    "databaseInstances": _number("database_instances", 2, (3, 1, 16), (1, 16)),
    "databaseMinCapacity": _capacity(
        "database_min_capacity", 0, {"0.5": 0.5, "0": 0, "2": 2, "1.0": 1}, 0
    ),
    "databaseMaxCapacity": _capacity(
        "database_max_capacity", 2, {"4": 4, "1": 1, "2.5": 2.5, "256": 256}, 1
    ),
    "backupRetentionDays": _number("backup_retention_days", 7, (14, 1, 35), (1, 35)),
    "backupWindow": _texts(
        "backup_window",
        None,
        ("01:00-02:00", "23:45-00:15", "05:00-05:30"),
        ("", "01:00", "01:00-01:29", "1:00-2:00", "01:00-24:00", "01:60-03:00", "02:00-02:00"),
        "hh:mm-hh:mm in UTC, 30 minutes at least, such as 02:00-03:00",
    ),
    "maintenanceWindow": _texts(
        "maintenance_window",
        None,
        ("sun:03:30-sun:04:30", "sun:23:45-mon:00:15", "mon:02:00-tue:01:00"),
        ("", "03:30-04:30", "sun:03:30-sun:03:59", "Sun:03:30-Sun:04:30", "sun:03:30-mon:03:30")
        + ("sun:03:30-sun:03:30", "xyz:03:30-xyz:04:30"),
        "ddd:hh:mm-ddd:hh:mm in UTC and lower case, 30 minutes at least and less than a day, such "
        "as sun:03:30-sun:04:30",
    ),
    "performanceInsights": _flag("performance_insights", False),
    "passwordVersion": _number("password_version", 1, (2, 999_999), (1, 999_999)),
    "logRetentionDays": _one_number(
        "log_retention_days",
        7,
        (30, 1, 365, 3653),
        (0, 2, 8, 366, -1),
        "1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, "
        "2922, 3288, 3653",
    ),
    "databaseLogs": _flag("database_logs", True),
    "albLogs": _flag("alb_logs", True),
    "albConnectionLogs": _flag("alb_connection_logs", False),
    "albHealthCheckLogs": _flag("alb_health_check_logs", False),
    "containerInsights": _flag("container_insights", True),
    "permissionsBoundary": _texts(
        "permissions_boundary",
        None,
        ("arn:aws:iam::123456789012:policy/team/boundary", "arn:aws:iam::aws:policy/Power"),
        ("", "boundary", "arn:aws:iam::123456789012:role/boundary", "arn:aws:iam::1:policy/x"),
        "the ARN of a managed policy, such as arn:aws:iam::123456789012:policy/boundary",
    ),
    "rolePath": _texts(
        "role_path",
        "/",
        ("/team/", "/a/b/", "/"),
        ("", "team", "/team", "team/", "/a b/", "/ä/", f"/{'a' * 511}/"),
        "/, or a path that starts and ends with /, such as /team/",
    ),
    "imagesKept": _optional_number("images_kept", (10, 1, 10_000), (1, 10_000)),
    "expires": _texts(
        "expires",
        None,
        ("2026-12-01T06:00:00Z", "2028-02-29T23:59:59Z"),
        ("", "2026-12-01", "2026-12-01T06:00Z", "2026-12-01T06:00:00", "2026-12-01T06:00:00+01:00")
        + ("2026-02-29T00:00:00Z", "٢٠٢٦-12-01T06:00:00Z", "2026-12-01T06:00:00Z\n"),
        "a time in UTC, such as 2026-12-01T06:00:00Z",
    ),
}
