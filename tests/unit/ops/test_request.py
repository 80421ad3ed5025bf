"""What is asked for: options that are the CLI's are read as the CLI does."""

import pytest

from lib.settings.errors import SettingsError
from ops.request import Request, flag, read_request, split_arguments


@pytest.mark.parametrize(
    ("arguments", "config"),
    [
        ("--config tap:image=v1", {"tap:image": "v1"}),
        ("--config=tap:image=v1 -y", {"tap:image": "v1"}),
        ("-c tap:image=v1", {"tap:image": "v1"}),
        ("-ctap:image=v1", {"tap:image": "v1"}),
        ("-yc aws:profile=shop", {"aws:profile": "shop"}),
        # A key without a namespace is the project's; a value may have anything.
        ('--config \'environment={"A": "b=c\nd"}\'', {"tap:environment": '{"A": "b=c\nd"}'}),
        ("-c image=v1 -c image=v2", {"tap:image": "v2"}),
        ("--config-path -c tap:environment.A=x", {"tap:environment": None}),
        ("--config-path -c 'tap:zones[0]=x'", {"tap:zones": None}),
        ("--config-path -c tap:image=v1", {"tap:image": "v1"}),
        ("--config-file x.yaml --yes --config", {"tap:": ""}),
        ("--yes --message c", {}),
    ],
)
def test_what_config_gives_is_read(arguments: str, config: dict[str, str | None]) -> None:
    assert Request("up", "dev", split_arguments(arguments)).config == config


@pytest.mark.parametrize(
    ("arguments", "file"),
    [
        ("--config-file a.yaml", "a.yaml"),
        ("--yes --config-file=a.yaml", "a.yaml"),
        ("--config-file", None),
        ("--config x=y", None),
    ],
)
def test_file_of_settings_is_read(arguments: str, file: str | None) -> None:
    assert Request("up", "dev", arguments.split()).config_file == file


@pytest.mark.parametrize(
    ("arguments", "says_yes"),
    [("--yes", True), ("-y", True), ("-fy", True), ("--yes=false", False), ("-f x", False)],
)
def test_leave_is_what_the_cli_takes_for_it(arguments: str, says_yes: bool) -> None:
    assert Request("up", "dev", arguments.split()).says_yes is says_yes


@pytest.mark.parametrize("stack", ["dev", "TapStackdev", "shop-dev", "acme/dev", "acme/tap/a-dev"])
def test_stack_may_be_any_that_fits(stack: str) -> None:
    assert Request("up", "dev", stack=stack).stack == stack


def test_stack_that_does_not_fit_is_refused() -> None:
    with pytest.raises(SettingsError) as raised:
        Request("up", "dev", stack="dev/prod")
    assert str(raised.value).startswith("STACK is 'dev/prod': the stack is 'prod', but the")


@pytest.mark.parametrize(
    ("command", "arguments", "expected"),
    [
        ("up", [], ["--config", "tap:profile=small"]),
        ("preview", ["--diff"], ["--diff", "--config", "tap:profile=small"]),
        ("up", ["-cprofile=small"], ["-cprofile=small", "--config", "tap:profile=small"]),
        ("destroy", [], []),
    ],
)
def test_profile_is_handed_to_the_cli(
    command: str, arguments: list[str], expected: list[str]
) -> None:
    """As a setting of the stack, so that the program has it, and a later `up` that forgets it."""
    request = read_request(command, "dev", arguments, {"PROFILE": "small"})
    assert list(request.arguments) == expected
    assert list(read_request(command, "dev", arguments, {"PROFILE": ""}).arguments) == arguments


def test_profile_that_arguments_contradict_is_refused() -> None:
    with pytest.raises(SettingsError) as raised:
        read_request("up", "dev", ["-c", "tap:profile=standard"], {"PROFILE": "ephemeral"})
    assert str(raised.value) == "PROFILE is 'ephemeral', but ARGS has tap:profile=standard"


def test_flag_is_one_or_nothing() -> None:
    assert [flag("NOWAIT", text) for text in ("", "0", "1")] == [False, False, True]
    with pytest.raises(SettingsError, match="^NOWAIT is 'yes'; allowed: 1, 0$"):
        flag("NOWAIT", "yes")


def test_arguments_are_split_as_a_shell_does_and_run_nothing() -> None:
    assert split_arguments("--message 'a b' \"$(id)\" $HOME;ls") == [
        "--message",
        "a b",
        "$(id)",
        "$HOME;ls",
    ]
