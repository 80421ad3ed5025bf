"""Isolation: what a developer's shell says of accounts and environments stays out of a command."""

import os
from collections.abc import Mapping

from emulator.credentials import CREDENTIAL_VARIABLES

# What the program itself reads.
OWN_VARIABLES = ("ENVIRONMENT_SUFFIX", "REPOSITORY", "COMMIT_AUTHOR")
_PREFIXES = ("AWS_", "PULUMI_", "MOTO_")

# What the integration tests read of an environment that is there: what it was made with.
_ASKED = ("TAP_PROFILE", "TAP_SETTINGS")

# Requests to this machine must not go through the proxy that a company's shells name.
_NO_PROXY = ("NO_PROXY", "no_proxy")
_THIS_MACHINE = "127.0.0.1,localhost"


def is_of_the_shell(name: str) -> bool:
    """Tell whether a variable says something of an account, a backend or an environment."""
    return name in (*OWN_VARIABLES, *_ASKED) or name.startswith(_PREFIXES)


def isolated(variables: Mapping[str, str]) -> dict[str, str]:
    """Return environment variables that lead to no account, no backend and no environment.

    A client that is not told of the emulated AWS has no credentials with which to reach a real one.
    """
    kept = {name: value for name, value in variables.items() if not is_of_the_shell(name)}
    for name in _NO_PROXY:
        kept[name] = f"{kept[name]},{_THIS_MACHINE}" if kept.get(name) else _THIS_MACHINE
    return {**kept, **CREDENTIAL_VARIABLES}


def isolate() -> None:
    """Have this process, and all that it starts, see isolated variables."""
    variables = isolated(os.environ)
    os.environ.clear()
    os.environ.update(variables)
