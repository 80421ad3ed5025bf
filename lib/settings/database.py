"""Settings of the database: the Aurora cluster, and what is done for it."""

from dataclasses import dataclass
from typing import Annotated

from lib.settings import checks, database_checks

# A class without a size: its capacity follows the load, in Aurora capacity units (ACU).
SERVERLESS = "db.serverless"

_LEAST_CAPACITY, _MOST_CAPACITY = 0, 2

# Major version -> the first minor one that can go down to 0 capacity units; all later ones can.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
_FIRST_TO_PAUSE = {15: 7, 16: 3}


@dataclass(frozen=True)
class DatabaseSettings:
    """The Aurora cluster: version, size, and the number of its password.

    The capacities (ACU) are those of each instance, and only of db.serverless.
    """

    database_engine_version: Annotated[
        str | None, checks.optional(database_checks.ENGINE_VERSION)
    ] = None
    allow_major_upgrade: Annotated[bool, checks.boolean] = False
    database_instance_class: Annotated[str, database_checks.INSTANCE_CLASS] = "db.t3.medium"
    database_instances: Annotated[int, checks.whole_number(1, 16)] = 2
    database_min_capacity: Annotated[float, database_checks.capacity(0)] = _LEAST_CAPACITY
    database_max_capacity: Annotated[float, database_checks.capacity(1)] = _MOST_CAPACITY
    password_version: Annotated[int, checks.whole_number(1, 999_999)] = 1

    @property
    def is_serverless(self) -> bool:
        """Whether the instances have capacities, and no size of their own."""
        return self.database_instance_class == SERVERLESS

    @property
    def pauses(self) -> bool:
        """Whether the database pauses while nobody is connected."""
        return self.is_serverless and self.database_min_capacity == 0

    def problems(self) -> list[str]:
        """Tell which capacities are of no use, or can't be had."""
        least, most = self.database_min_capacity, self.database_max_capacity
        if not self.is_serverless:
            given = {
                "databaseMinCapacity": (least, _LEAST_CAPACITY),
                "databaseMaxCapacity": (most, _MOST_CAPACITY),
            }
            return [
                f"tap:{key} is {value} with tap:databaseInstanceClass "
                f"{self.database_instance_class}; allowed: with {SERVERLESS} alone"
                for key, (value, default) in given.items()
                if value != default
            ]
        if least > most:
            return [
                f"tap:databaseMinCapacity is {least} with tap:databaseMaxCapacity {most}; "
                "allowed: databaseMinCapacity no larger than databaseMaxCapacity"
            ]
        version = self.database_engine_version
        if version is None or least > 0:
            return []
        major, minor = map(int, version.split("."))
        first = _FIRST_TO_PAUSE.get(major, 0)
        if minor >= first:
            return []
        return [
            f"tap:databaseMinCapacity is 0 with tap:databaseEngineVersion {version}; allowed: 0 "
            f"from {major}.{first} on, else 0.5 or more"
        ]


@dataclass(frozen=True)
class UpkeepSettings:
    """What is done for the database: backups (kept for days), maintenance, observation.

    Windows that are not given are AWS's choice.
    """

    backup_retention_days: Annotated[int, checks.whole_number(1, 35)] = 7
    backup_window: Annotated[str | None, checks.optional(database_checks.BACKUP_WINDOW)] = None
    maintenance_window: Annotated[
        str | None, checks.optional(database_checks.MAINTENANCE_WINDOW)
    ] = None
    performance_insights: Annotated[bool, checks.boolean] = False

    def problems(self) -> list[str]:
        """Tell whether AWS would refuse the two windows together."""
        backup, maintenance = self.backup_window, self.maintenance_window
        if backup is None and maintenance is None:
            return []
        # AWS chooses the other one, at a time that may be the same
        # (hashicorp/terraform-provider-aws#7046).
        if backup is None or maintenance is None:
            return [
                "one of tap:backupWindow and tap:maintenanceWindow is given; allowed: both or none"
            ]
        if not database_checks.windows_overlap(backup, maintenance):
            return []
        return [
            f"tap:backupWindow is {backup!r} with tap:maintenanceWindow {maintenance!r}; "
            "allowed: windows that do not overlap"
        ]
