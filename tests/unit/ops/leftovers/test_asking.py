"""Asking before anything goes: who is asked, how, and what a living environment needs."""

from types import SimpleNamespace
from typing import Any

import pytest

from emulator.server.server import Server
from lib.names import resource_name
from ops.clients import Clients
from ops.commands import leftovers as module
from ops.commands.leftovers import Choice, leftovers
from ops.errors import CommandError
from ops.inventory.additions import Addition, Additions
from ops.leftovers.look import look_for
from ops.leftovers.removal import Plan, carry_out
from ops.target import LookRequest
from tests.unit.ops.conftest import Deploy
from tests.unit.ops.support import Waiting, refusal

_GROUP = "/ecs/flask-api-asked"


def _answering(monkeypatch: pytest.MonkeyPatch, answer: Any, terminal: bool = True) -> None:
    monkeypatch.setattr(module.sys, "stdin", SimpleNamespace(isatty=lambda: terminal))
    for name in ("confirm", "prompt"):
        monkeypatch.setattr(module.typer, name, lambda *_words, **_more: answer)


@pytest.fixture(name="late", autouse=True)
def a_late_group(clients: Clients) -> Any:
    """A log group of the environment `asked`, all that it has."""
    clients("logs").create_log_group(logGroupName=_GROUP)
    yield
    found = clients("logs").describe_log_groups(logGroupNamePrefix=_GROUP)["logGroups"]
    for each in found:
        clients("logs").delete_log_group(logGroupName=each["logGroupName"])


def _remove(wait: Waiting, **choice: Any) -> int:
    return leftovers(LookRequest("leftovers", "asked"), Choice(remove=True, **choice), wait)


@pytest.mark.parametrize(("answer", "terminal"), [(False, True), (True, False)])
def test_nothing_is_done_without_leave(
    answer: bool, terminal: bool, clients: Clients, wait: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody at a terminal can give it but by --yes."""
    _answering(monkeypatch, answer, terminal)
    with pytest.raises(CommandError, match="Nothing was done"):
        _remove(wait)
    assert clients("logs").describe_log_groups(logGroupNamePrefix=_GROUP)["logGroups"]


def test_leave_is_asked_for_and_what_comes_back_goes_too(
    clients: Clients, wait: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    _answering(monkeypatch, True)
    other = "/aws/vpc/flask-api-asked"
    wait.then.append(lambda: clients("logs").create_log_group(logGroupName=other))
    assert _remove(wait) == 0
    assert wait.waited == [15, 15, 15]
    assert not clients("logs").describe_log_groups(logGroupNamePrefix=other)["logGroups"]


def test_listing_goes_on_looking_for_as_long_as_it_is_told(
    clients: Clients, wait: Waiting, capsys: pytest.CaptureFixture[str]
) -> None:
    clients("logs").delete_log_group(logGroupName=_GROUP)
    wait.then = [lambda: None, lambda: clients("logs").create_log_group(logGroupName=_GROUP)]
    request = LookRequest("leftovers", "asked")
    assert leftovers(request, Choice(seconds=60), wait) == 1
    assert wait.waited == [15, 15]
    assert f"log group {_GROUP}" in capsys.readouterr().out
    clients("logs").delete_log_group(logGroupName=_GROUP)
    assert leftovers(request, Choice(seconds=15), wait) == 0
    assert wait.waited == [15] * 3


def test_living_environment_is_told_and_asked_for_by_its_name(
    deploy: Deploy,
    clients: Clients,
    wait: Waiting,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Additions by hand are taken away first; a database that is protected stays with all else."""
    deploy("old", image="v1")
    request = LookRequest("leftovers", "old")
    assert leftovers(request, Choice(), wait) == 1
    assert "It is living: make destroy SUFFIX=old removes it" in capsys.readouterr().out.replace(
        "\n", " "
    )
    _answering(monkeypatch, "odl")
    with pytest.raises(CommandError, match="Nothing was done"):
        leftovers(request, Choice(remove=True), wait)
    assert "The environment old is LIVING: its service runs 2 tasks." in capsys.readouterr().out
    protected = {"DBClusterIdentifier": resource_name("aurora", "old")}
    clients("rds").modify_db_cluster(**protected, DeletionProtection=True)
    with pytest.raises(CommandError, match="is protected from deletion; nothing was done"):
        leftovers(request, Choice(remove=True, yes=True), wait)
    clients("rds").modify_db_cluster(**protected, DeletionProtection=False)
    balancer = clients("elbv2").describe_load_balancers(Names=[resource_name("alb", "old")])
    clients("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=balancer["LoadBalancers"][0]["LoadBalancerArn"],
        Attributes=[{"Key": "deletion_protection.enabled", "Value": "true"}],
    )
    _answering(monkeypatch, "old")
    assert leftovers(request, Choice(remove=True), wait) == 0
    said = capsys.readouterr().out
    assert "In the way, and taken away first:\n  the load balancer flask-api-alb-old is" in said


def test_what_could_not_be_looked_at_is_told_before_the_question(
    server: Server,
    wait: Waiting,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server.deny("rds:DescribeDBClusters")
    _answering(monkeypatch, False)
    with pytest.raises(CommandError):
        _remove(wait)
    server.clear_faults()
    assert "Could not look for what stands in the way: An error" in capsys.readouterr().out


def test_wait_is_a_time() -> None:
    seconds = module._seconds  # pylint: disable=protected-access  # the parser of --wait
    assert [seconds(text) for text in ("", "90", "90s", "15m", "1h")] == [None, 90, 90, 900, 3600]


@pytest.mark.parametrize("in_the_way", [True, False])
def test_what_stays_says_what_is_in_the_way(
    in_the_way: bool, server: Server, clients: Clients, wait: Waiting
) -> None:
    def fail() -> None:
        raise refusal("Busy", "Not now.")

    looked = look_for(clients, "asked", None)
    additions = Additions((Addition("a replica", fail),) if in_the_way else (), ())
    server.deny("logs:DeleteLogGroup")
    [reason] = carry_out(Plan(looked, False, additions), 0, wait, lambda _found: None).values()
    server.clear_faults()
    assert "AccessDenied" in reason
    assert reason.endswith("Operation operation: Not now.") is in_the_way
