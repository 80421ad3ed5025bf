"""The secret: what a program needs to connect to the database."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import pulumi
import pulumi_aws as aws

from lib.database.aurora import DATABASE_NAME, MASTER_USERNAME
from lib.database.cluster import Database
from lib.network.ports import DATABASE_PORT
from lib.scope import Scope


@dataclass(frozen=True)
class DatabaseSecret:
    """The secret and its current version."""

    secret: aws.secretsmanager.Secret
    version: aws.secretsmanager.SecretVersion

    @property
    def ready(self) -> Sequence[pulumi.Resource]:
        """What must exist before a task can read the password."""
        return [self.version]


def connection_document(host: str, password: str) -> str:
    """Return the secret's JSON text, with a URL in which every part is quoted.

    The keys up to `password` are those that AWS's own rotation reads.
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
    """
    user, secret, name = (
        quote(str(part), safe="") for part in (MASTER_USERNAME, password, DATABASE_NAME)
    )
    return json.dumps(
        {
            "engine": "postgres",
            "host": host,
            "port": DATABASE_PORT,
            "dbname": DATABASE_NAME,
            "username": MASTER_USERNAME,
            "password": password,
            "url": f"postgresql://{user}:{secret}@{host}:{DATABASE_PORT}/{name}?sslmode=require",
        }
    )


def build_secret(scope: Scope, database: Database) -> DatabaseSecret:
    """Make the secret and put the connection into it."""
    secret = aws.secretsmanager.Secret(
        scope.name("db-password"),
        name=scope.name("db-password"),
        description="How the Flask API connects to its database",
        recovery_window_in_days=0,
        tags=scope.tags("db-password"),
        opts=scope.options(),
    )
    document = pulumi.Output.all(database.cluster.endpoint, database.password).apply(
        lambda known: connection_document(*known)
    )
    version = aws.secretsmanager.SecretVersion(
        scope.name("db-password"),
        secret_id=secret.id,
        secret_string=pulumi.Output.secret(document),
        opts=scope.options(),
    )
    return DatabaseSecret(secret=secret, version=version)
