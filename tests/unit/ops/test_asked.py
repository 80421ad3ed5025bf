"""What a stack is asked to be, and what was forgotten of it."""

from pathlib import Path

import pytest

from lib.settings.errors import SettingsError
from ops.asked import Asked, forgotten, forgotten_words, read_asked
from ops.pulumi_cli import PulumiCli
from ops.request import Request
from ops.stacks import Stack, State
from tests.unit.ops.support import StandIn, deployment_of

_SETTINGS = {
    "image": "v1",
    "environment": "B, A",
    "secrets": "KEY",
    "environmentSuffix": "dev",
    "profile": "standard",
}
_STATE = State(deployment_of("dev", settings=_SETTINGS))


def test_file_and_arguments_are_read_together(pulumi: StandIn, project: Path) -> None:
    """As the engine reads the file; what is encrypted is there, but not shown."""
    pulumi.answer(
        "config --json --stack dev",
        out='{"tap:cpu": {"value": "512"}, "tap:image": {"value": "v1"}, '
        '"aws:token": {"secret": true}}',
    )
    request = Request("up", "dev", ["--config", "tap:image=v2"])
    asked = read_asked(PulumiCli(project), Stack("dev", State()), request)
    assert asked.texts == {"tap:cpu": "512", "tap:image": "v2", "aws:token": None}
    assert asked.of("aws") == {"token": None}
    assert asked.settings.container.image == "v2"
    with_file = Request("up", "dev", ["--config-file", "x.yaml"])
    read_asked(PulumiCli(project), Stack("dev", State()), with_file)
    assert pulumi.last[0][-3:] == ["--config-file", "x.yaml", "--non-interactive"]


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        (None, {}),
        ("", {}),
        ("config:\n", {}),
        (
            "config:\n  tap:image: v1\n  tap:cpu: 512\n  tap:flowLogs: false\n"
            "  tap:environment: {A: b}\n  aws:token: {secure: x}\n",
            {
                "tap:image": "v1",
                "tap:cpu": "512",
                "tap:flowLogs": "false",
                "tap:environment": '{"A": "b"}',
                "aws:token": None,
            },
        ),
    ],
)
def test_file_of_a_stack_that_is_not_there_yet_is_read(
    pulumi: StandIn, project: Path, text: str | None, texts: dict[str, str | None]
) -> None:
    assert pulumi
    if text is not None:
        (project / "Pulumi.dev.yaml").write_text(text)
    assert read_asked(PulumiCli(project), Stack("dev", None), Request("up", "dev")).texts == texts


@pytest.mark.parametrize("content", [b"config: [", b"config: \xfc", b"- a", b"config: x"])
def test_file_that_can_not_be_read_is_named(pulumi: StandIn, project: Path, content: bytes) -> None:
    assert pulumi
    (project / "Pulumi.dev.yaml").write_bytes(content)
    with pytest.raises(
        SettingsError, match=r"^Pulumi.dev.yaml can't be read \(.*\); allowed: YAML"
    ):
        read_asked(PulumiCli(project), Stack("dev", None), Request("up", "dev"))


def test_settings_are_checked_as_the_program_does() -> None:
    with pytest.raises(SettingsError) as raised:
        _ = Asked({"tap:minTask": "3", "tap:cpu": "300", "tap:secrets": None}).settings
    assert [problem.split(";")[0] for problem in raised.value.problems] == [
        "unknown setting tap:minTask",
        "tap:cpu is 300",
    ]
    with pytest.raises(SettingsError, match="^unknown setting tap:minTask; did you mean"):
        _ = Asked({"tap:minTask": "3"}).settings


def test_what_is_not_given_any_more_was_forgotten() -> None:
    """A part of an object, or what is encrypted, is given; the suffix always is."""
    assert forgotten(_STATE, Asked({"tap:image": "v2", "tap:secrets": None})) == {
        "environment": "B, A",
        "profile": "standard",
    }
    assert forgotten(State(), Asked({})) == {}
    assert forgotten(State(deployment_of("dev", settings="?")), Asked({})) == {}


def test_forgotten_settings_are_told_with_what_to_type() -> None:
    settings = {"image": "a b", "environment": "B, A", "secrets": "KEY"}
    request = Request("up", "dev", ["--yes"])
    assert forgotten_words(settings, Stack("shop-dev", _STATE), request) == (
        "The environment dev was set to what neither Pulumi.shop-dev.yaml nor ARGS says now, and "
        "would lose it:\n\n"
        "  tap:image is a b\n"
        "  tap:environment is B, A\n"
        "  tap:secrets is KEY\n\n"
        "To keep it:\n\n"
        "  pulumi config set tap:image 'a b' --stack shop-dev\n"
        """  pulumi config set tap:environment '{"B": "…", "A": "…"}' --stack shop-dev\n"""
        """  pulumi config set tap:secrets '{"KEY": "…"}' --stack shop-dev --plaintext\n\n"""
        "or make up SUFFIX=dev ARGS='--yes --config '\"'\"'tap:image=a b'\"'\"' --config "
        '\'"\'"\'tap:environment={"B": "…", "A": "…"}\'"\'"\' --config '
        '\'"\'"\'tap:secrets={"KEY": "…"}\'"\'"\'\'\n'
        "or, to go back to the defaults, make up SUFFIX=dev DEFAULTS=1"
    )
