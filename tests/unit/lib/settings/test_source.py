"""Inputs: what the engine and the environment hand over, read as it is."""

from collections.abc import Callable
from typing import Any

import pytest

from emulator.program.evaluate import evaluate
from lib.settings.source import Inputs

CONFIG = {"tap:cpu": "512", "tap:image": "v1", "aws:profile": "shop", "tapestry:cpu": "1"}


def _read(question: Callable[[Inputs], Any], **conditions: Any) -> Any:
    """Ask the inputs of a program that runs in these conditions."""
    answers = []
    evaluate(lambda: answers.append(question(Inputs())), **conditions)
    return answers[0]


def test_keys_of_a_namespace() -> None:
    """Known or not, sorted, of this namespace alone."""
    assert _read(lambda inputs: inputs.keys("tap"), config=CONFIG) == ["cpu", "image"]
    assert _read(lambda inputs: inputs.keys("aws"), config=CONFIG) == ["profile"]
    assert _read(lambda inputs: inputs.keys("gcp"), config=CONFIG) == []


def test_the_text_of_a_key() -> None:
    """As the engine has it; None where there is none."""

    def question(inputs: Inputs) -> list[str | None]:
        return [inputs.get("tap", "cpu"), inputs.get("aws", "profile"), inputs.get("tap", "memory")]

    assert _read(question, config=CONFIG) == ["512", "shop", None]


def test_a_stray_aws_region_is_not_read() -> None:
    """Neither a shell's region nor a profile's is the stack's."""
    environment = {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    assert _read(lambda inputs: inputs.get("aws", "region"), environment=environment) is None


def test_which_keys_are_encrypted() -> None:
    """The engine names them."""

    def question(inputs: Inputs) -> list[bool]:
        return [inputs.is_secret("tap", key) for key in ("cpu", "image")]

    assert _read(question, config=CONFIG, secret_keys=["tap:image"]) == [False, True]


def test_one_source_of_encrypted_keys_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine's variable, or the SDK, which is all that tests of other programs tell."""
    monkeypatch.setattr("pulumi.runtime.is_config_secret", lambda key: key == "tap:cpu")
    monkeypatch.setenv("PULUMI_CONFIG_SECRET_KEYS", '["tap:memory"]')
    secret = [Inputs().is_secret("tap", key) for key in ("cpu", "memory", "image")]
    assert secret == [True, True, False]


def test_environment_variables() -> None:
    """An empty one counts as not given."""
    environment = {"REPOSITORY": "shop", "COMMIT_AUTHOR": ""}

    def question(inputs: Inputs) -> list[str | None]:
        return [inputs.variable(name) for name in ("REPOSITORY", "COMMIT_AUTHOR", "NOT_THERE")]

    assert _read(question, environment=environment) == ["shop", None, None]


def test_the_stack() -> None:
    """Its name, without the project's."""
    assert _read(lambda inputs: inputs.stack, stack="TapStackpr1") == "TapStackpr1"


@pytest.mark.parametrize("text", [None, ""])
def test_a_program_without_an_engine(text: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is handed over."""
    for variable in ("PULUMI_CONFIG", "PULUMI_CONFIG_SECRET_KEYS"):
        monkeypatch.delenv(variable, raising=False)
        if text is not None:
            monkeypatch.setenv(variable, text)
    assert Inputs().keys("tap") == []
    assert not Inputs().is_secret("tap", "cpu")
