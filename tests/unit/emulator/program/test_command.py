"""`python -m emulator.program graph`: the graph as JSON, secrets masked, errors in words."""

import json
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

from emulator.program.command import MASK, main

PROGRAM = """\
import pulumi
import pulumi_aws as aws

print("hello")
size = pulumi.Config().get_int("size", 1)
if size > 2:
    raise pulumi.RunError(f"shop:size is {size}; allowed: 1, 2")
if size == 0:
    raise ValueError("no size")
zones = aws.get_availability_zones()
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", tags={"Zone": zones.names[0]})
aws.ec2.Subnet("subnet", vpc_id=vpc.id, opts=pulumi.ResourceOptions(protect=True))
password = pulumi.Output.secret("hunter2")
aws.secretsmanager.SecretVersion("value", secret_id="x", secret_string=password)
pulumi.log.warn("one zone")
pulumi.export("stack", pulumi.get_stack())
pulumi.export("password", password)
"""


@pytest.fixture(name="program")
def make_program(tmp_path: Path) -> Path:
    """A program in a project of its own."""
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nmain: shop.py\nruntime: python\n")
    path = tmp_path / "shop.py"
    path.write_text(PROGRAM)
    return path


def _printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return json.loads(capsys.readouterr().out)


def test_the_whole_graph_is_printed(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And nothing else on stdout, whatever the program prints."""
    options = ("--stack", "pr7", "--region", "eu-west-1", "--config", "shop:size=2")
    assert main(["graph", str(program), *options]) == 0
    graph = _printed(capsys)
    resources = {each["name"]: each for each in graph["resources"]}
    vpc, subnet = resources["vpc"], resources["subnet"]
    assert vpc["type"] == "aws:ec2/vpc:Vpc"
    assert vpc["inputs"] == {"cidrBlock": "10.0.0.0/16", "tags": {"Zone": "eu-west-1a"}}
    assert subnet["dependencies"] == subnet["propertyDependencies"]["vpcId"] == [vpc["urn"]]
    assert (subnet["protect"], vpc["protect"], vpc["custom"]) == (True, False, True)
    assert graph["exports"]["stack"] == "pr7"
    assert graph["warnings"] == ["one zone"]
    (lookup,) = graph["lookups"]
    assert lookup["token"] == "aws:index/getAvailabilityZones:getAvailabilityZones"


def test_secrets_are_masked(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph", str(program)]) == 0
    text = capsys.readouterr().out
    assert "hunter2" not in text
    graph = json.loads(text)
    assert graph["exports"]["password"] == MASK
    (value,) = [each for each in graph["resources"] if each["name"] == "value"]
    assert value["inputs"] == {"secretId": "x", "secretString": MASK}


def test_what_the_program_refuses_is_told_in_its_own_words(
    program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["graph", str(program), "--config", "shop:size=3"]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "hello\nshop:size is 3; allowed: 1, 2\n")


def test_an_error_of_the_program_keeps_its_traceback(program: Path) -> None:
    with pytest.raises(ValueError, match="no size"):
        main(["graph", str(program), "--config", "shop:size=0"])


@pytest.mark.parametrize(
    "arguments", [[], ["graf"], ["graph"], ["graph", "x.py", "--config", "size=1"]]
)
def test_misuse_is_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `python -m emulator.program` starts it."""
    monkeypatch.setattr(sys, "argv", ["emulator.program", *arguments])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("emulator.program", run_name="__main__")
    assert ended.value.code == 2
    assert "usage: python -m emulator.program" in capsys.readouterr().err
