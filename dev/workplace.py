"""A folder in which the Pulumi CLI works on the emulated AWS, apart from any other stack.

It holds a project file, the state, a passphrase, and the variables with which to use them.
"""

import json
import secrets
import shlex
import shutil
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ops.pulumi_cli import BUILT, ROOT, CommandError

DEFAULT_PORT = 5001
_PLUGIN = ROOT / "emulator" / "plugin"


@dataclass(frozen=True)
class Workplace:
    """The folder, and the variables that lead the CLI to its state and to the emulated AWS."""

    folder: Path
    variables: Mapping[str, str]

    def commands(self, suffix: str) -> list[str]:
        """Return what to type in a shell that has the variables, to work on an environment."""
        lines = [f"cd {shlex.quote(str(self.folder))}"]
        if shutil.which("pulumi") is None:
            lines.append(f'export PATH="$PATH:"{shlex.quote(str(BUILT))}')
        return [
            *lines,
            f"export ENVIRONMENT_SUFFIX={suffix}",
            f"pulumi stack select {suffix} --create --secrets-provider passphrase",
            "pulumi up",
        ]


def make_workplace(folder: Path, of_aws: Mapping[str, str]) -> Workplace:
    """Make a folder anew: an emulated AWS begins empty, so that no stack outlives it.

    `of_aws` are the variables with which AWS's clients find the emulated one.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("state", "home"):
        (folder / part).mkdir(parents=True)
    (folder / "passphrase").write_text(secrets.token_urlsafe(), encoding="utf-8")
    variables = {
        **of_aws,
        "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(folder / "passphrase"),
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(_project()), encoding="utf-8")
    (folder / "variables.json").write_text(json.dumps(variables), encoding="utf-8")
    return Workplace(folder, variables)


def _project() -> dict[str, Any]:
    """Return the project's own settings, with the emulated AWS in the place of the providers."""
    settings = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))
    options = settings["runtime"]["options"]
    options["virtualenv"] = str(ROOT / options["virtualenv"])
    settings["main"] = str(ROOT / settings["main"])
    providers = [{"name": name, "path": str(_PLUGIN)} for name in ("aws", "random")]
    return {**settings, "plugins": {"providers": providers}}


def folder_of_serve(endpoint: str) -> Path:
    """Return where the workplace of the `make serve` with this endpoint is while it runs."""
    return ROOT / ".emulated" / endpoint.rpartition(":")[2]


def workplace_of_serve(port: int) -> Workplace:
    """Return the workplace of the `make serve` that listens on a port.

    Raises CommandError where none does, or where the workplace leads elsewhere than to this
    machine.
    """
    endpoint = f"http://127.0.0.1:{port}"
    folder = folder_of_serve(endpoint)
    try:
        variables = json.loads((folder / "variables.json").read_text(encoding="utf-8"))
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        command = "make serve" if port == DEFAULT_PORT else f"make serve PORT={port}"
        raise CommandError(
            f"No emulated AWS listens on port {port} of this machine; `{command}` runs one."
        ) from None
    if variables["AWS_ENDPOINT_URL"] != endpoint:
        raise CommandError(
            f"{folder} leads to {variables['AWS_ENDPOINT_URL']}; allowed: {endpoint} alone"
        )
    return Workplace(folder, variables)
