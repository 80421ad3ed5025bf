"""The database's version: which Aurora PostgreSQL a new cluster gets."""

import pulumi
import pulumi_aws as aws

from lib.database.aurora import ENGINE, PREFERRED_VERSIONS, WANTED_VERSION
from lib.lookups import ask


def choose_engine_version(
    asked: str | None, cluster: str, parent: pulumi.Resource, options: pulumi.InvokeOptions
) -> str:
    """Return the Aurora PostgreSQL version of the database, whose identifier is `cluster`.

    The version that was asked for is used as it is. Else a database that is there keeps its own,
    and a new one gets the first of PREFERRED_VERSIONS that the region offers; one that is not the
    wanted one, or no answer, is a warning. Without an answer on what is there, it counts as new.
    """
    if asked is not None:
        return asked
    living, _ = ask(lambda: _living_version(cluster, options))
    return living or _offered_version(parent, options)


def _living_version(cluster: str, options: pulumi.InvokeOptions) -> str | None:
    filters = [{"name": "db-cluster-id", "values": [cluster]}]
    there = aws.rds.get_clusters(filters=filters, opts=options).cluster_identifiers
    if cluster not in there:
        return None
    return aws.rds.get_cluster(cluster_identifier=cluster, opts=options).engine_version


def _offered_version(parent: pulumi.Resource, options: pulumi.InvokeOptions) -> str:
    offered, error = ask(
        lambda: (
            aws.rds.get_engine_version(
                engine=ENGINE, preferred_versions=list(PREFERRED_VERSIONS), opts=options
            ).version_actual
        )
    )
    if offered == WANTED_VERSION:
        return WANTED_VERSION
    if offered:
        warning = (
            f"The region does not offer Aurora PostgreSQL {WANTED_VERSION}; the new database gets "
            f"{offered}."
        )
    elif error:
        warning = (
            f"Could not ask which Aurora PostgreSQL versions the region offers ({error}); "
            f"going on with {WANTED_VERSION}. Set tap:databaseEngineVersion to choose one."
        )
    else:
        warning = (
            f"The region names no Aurora PostgreSQL 15 version; going on with {WANTED_VERSION}. "
            "Set tap:databaseEngineVersion to choose one."
        )
    pulumi.log.warn(warning, parent)
    return offered or WANTED_VERSION
