"""What tasks need of the rest of the emulated AWS."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol


class World(Protocol):
    """The rest, as tasks see it. A target is a task's private address."""

    folder: Path
    """Temporary; tasks have folders of their own in it."""

    def client(self, service: str, region: str) -> Any:
        """Return a client of boto3. Never called under the lock of the emulated AWS."""

    def variables(self) -> Mapping[str, str]:
        """Return the environment variables with which AWS clients use this AWS alone."""

    def database_address(self, variables: Mapping[str, str]) -> str:
        """Return where the database is whose endpoint one of the variables names; else ""."""

    def health(self, target: str) -> tuple[bool, str] | None:
        """Return whether the last health check passed, and what it got; None before the first.

        That is an HTTP status code, `timeout` or `refused`. Does not wait.
        """

    def checks(self, target: str) -> int:
        """Return how many health checks of it were made in the target group with the fewest."""

    def is_idle(self, target: str) -> bool:
        """Return whether the load balancers know that it is out of service, and no request of it
        is under way."""

    def use(self, target: str, host: str, port: int) -> None:
        """Have a target be reached at a host and port of this machine."""

    def forget(self, target: str) -> None:
        """Have a target be nowhere."""
