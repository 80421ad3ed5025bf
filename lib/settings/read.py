"""Configuration: from the stack's keys and the environment to TapStackArgs, or to words."""

from lib.names import stack_problems, stack_suffix, suffix_problems
from lib.settings.checks import read_json
from lib.settings.errors import SettingsError
from lib.settings.provider_keys import read_provider_arguments
from lib.settings.schema import FIELDS, Settings
from lib.settings.source import Inputs
from lib.settings.texts import OTHER_KEYS, read_settings, unknown_key_problems
from lib.tap_stack import TapStackArgs

# ARNs are no secrets, but the CLI takes a key of this name for one, and advises to encrypt it.
_MAY_BE_ENCRYPTED = ("secrets",)

# What these name is nobody's business but the tasks'.
_NAMES_ALONE = ("environment", "secrets")


def read_arguments(inputs: Inputs) -> TapStackArgs:
    """Return what the stack's configuration and the environment ask for.

    Raises SettingsError with all that is wrong with them, before anything is registered.
    """
    problems = [*unknown_key_problems(inputs.keys("tap")), *_encrypted_keys(inputs)]
    suffix = _read_suffix(inputs, problems)
    provider_arguments = read_provider_arguments(inputs, problems)
    settings = _read_settings(inputs, problems)
    if problems or settings is None:
        raise SettingsError(problems)
    return TapStackArgs(suffix, _read_tags(inputs), settings, provider_arguments)


def given_settings(inputs: Inputs) -> dict[str, str]:
    """Return the text of each `tap:` key that the stack has, for those who must not forget one.

    Of environment and secrets the names alone, with commas between. For settings that
    `read_arguments` accepts.
    """
    texts = {key: inputs.get("tap", key) for key in sorted((*FIELDS, *OTHER_KEYS))}
    return {
        key: ", ".join(sorted(read_json(text))) if key in _NAMES_ALONE else text
        for key, text in texts.items()
        if text is not None
    }


def _encrypted_keys(inputs: Inputs) -> list[str]:
    return [
        f"tap:{key} is encrypted, but what it says can be read in AWS; allowed: plain settings, "
        "and secrets in Secrets Manager, named by tap:secrets"
        for key in (*FIELDS, *OTHER_KEYS)
        if _is_refused_secret(inputs, key)
    ]


def _is_refused_secret(inputs: Inputs, key: str) -> bool:
    return key not in _MAY_BE_ENCRYPTED and inputs.is_secret("tap", key)


def _read_plain(inputs: Inputs, key: str) -> str | None:
    """Return a setting's text; an encrypted one counts as not given, so that no message has it."""
    return None if _is_refused_secret(inputs, key) else inputs.get("tap", key)


def _read_suffix(inputs: Inputs, problems: list[str]) -> str:
    variable = inputs.variable("ENVIRONMENT_SUFFIX")
    configured = _read_plain(inputs, "environmentSuffix")
    if variable is not None:
        suffix, source = variable, "ENVIRONMENT_SUFFIX"
    elif configured is not None:
        suffix, source = configured, "tap:environmentSuffix"
    else:
        suffix = stack_suffix(inputs.stack)
        source = "the environment suffix, from the stack's name,"
    problems.extend(suffix_problems(suffix, source) or stack_problems(inputs.stack, suffix))
    return suffix


def _read_settings(inputs: Inputs, problems: list[str]) -> Settings | None:
    texts = {key: _read_plain(inputs, key) for key in (*FIELDS, "profile")}
    try:
        return read_settings({key: text for key, text in texts.items() if text is not None})
    except SettingsError as error:
        problems.extend(error.problems)
        return None


def _read_tags(inputs: Inputs) -> dict[str, str]:
    variables = {"Repository": "REPOSITORY", "Author": "COMMIT_AUTHOR"}
    given = {tag: inputs.variable(name) for tag, name in variables.items()}
    return {tag: value for tag, value in given.items() if value is not None}
