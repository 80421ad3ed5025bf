"""Isolation: what a developer's shell says of accounts and environments stays out of a command."""

import os
from collections.abc import Mapping

# What the program itself reads.
OWN_VARIABLES = ("ENVIRONMENT_SUFFIX", "REPOSITORY", "COMMIT_AUTHOR")
_PREFIXES = ("AWS_", "PULUMI_")

# A client that is not told of the emulated AWS has no credentials with which to reach a real one.
_DUMMIES = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}

# Requests to this machine must not go through the proxy that a company's shells name.
_NO_PROXY = ("NO_PROXY", "no_proxy")
_THIS_MACHINE = "127.0.0.1,localhost"


def is_of_the_shell(name: str) -> bool:
    """Tell whether a variable says something of an account, a backend or an environment."""
    return name in OWN_VARIABLES or name.startswith(_PREFIXES)


def isolated(variables: Mapping[str, str]) -> dict[str, str]:
    """Return environment variables that lead to no account, no backend and no environment."""
    kept = {name: value for name, value in variables.items() if not is_of_the_shell(name)}
    for name in _NO_PROXY:
        kept[name] = f"{kept[name]},{_THIS_MACHINE}" if kept.get(name) else _THIS_MACHINE
    return {**kept, **_DUMMIES}


def isolate() -> None:
    """Have this process, and all that it starts, see isolated variables."""
    variables = isolated(os.environ)
    os.environ.clear()
    os.environ.update(variables)
