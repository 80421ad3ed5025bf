"""What a shell has to be told so that AWS's clients use the emulated one, and no other."""

import shlex
from collections.abc import Mapping

from rich.console import Console

# What a shell may have that would lead clients past the emulated AWS, or to another account in it.
_TO_UNSET = (
    "AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS AWS_USE_FIPS_ENDPOINT AWS_USE_DUALSTACK_ENDPOINT",
    "HTTP_PROXY http_proxy ALL_PROXY all_proxy",
    "$(env | sed -n 's/^\\(AWS_ENDPOINT_URL_[^=]*\\)=.*/\\1/p')",
)


def print_exports(console: Console, variables: Mapping[str, str]) -> None:
    """Print the lines; the variables are those of the emulated AWS."""
    for name, value in variables.items():
        console.print(f"  export {name}={shlex.quote(value)}")
    for names in _TO_UNSET:
        console.print(f"  unset {names}")
