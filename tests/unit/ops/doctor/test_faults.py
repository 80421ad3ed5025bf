"""Each fault before an `up` is found by the right check, and by no other."""

from typing import Any

import pytest

from ops import pulumi_cli
from ops.report import WELL, exit_code
from tests.unit.ops.doctor.faults import Fault
from tests.unit.ops.doctor.faults_around import AROUND
from tests.unit.ops.doctor.faults_within import WITHIN
from tests.unit.ops.doctor.making import NEW, OLD
from tests.unit.ops.doctor.world import World
from tests.unit.ops.support import deployment_of

# What could not be looked at because of the fault itself.
_BECAUSE_OF_IT = ("not looked at: ",)


@pytest.fixture(name="held", scope="module")
def held_resources(deploy: Any) -> list[dict[str, Any]]:
    """What the stack of the environment that lives holds."""
    return deploy(OLD)


@pytest.fixture(name="lives", autouse=True)
def living(world: World, held: list[dict[str, Any]]) -> None:
    """An environment that lives, in its stack."""
    world.pulumi.holds({OLD: deployment_of(OLD, *held, settings={"maxTasks": "4"})})


def _configure(world: World, suffix: str, **texts: Any) -> None:
    kept = {"tap__maxTasks": "4"} if suffix == OLD else {}
    world.configure(suffix, **kept, **texts)


@pytest.mark.parametrize("suffix", [NEW, OLD])
def test_healthy_environment_has_no_finding(world: World, suffix: str) -> None:
    _configure(world, suffix)
    reports = tuple(world.looks(suffix).values())
    assert [(each.name, each.findings, each.unseen) for each in reports] == [
        (each.name, (), ()) for each in reports
    ]
    assert len(reports) == 13
    assert exit_code(reports) == WELL


@pytest.mark.parametrize("fault", (*AROUND, *WITHIN), ids=str)
def test_fault_is_found_by_the_right_check(
    world: World, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulumi_cli, "BUILT", world.project)
    more = {f"tap__{key}": text for key, text in fault.make(world).items()}
    if fault.name == "setting that was forgotten":
        world.configure(OLD)
    else:
        _configure(world, fault.suffix, **fault.settings, **more)
    reports = world.looks(fault.suffix)
    [found, *_] = reports.pop(fault.check).findings
    assert fault.words in found.words
    assert fault.advice in found.advice
    assert found.because is None
    for other in reports.values():
        assert all((each.because or "").startswith(f"{fault.check}: ") for each in other.findings)
        assert all(each.words.startswith(_BECAUSE_OF_IT) for each in other.unseen)


def test_what_lives_needs_no_more_of_a_full_quota(world: World) -> None:
    world.server.quotas["vpc", "L-F678F1CE"] = 2
    report = world.looks(OLD)["quotas"]
    assert report.findings == ()
    assert report.summary.startswith("room for 0 such environments; tightest: VPCs: 2 of 2 in use")
