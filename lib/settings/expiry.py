"""Expiry: when an environment may be swept, although its pull request is open."""

import re
from datetime import UTC, datetime

from lib.settings.checks import Check

# The tag that says so, on the ECS cluster.
EXPIRES_TAG = "Expires"

_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def read_expiry(text: object) -> datetime | None:
    """Return the time that a text such as `2026-12-01T06:00:00Z` says; None if it says none."""
    if not isinstance(text, str) or not _FORM.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


EXPIRY = Check(
    "a time in UTC, such as 2026-12-01T06:00:00Z", lambda value: read_expiry(value) is not None
)
