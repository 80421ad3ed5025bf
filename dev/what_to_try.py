"""What there is to try with an environment that is kept up: each a line to paste."""

import shlex
import shutil
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console

from dev.emulation import BALANCER_PORT, Emulation
from dev.exports import print_exports
from dev.life import Life
from lib.database.aurora import DATABASE_NAME, MASTER_USERNAME
from lib.names import resource_name, task_log_group

NOT_REPRODUCED = (
    "a read-only root file system; limits of CPU and memory; autoscaling by CPU",
    "IAM, but for an execution role's right to read secrets; security groups",
    "DNS: names of the load balancer and of the database are looked up by nobody",
)

_ORDER = '{"lines": [{"product_id": 1, "quantity": 1}]}'


def tell_what_to_try(console: Console, life: Life, emulation: Emulation) -> None:
    """Print how to reach the environment, and what to do with it."""
    url = emulation.url()
    console.print(f"\nEnvironment {life.suffix} answers at {url} until Ctrl-C.")
    if not url.endswith(f":{BALANCER_PORT}"):
        console.print(f"Port {BALANCER_PORT} is taken by something else.")
    console.print("In another shell, in this folder:\n")
    print_exports(console, life.place.variables)
    console.print()
    database = next(iter(emulation.databases()), {})
    for title, line in _lines(life.suffix, url, database):
        console.print(f"{title}:\n  {line}")
    console.print("\nNot as in AWS:")
    for each in NOT_REPRODUCED:
        console.print(f"  {each}")
    console.print(
        "\nCtrl-C removes the environment, and shows that nothing is left; a second one ends at "
        "once."
    )


def _lines(suffix: str, url: str, database: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give what to try, and the line that does it."""
    cluster, log = resource_name("cluster", suffix), task_log_group(suffix)
    yield "A request; one after the other goes to the next task", f"curl {url}/"
    yield (
        "An order",
        f"curl {url}/orders -H 'Content-Type: application/json' -d {shlex.quote(_ORDER)}",
    )
    if shutil.which("aws"):
        yield "What the tasks log", f"aws logs tail {log} --follow"
        tasks = f"aws ecs list-tasks --cluster {cluster} --query taskArns[0] --output text"
        task = f'--query task.stoppedReason --task "$({tasks})"'
        yield "A task less, which ECS replaces", f"aws ecs stop-task --cluster {cluster} {task}"
    else:
        yield (
            "What the tasks log",
            _boto3(
                "logs",
                f'events = c.filter_log_events(logGroupName="{log}")["events"]; '
                'print(*(e["message"] for e in events), sep="\\n")',
            ),
        )
        yield (
            "A task less, which ECS replaces",
            _boto3(
                "ecs",
                f'c.stop_task(cluster="{cluster}", '
                f'task=c.list_tasks(cluster="{cluster}")["taskArns"][0])',
            ),
        )
    yield "The next version", f"make local-deploy IMAGE=v2 SUFFIX={suffix}"
    yield (
        "One that does not start: the old one goes on, and verify says why",
        f"make local-deploy IMAGE=broken SUFFIX={suffix}",
    )
    if database and not database["failure"]:
        yield "The database", _query(suffix, database)
    yield (
        "The tests of the environment",
        f"""ENVIRONMENT_SUFFIX={suffix} TAP_SETTINGS='{{"image": "v1"}}' """
        ".venv/bin/python -m pytest tests/integration",
    )


def _boto3(service: str, code: str) -> str:
    """Return a line that does something with a client."""
    program = f'import boto3; c = boto3.client("{service}"); {code}'
    return f".venv/bin/python -c {shlex.quote(program)}"


def _query(suffix: str, database: Mapping[str, Any]) -> str:
    """Return a line that asks the secret for the password, which then stands in no list."""
    secret = resource_name("db-password", suffix)
    read = (
        "import boto3, json; "
        f'v = boto3.client("secretsmanager").get_secret_value(SecretId="{secret}"); '
        'print(json.loads(v["SecretString"])["password"])'
    )
    address = f"host={database['address']} port={database['port']}"
    place = f"{address} dbname={DATABASE_NAME} user={MASTER_USERNAME} sslmode=require"
    client = f'psql "{place}"'
    if not shutil.which("psql"):
        asked = f'psycopg.connect("{place}").execute("select * from orders").fetchall()'
        client = f"app/.venv/bin/python -c 'import psycopg; print(*{asked}, sep=\"\\n\")'"
    return f"PGPASSWORD=\"$(.venv/bin/python -c '{read}')\" {client}"
