"""Profiles: named sets of differences from the settings' defaults, by field name."""

from collections.abc import Mapping
from typing import Any

PROFILES: Mapping[str, Mapping[str, Any]] = {"standard": {}}
