"""What the program chooses of Aurora PostgreSQL, as plain data: engine, versions, names inside it.

Nothing here imports pulumi: the program and ops share it.
"""

from collections.abc import Collection

DATABASE_NAME = "flaskapi"
MASTER_USERNAME = "flaskapi"

ENGINE = "aurora-postgresql"

# The version that the program was specified with. AWS deprecated it in July 2026, so another 15.x
# may have to stand in: 15.10 is the one with long-term support, and after it the newest comes
# first.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/aurorapostgresql-release-calendar.html
WANTED_VERSION = "15.8"
PREFERRED_VERSIONS = tuple(
    dict.fromkeys([WANTED_VERSION, "15.10", *(f"15.{minor}" for minor in range(40, 1, -1))])
)


def major_version(version: str) -> str:
    """Return the major version: `15` of `15.8`."""
    return version.partition(".")[0]


def first_preferred(offered: Collection[str]) -> str | None:
    """Return the version that a new database gets where these are offered; None if none is."""
    return next((version for version in PREFERRED_VERSIONS if version in offered), None)
