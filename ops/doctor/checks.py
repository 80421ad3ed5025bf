"""The checks of `doctor`, and those of them with which an `up` begins."""

from collections.abc import Sequence

from ops.checks import Check
from ops.doctor.account import ACCOUNT, REGION
from ops.doctor.backend import BACKEND
from ops.doctor.database import DATABASE
from ops.doctor.image import IMAGE
from ops.doctor.living import LIVING
from ops.doctor.names import NAMES
from ops.doctor.plan import Plan
from ops.doctor.quotas import QUOTA_CHECK
from ops.doctor.repository import REPOSITORY
from ops.doctor.secrets import SECRETS
from ops.doctor.settings import SETTINGS
from ops.doctor.tools import TOOLS
from ops.doctor.zones import ZONES

# All checks together have as long.
SECONDS = 10.0

# Each of these findings would stop an `up`, or have it end in a rollback.
_BLOCKING = (REGION, ACCOUNT, ZONES, DATABASE, QUOTA_CHECK, NAMES, IMAGE, SECRETS, BACKEND)


def doctor_checks() -> Sequence[Check[Plan]]:
    """Return all checks of what an `up` would work with.

    What settings, tools and a living environment have against it, `up` looks at by itself.
    """
    return (SETTINGS, TOOLS, *_BLOCKING, LIVING, REPOSITORY)


def blocking_checks() -> Sequence[Check[Plan]]:
    """Return the checks with which an `up` begins, because their findings would stop it."""
    return _BLOCKING
