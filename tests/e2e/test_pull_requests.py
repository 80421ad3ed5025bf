"""Pull requests side by side: one is closed, one expires, and their environments alone go."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from lib.region import read_region
from ops.account import Account
from ops.clients import Clients
from ops.inventory.environment import discover
from ops.inventory.resource_type import FoundResource
from ops.pulumi_cli import PulumiCli
from ops.region import Region
from ops.report import WELL
from ops.target import LookRequest, Target
from ops.verify.verdict import verify_target
from ops.verify.watching import Goal
from tests.e2e.conftest import emulated_only, takes_long
from tests.e2e.served import Served, typed
from tests.support.github_api import REPOSITORY, FakeGitHub, serve_github

pytestmark = [emulated_only, takes_long]

_PAST, _FUTURE = "2026-11-01T06:00:00Z", "2099-01-01T00:00:00Z"

# Pull request -> when its environment expires.
_EXPIRES = {7: _FUTURE, 8: _PAST, 9: _FUTURE}


@dataclass(frozen=True)
class Team:
    """A team with three pull requests: their environments, and the GitHub that knows of them."""

    served: Served
    clients: Clients
    github: FakeGitHub

    @property
    def cli(self) -> PulumiCli:
        """The CLI where the stacks are."""
        place = self.served.place
        return PulumiCli(place.folder, {"PATH": "/usr/bin:/bin", **place.variables})

    def make(self, job: str, *words: str, code: int = 0) -> str:
        """Type `make`; return what it printed."""
        ended, output = self.served.make(job, *words)
        assert ended == code, output
        return output

    def sweep(self, *words: str, code: int = 0) -> dict[str, Any]:
        """Sweep; return what it tells of each environment."""
        output = self.make("sweep", "JSON=1", *words, code=code)
        told = json.loads(output[output.index("{\n") : output.rindex("\n}") + 2])
        return {each["environment"]: each for each in told["environments"]}

    def verdict(self, number: int) -> int:
        """Return what `verify` says of an environment, as an exit code."""
        account = Account(None, "the emulated AWS", self.clients)
        request = LookRequest("verify", f"pr{number}")
        target = Target(request, self.clients.region, account, self.clients)
        report = verify_target(target, Goal(), time.sleep, lambda _progress: None)
        assert report.exit_code == WELL, report.model_dump_json(indent=1)
        return report.exit_code

    def all_of(self, number: int) -> list[tuple[Any, ...]]:
        """Return everything that an environment has in AWS, as AWS tells of it."""
        found = discover(self.clients, f"pr{number}").found
        return sorted((each.type, each.name, each.id, _lasting(each)) for each in found)

    def state_of(self, number: int) -> Any:
        """Return the state of an environment's stack; None where there is none."""
        return self.cli.deployment(f"pr{number}")


def _lasting(found: FoundResource) -> str:
    """Return what AWS tells of a resource, but for what is of the call or goes with the clock."""
    ends = ("RestorableTime", "ResponseMetadata")
    return repr({key: each for key, each in found.description.items() if not key.endswith(ends)})


@pytest.fixture(name="team")
def a_team(served: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    """A folder that was cloned from the repository; what the tests leave is removed."""
    folder = served.place.folder
    origin = f"git@github.com:{REPOSITORY}"
    for command in (("init", "-q"), ("config", "remote.origin.url", origin)):
        assert typed("git", *command, folder=folder)[0] == 0
    for name, value in served.place.variables.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    with serve_github() as github:
        github.open(7, 8, 9)
        monkeypatch.setenv("GITHUB_API_URL", github.api)
        yield Team(served, Clients(Region(read_region(), "lib/AWS_REGION")), github)
        served.make("sweep", "OPEN=none", "YES=1")


def test_one_is_closed_one_expires_and_exactly_those_go(team: Team) -> None:
    for number, expires in _EXPIRES.items():
        settings = f"--skip-preview --config tap:expires={expires}"
        team.make("up", f"SUFFIX=pr{number}", "PROFILE=ephemeral", f"ARGS={settings}")
        assert team.verdict(number) == WELL
    kept, state = team.all_of(9), team.state_of(9)
    team.github.close(7)
    team.github.pulls[8].labels = ["preview"]

    shown = team.sweep(code=2)
    assert {name: each["goes"] for name, each in shown.items()} == {
        "pr7": True,
        "pr8": True,
        "pr9": False,
    }
    assert all(0 < each["usd_a_day"] < 2 for each in shown.values())

    swept = team.sweep("YES=1")
    assert {name: each["outcome"] for name, each in swept.items()} == {
        "pr7": "removed",
        "pr8": "removed",
        "pr9": None,
    }
    for number in (7, 8):
        assert discover(team.clients, f"pr{number}").proves_absence
    assert not {"pr7", "pr8"} & set(team.cli.stacks())
    assert (team.all_of(9), team.state_of(9)) == (kept, state)
    assert [number for number, *_ in team.github.comments] == [8]
    assert team.github.pulls[8].labels == []
    assert "Nothing is to go." in team.make("sweep", "YES=1")


def test_what_goes_wrong_on_the_way_is_swept_all_the_same(team: Team) -> None:
    """A stale lock, a passphrase that is lost, a state that is lost; each in one environment."""
    numbers = (17, 18, 19)
    team.github.close(*numbers)
    for number in numbers:
        words = (f"SUFFIX=pr{number}", "PROFILE=ephemeral", "ARGS=--skip-preview")
        team.make("up", *words)
    state = team.served.place.folder / "state" / ".pulumi"
    locks = state / "locks" / "organization" / "tap" / "pr17"
    locks.mkdir(parents=True, exist_ok=True)
    lock = {"pid": 7, "username": "jane", "hostname": "x", "timestamp": "2026-11-20T06:00:00Z"}
    (locks / "1.json").write_text(json.dumps(lock), encoding="utf-8")
    stored = state / "stacks" / "tap" / "pr18.json"
    text = stored.read_text(encoding="utf-8")
    other = "v1:qYrVh4mqhY4=:v1:S+ynnDjxdBLufhwn:0F+PI31SZSuO8FdAp+UHZT0kVZa3kA=="
    stored.write_text(re.sub(r'"salt": ?"[^"]+"', f'"salt":"{other}"', text), encoding="utf-8")
    for path in (state / "stacks" / "tap").glob("pr19.json*"):
        path.unlink()
    (team.served.place.folder / "Pulumi.pr18.yaml").unlink()

    swept = team.sweep("YES=1")
    assert {name: each["outcome"] for name, each in swept.items()} == {
        "pr17": "removed",
        "pr18": "removed",
        "pr19": "removed",
    }
    notes = {name: each["notes"] for name, each in swept.items()}
    assert notes["pr17"][0].startswith("the stack is locked by jane on x (pid 7) since 2026-11-20")
    assert notes["pr18"] == ["no passphrase opens its stack: it is removed by what AWS has"]
    assert notes["pr19"] == ["no stack holds it: it is removed by what AWS has"]
    assert all(discover(team.clients, name).proves_absence for name in swept)
    assert not set(swept) & set(team.cli.stacks())
