"""What an operator asks for: the command, the environment, and what is handed to the CLI."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from lib.names import may_hold, stack_problems, suffix_problems
from lib.settings.errors import SettingsError

DEFAULT_SECRETS_PROVIDER = "passphrase"

_STACK_OPTION = re.compile(r"--stack(=.*)?|-[a-z]*s.*")
_YES_OPTION = re.compile(r"--yes(=true)?|-[dfj]*y[dfj]*")
_CONFIG_OPTION = re.compile(r"(?:--config|-[dfjy]*c)(?:=?(?P<pair>.+))?", re.DOTALL)
_CONFIG_FLAGS = ("--config-file", "--config-path")

_PROFILE = "tap:profile"

_FLAGS = {"": False, "0": False, "1": True}


def flag(name: str, text: str) -> bool:
    """Return whether a variable such as DEFAULTS=1 is on; raises SettingsError for other texts."""
    if text not in _FLAGS:
        raise SettingsError([f"{name} is {text!r}; allowed: 1, 0"])
    return _FLAGS[text]


def split_arguments(text: str) -> list[str]:
    """Return the words of ARGS, quoted as in a shell; raises SettingsError where they can't be."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise SettingsError([f"ARGS can't be split into words: {error}"]) from None


@dataclass(frozen=True)  # Each is a variable of the command line.
class Request:  # pylint: disable=too-many-instance-attributes
    """One command for one environment.

    `command` is preview, up or destroy; `arguments` go to the CLI as they are; `secrets_provider`
    is what a stack that is made now encrypts its secrets with. `stack` chooses one by its whole
    name. `defaults` leaves what was set before and is not given now to the defaults; `nowait` does
    not wait for what AWS makes late; `nodoctor` has an `up` go on whatever stands in its way.
    Raises SettingsError for a suffix that is missing or can't be used, for a stack that can't hold
    it, and for arguments that name a stack of their own.
    """

    command: str
    suffix: str
    arguments: Sequence[str] = ()
    secrets_provider: str = DEFAULT_SECRETS_PROVIDER
    stack: str = ""
    defaults: bool = False
    nowait: bool = False
    nodoctor: bool = False

    def __post_init__(self) -> None:
        problems = suffix_problems(self.suffix, "SUFFIX")
        if not self.suffix:
            problems = [f"SUFFIX is missing; say which environment: make {self.command} SUFFIX=dev"]
        elif self.stack and not may_hold(short_name(self.stack), self.suffix):
            problems += [
                f"STACK is {self.stack!r}: {problem}"
                for problem in stack_problems(short_name(self.stack), self.suffix)
            ]
        problems += [
            f"ARGS has {argument!r}, but SUFFIX and STACK alone choose the stack"
            for argument in self.arguments
            if _STACK_OPTION.fullmatch(argument)
        ]
        if problems:
            raise SettingsError(problems)

    @property
    def says_yes(self) -> bool:
        """Tell whether the CLI is not to ask before it changes anything."""
        return any(map(_YES_OPTION.fullmatch, self.arguments))

    @cached_property
    def config(self) -> Mapping[str, str | None]:
        """What `--config` gives, by whole key; None for what is a part of an object or a list."""
        return dict(self._pairs())

    @property
    def config_file(self) -> str | None:
        """The file that `--config-file` names."""
        for index, argument in enumerate(self.arguments):
            if argument.startswith("--config-file="):
                return argument.partition("=")[2]
            if argument == "--config-file":
                return self.arguments[index + 1] if index + 1 < len(self.arguments) else None
        return None

    def _pairs(self) -> Iterator[tuple[str, str | None]]:
        is_path = "--config-path" in self.arguments
        words = iter(self.arguments)
        for word in words:
            found = None if word.startswith(_CONFIG_FLAGS) else _CONFIG_OPTION.fullmatch(word)
            if found is None:
                continue
            key, _, value = (found["pair"] or next(words, "")).partition("=")
            # The CLI takes a key without a namespace for one of the project's.
            key = key if ":" in key else f"tap:{key}"
            name = re.split(r"[.\[]", key)[0] if is_path else key
            yield name, value if name == key else None


def read_request(
    command: str, suffix: str, arguments: Sequence[str], variables: Mapping[str, str]
) -> Request:
    """Return the request of a command line and of the variables that go with it.

    PROFILE, SECRETS_PROVIDER, STACK, DEFAULTS, NOWAIT and NODOCTOR; an empty one counts as not
    given. Raises SettingsError where they can't be meant.
    """
    return Request(
        command,
        suffix,
        [*arguments, *_profile_option(command, suffix, arguments, variables.get("PROFILE"))],
        variables.get("SECRETS_PROVIDER") or DEFAULT_SECRETS_PROVIDER,
        variables.get("STACK", ""),
        flag("DEFAULTS", variables.get("DEFAULTS", "")),
        flag("NOWAIT", variables.get("NOWAIT", "")),
        flag("NODOCTOR", variables.get("NODOCTOR", "")),
    )


def _profile_option(
    command: str, suffix: str, arguments: Sequence[str], profile: str | None
) -> Sequence[str]:
    """Return the option that sets the profile which PROFILE names, for what makes or changes."""
    if not profile or command == "destroy":
        return ()
    given = Request(command, suffix, arguments).config.get(_PROFILE, profile)
    if given != profile:
        raise SettingsError([f"PROFILE is {profile!r}, but ARGS has {_PROFILE}={given}"])
    return "--config", f"{_PROFILE}={profile}"


def short_name(stack: str) -> str:
    """Return a stack's name without the organization and the project before it."""
    return stack.rpartition("/")[2]
