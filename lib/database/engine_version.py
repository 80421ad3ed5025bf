"""The database's version: which Aurora PostgreSQL a new cluster gets."""

import pulumi
import pulumi_aws as aws

ENGINE = "aurora-postgresql"

# The version that the program was specified with. AWS deprecated it in July 2026, so another 15.x
# may have to stand in: 15.10 is the one with long-term support, and after it the newest comes
# first.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/aurorapostgresql-release-calendar.html
WANTED_VERSION = "15.8"
PREFERRED_VERSIONS = tuple(
    dict.fromkeys([WANTED_VERSION, "15.10", *(f"15.{minor}" for minor in range(40, 1, -1))])
)


def choose_engine_version(
    asked: str | None, parent: pulumi.Resource, options: pulumi.InvokeOptions
) -> str:
    """Return the Aurora PostgreSQL version to create the database with.

    The version that was asked for is used as it is. Else the first of PREFERRED_VERSIONS that the
    region offers; one that is not the wanted one, or no answer, is a warning.
    """
    if asked is not None:
        return asked
    try:
        offered = aws.rds.get_engine_version(
            engine=ENGINE, preferred_versions=list(PREFERRED_VERSIONS), opts=options
        ).version_actual
    # The SDK raises a bare Exception for a look-up that the provider refuses.
    except Exception as error:  # pylint: disable=broad-exception-caught
        pulumi.log.warn(
            f"Could not ask which Aurora PostgreSQL versions the region offers ({error}); "
            f"going on with {WANTED_VERSION}. Set tap:databaseEngineVersion to choose one.",
            parent,
        )
        return WANTED_VERSION
    if not offered:
        pulumi.log.warn(
            f"The region names no Aurora PostgreSQL 15 version; going on with {WANTED_VERSION}. "
            "Set tap:databaseEngineVersion to choose one.",
            parent,
        )
        return WANTED_VERSION
    if offered != WANTED_VERSION:
        pulumi.log.warn(
            f"The region does not offer Aurora PostgreSQL {WANTED_VERSION}; a new database gets "
            f"{offered}. An existing one keeps its version.",
            parent,
        )
    return offered
