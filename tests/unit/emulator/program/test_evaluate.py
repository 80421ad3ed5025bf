"""Evaluation: what a program sees, how it ends, and that no run leaves a trace in the next."""

import contextvars
import gc
import logging
import os
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
from pulumi.runtime import settings as pulumi_settings

from emulator.program.evaluate import FileProgram, attempt, evaluate
from emulator.program.mocks import AwsMocks

VPC = "aws:ec2/vpc:Vpc"


def _one_vpc() -> None:
    aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")


def _network() -> None:
    vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
    aws.ec2.Subnet("subnet", vpc_id=vpc.id)


def _fail() -> None:
    _one_vpc()
    raise pulumi.RunError("no more")


def _config(key: str) -> Callable[[], None]:
    def program() -> None:
        pulumi.export("value", pulumi.Config().get(key))

    return program


def test_warnings_are_kept() -> None:
    def program() -> None:
        vpc = aws.ec2.Vpc("vpc")
        pulumi.log.warn("100 % sure", vpc)
        pulumi.log.warn("alone")
        pulumi.log.info("by the way")
        pulumi.log.error("wrong")

    assert sorted(evaluate(program).warnings) == ["100 % sure", "alone"]


def test_an_error_comes_as_it_is_with_what_was_registered() -> None:
    with pytest.raises(pulumi.RunError, match="^no more$"):
        evaluate(_fail)
    outcome = attempt(_fail)
    assert isinstance(outcome.error, pulumi.RunError)
    assert [resource.type for resource in outcome.graph.resources] == [VPC]


def test_project_stack_and_preview_reach_an_async_program() -> None:
    async def program() -> None:
        pulumi.export("project", pulumi.get_project())
        pulumi.export("stack", pulumi.get_stack())
        pulumi.export("preview", pulumi.runtime.is_dry_run())

    assert evaluate(program).exports == {"project": "project", "stack": "dev", "preview": False}
    graph = evaluate(program, project="shop", stack="prod", preview=True)
    assert graph.exports == {"project": "shop", "stack": "prod", "preview": True}


def test_config_is_what_was_given() -> None:
    seen: dict[str, Any] = {}

    def program() -> None:
        seen.update({name: os.environ[name] for name in os.environ if name.startswith("PULUMI_")})
        pulumi.export("cpu", pulumi.Config().require_int("cpu"))
        pulumi.export("key", pulumi.Config().require_secret("key"))
        pulumi.export("known", pulumi.runtime.is_config_secret("project:key"))

    graph = evaluate(
        program, config={"project:cpu": "512", "project:key": "k"}, secret_keys=["project:key"]
    )
    assert graph.exports == {"cpu": 512, "key": "k", "known": True}
    assert graph.secret_exports == {"key"}
    assert seen == {
        "PULUMI_CONFIG": '{"project:cpu": "512", "project:key": "k"}',
        "PULUMI_CONFIG_SECRET_KEYS": '["project:key"]',
    }


def test_config_does_not_reach_the_next_run() -> None:
    def program() -> None:
        pulumi.runtime.set_config("project:size", "1")

    program_of_cpu, program_of_size = _config("cpu"), _config("size")
    assert evaluate(program_of_cpu, config={"project:cpu": "512"}).exports == {"value": "512"}
    assert evaluate(program_of_cpu).exports == {}
    evaluate(program)
    assert evaluate(program_of_size).exports == {}


def test_variables_are_those_that_were_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the variables that matter the program sees no others; the rest stays."""
    hidden = {"SUFFIX": "prod", "OWNER": "c", "AWS_PROFILE": "prod", "PULUMI_HOME": "t"}
    for name, value in {**hidden, "AWSOME": "stays"}.items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ)
    seen: dict[str, str] = {}

    def program() -> None:
        seen.update(os.environ)
        os.environ["AWS_REGION"] = "elsewhere"
        os.environ["LEFT_BEHIND"] = "x"
        del os.environ["AWSOME"]

    given = {"SUFFIX": "pr1", "PULUMI_CONFIG": "{"}
    evaluate(program, environment=given, hides=("SUFFIX", "OWNER"))
    assert {name: seen[name] for name in hidden if name in seen} == {"SUFFIX": "pr1"}
    assert seen["AWSOME"] == "stays"
    assert seen["PULUMI_CONFIG"] == "{"
    assert dict(os.environ) == before
    attempt(_fail, environment={"AWS_PROFILE": "x"})
    assert dict(os.environ) == before


def test_a_failed_run_does_not_break_the_next() -> None:
    good = evaluate(_network)

    def late() -> None:
        aws.ec2.Vpc("vpc").id.apply(lambda _: 1 // 0)
        aws.ec2.Vpc("other", cidr_block=aws.ec2.Vpc("another").arn)

    slow = AwsMocks(outputs={VPC: ValueError("quota")}, delay=lambda _: 0.01)
    assert isinstance(attempt(_fail).error, pulumi.RunError)
    assert isinstance(attempt(late).error, ZeroDivisionError)
    assert isinstance(attempt(late, mocks=slow).error, ValueError)
    assert evaluate(_network).resources == good.resources


def test_an_interruption_ends_the_run_cleanly() -> None:
    before = dict(os.environ)

    def program() -> None:
        _one_vpc()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate(program)
    assert dict(os.environ) == before
    assert len(evaluate(_one_vpc).resources) == 1


def test_ten_runs_are_alike_and_leave_nothing() -> None:
    first = evaluate(_network)
    # What other tests left open would warn in the midst of this one.
    gc.collect()
    threads = threading.active_count()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        for _ in range(10):
            assert evaluate(_network).resources == first.resources
        gc.collect()
    assert [str(warning.message) for warning in caught] == []
    assert threading.active_count() <= threads


def test_errors_that_nobody_awaits_are_not_printed(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """What asyncio would say of a program that failed would only bury the error itself."""
    level = logging.getLogger("asyncio").level
    attempt(_network, mocks=AwsMocks(outputs={VPC: ValueError("x")}))
    # asyncio speaks of an error that nobody awaited when its task is thrown away.
    gc.collect()
    assert (caplog.messages, capfd.readouterr().err) == ([], "")
    assert logging.getLogger("asyncio").level == level


def test_pulumi_forgets_the_run() -> None:
    """In a context without settings of its own, the SDK does not fall back to the last run's."""
    evaluate(_one_vpc, project="shop", stack="prod")
    monitor = contextvars.Context().run(lambda: pulumi_settings.SETTINGS.monitor)
    engine = contextvars.Context().run(lambda: pulumi_settings.SETTINGS.engine)
    stack = contextvars.Context().run(pulumi.get_stack)
    assert (monitor, engine, stack) == (None, None, None)


def test_settings_of_the_caller_do_not_reach_the_program() -> None:
    """A caller that has a stack of its own at work can evaluate all the same."""

    def caller() -> int:
        # The SDK takes just one root in a context.
        pulumi_settings.set_root_resource(pulumi.Resource.__new__(pulumi.Resource))
        return len(evaluate(_one_vpc).resources)

    assert contextvars.Context().run(caller) == 1


_MAIN = """
import sys
from pathlib import Path
import pulumi
assert str(Path(__file__).parent) not in sys.path
sys.path.insert(0, str(Path(__file__).parent))
import only_here
pulumi.export("value", only_here.VALUE)
pulumi.export("fresh", "mark" not in globals())
mark = True
pulumi.export("name", __name__)
pulumi.export("project", pulumi.get_project())
"""


def test_a_file_is_run_anew_each_time(tmp_path: Path) -> None:
    """A program in a file is run as the main module, and finds what its own path leads to."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: shop\n", encoding="utf-8")
    (folder / "only_here.py").write_text("VALUE = 7\n", encoding="utf-8")
    (folder / "main.py").write_text(_MAIN, encoding="utf-8")
    before = list(sys.path)
    program = FileProgram(folder / "main.py")
    try:
        for _ in range(2):
            assert evaluate(program).exports == {
                "fresh": True,
                "name": "__main__",
                "project": "shop",
                "value": 7,
            }
        (folder / "main.py").write_text("import sys; sys.path[:] = []; 1 / 0", encoding="utf-8")
        with pytest.raises(ZeroDivisionError):
            evaluate(program)
        assert sys.path == before
    finally:
        sys.modules.pop("only_here", None)
