"""What the engine and the environment hand to the program, as it is.

Nothing else in the program reads Pulumi configuration or an environment variable.
"""

import json
import os

import pulumi


class Inputs:
    """The stack's configuration and the environment variables, both read when asked."""

    def __init__(self) -> None:
        # The engine hands over every key; pulumi.Config answers only for those that one asks for.
        self._all_keys = tuple(json.loads(os.environ.get("PULUMI_CONFIG") or "{}"))
        self._secret_keys = frozenset(
            json.loads(os.environ.get("PULUMI_CONFIG_SECRET_KEYS") or "[]")
        )

    def keys(self, namespace: str) -> list[str]:
        """Return the name of each key that the stack has in a namespace, known or not."""
        prefix = f"{namespace}:"
        return sorted(key.removeprefix(prefix) for key in self._all_keys if key.startswith(prefix))

    def get(self, namespace: str, key: str) -> str | None:
        """Return the text of a key, or None when the stack does not have it."""
        return pulumi.Config(namespace).get(key)

    def is_secret(self, namespace: str, key: str) -> bool:
        """Tell whether the stack keeps the key encrypted."""
        full_key = f"{namespace}:{key}"
        return full_key in self._secret_keys or pulumi.runtime.is_config_secret(full_key)

    def variable(self, name: str) -> str | None:
        """Return an environment variable; an empty one counts as not given."""
        return os.environ.get(name) or None

    @property
    def stack(self) -> str:
        """The stack's name."""
        return pulumi.get_stack()
