"""What a stack is asked to be: its configuration, with what `--config` adds to it."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from lib.settings.errors import SettingsError
from lib.settings.schema import Settings
from lib.settings.texts import read_settings, unknown_key_problems
from ops.pulumi_cli import PulumiCli
from ops.request import Request
from ops.stacks import Stack, State

# The suffix is handed over by itself.
_NEVER_FORGOTTEN = ("environmentSuffix",)

# Of these, an environment exports the names alone.
_NAMES_ALONE = ("environment", "secrets")


@dataclass(frozen=True)
class Asked:
    """The text of each key of a stack's configuration, by whole key.

    None for one that is encrypted, or of which a part alone is given.
    """

    texts: Mapping[str, str | None]

    def of(self, namespace: str) -> dict[str, str | None]:
        """Return the keys of a namespace, without it."""
        prefix = f"{namespace}:"
        return {
            key.removeprefix(prefix): text
            for key, text in self.texts.items()
            if key.startswith(prefix)
        }

    @cached_property
    def settings(self) -> Settings:
        """The settings; raises SettingsError for those that the program would refuse."""
        ours = self.of("tap")
        problems = unknown_key_problems(sorted(ours))
        try:
            settings = read_settings({k: text for k, text in ours.items() if text is not None})
        except SettingsError as error:
            raise SettingsError([*problems, *error.problems]) from None
        if problems:
            raise SettingsError(problems)
        return settings


def read_asked(cli: PulumiCli, stack: Stack, request: Request) -> Asked:
    """Return what the stack's configuration and the request's arguments ask for together.

    Raises SettingsError for a file that can't be read, CommandError where the CLI can't read it.
    """
    if stack.state is None:
        stored = file_texts(Path(cli.folder, request.config_file or stack.file))
    else:
        known = cli.config(stack.name, request.config_file)
        stored = {key: entry.get("value") for key, entry in known.items()}
    return Asked({**stored, **request.config})


def file_texts(path: Path) -> dict[str, str | None]:
    """Return the texts of a stack's file, by whole key; None for one that is encrypted.

    The CLI reads files of stacks that are there alone. Raises SettingsError for one that can't be
    read.
    """
    if not path.exists():
        return {}
    try:
        read = yaml.safe_load(path.read_bytes())
        values = (read or {}).get("config") or {}
        return {str(key): _text(value) for key, value in values.items()}
    except (OSError, ValueError, AttributeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise SettingsError([f"{path.name} can't be read ({reason}); allowed: YAML"]) from None


def _text(value: Any) -> str | None:
    if isinstance(value, dict) and "secure" in value:
        return None
    return value if isinstance(value, str) else json.dumps(value, default=str)


def forgotten(state: State, asked: Asked) -> dict[str, str]:
    """Return what the environment was set to and is not given now, by key without `tap:`."""
    given = asked.of("tap").keys() | set(_NEVER_FORGOTTEN)
    return {key: text for key, text in state.settings.items() if key not in given}


def forgotten_words(settings: Mapping[str, str], stack: Stack, request: Request) -> str:
    """Tell which settings were forgotten, and what to type to keep or to drop them."""
    lost = "\n".join(f"  tap:{key} is {text}" for key, text in settings.items())
    pairs = {key: _value_to_type(key, text) for key, text in settings.items()}
    kept = "\n".join(
        "  "
        + shlex.join(("pulumi", "config", "set", f"tap:{key}", text, "--stack", stack.name))
        + (" --plaintext" if key == "secrets" else "")
        for key, text in pairs.items()
    )
    options = [word for key, text in pairs.items() for word in ("--config", f"tap:{key}={text}")]
    once = shlex.join([*request.arguments, *options])
    return (
        f"The environment {request.suffix} was set to what neither {stack.file} nor ARGS says "
        f"now, and would lose it:\n\n{lost}\n\nTo keep it:\n\n{kept}\n\n"
        f"or make {request.command} SUFFIX={request.suffix} ARGS={shlex.quote(once)}\n"
        f"or, to go back to the defaults, make {request.command} SUFFIX={request.suffix} "
        "DEFAULTS=1"
    )


def _value_to_type(key: str, text: str) -> str:
    if key not in _NAMES_ALONE:
        return text
    return json.dumps({name: "…" for name in text.split(", ")}, ensure_ascii=False)
