"""Changes of the database's instances that `pulumi up` by hand makes all at once."""

import pulumi
import pulumi_aws as aws

from lib.lookups import ask
from lib.scope import Scope
from lib.settings.database import SERVERLESS, DatabaseSettings


def warn_of_instance_changes(
    scope: Scope, settings: DatabaseSettings, options: pulumi.InvokeOptions
) -> None:
    """Warn where living instances get another class, or where one of them goes.

    The instances do not wait for each other, so that a new class takes writer and reader down
    together (hashicorp/terraform-provider-aws#27910); one alone has none to stand in for it. A
    look-up that fails says nothing.
    """
    cluster = scope.name("aurora")
    there, _ = ask(
        lambda: (
            aws.rds.get_instances(
                filters=[{"name": "db-cluster-id", "values": [cluster]}], opts=options
            ).instance_identifiers
        )
    )
    if not there:
        return
    if len(there) > settings.database_instances:
        pulumi.log.warn(
            f"{len(there) - settings.database_instances} of the database's {len(there)} instances "
            "will go. If the writer is one of them, connections break. `make up` fails over first.",
            scope.parent,
        )
    first, wanted = scope.name("aurora-1"), settings.database_instance_class
    if first not in there:
        return
    living, _ = ask(
        lambda: aws.rds.get_instance(db_instance_identifier=first, opts=options).db_instance_class
    )
    if living not in (None, wanted):
        in_turn = len(there) > 1 and SERVERLESS not in (living, wanted)
        pulumi.log.warn(
            f"The database's instances are {living}, and tap:databaseInstanceClass is {wanted}: "
            "all change at once, and the database is away for 5 to 10 minutes."
            + (" `make up` changes them in turn; see docs/upgrades.md." if in_turn else ""),
            scope.parent,
        )
