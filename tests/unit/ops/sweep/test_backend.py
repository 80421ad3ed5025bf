"""The backend's stacks: listed in a folder and in a bucket, else by the CLI."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from emulator.server.server import Server
from ops.clients import Clients
from ops.sweep.backend import Backend
from tests.unit.ops.support import WHERE, StandIn, deployment_of

_OLD = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)

# Files of the project's folder -> the suffix of the environment that each is of, or nothing.
_FILES = {
    "pr7.json": "pr7",
    "TapStackpr8.json.gz": "pr8",
    "shop-pr9.json": "pr9",
    "shop-pr10.json": None,
    "pr7.json.bak": None,
    "pr7.json.attrs": None,
    "dev.json": None,
    "pr0.json": None,
    "prod.json": None,
}

_LOCK = {"pid": 7, "username": "jane", "hostname": "ci-7"}


@pytest.fixture(name="stacks")
def held(pulumi: StandIn) -> None:
    """What the CLI exports of each; `shop-pr10` holds another environment."""
    pulumi.holds(
        {
            "pr7": deployment_of("pr7"),
            "TapStackpr8": {},
            "shop-pr9": deployment_of("pr9"),
            "shop-pr10": deployment_of("shop-pr10"),
        }
    )


def _in_folder(root: Path) -> str:
    stacks = root / ".pulumi/stacks/tap"
    locks = root / ".pulumi/locks/organization/tap/pr7"
    for folder in (stacks, locks, stacks / "pr98.json"):
        folder.mkdir(parents=True)
    for name in _FILES:
        (stacks / name).write_text("{}")
        os.utime(stacks / name, (_OLD.timestamp(), _OLD.timestamp()))
    (locks / "1.json").write_text(json.dumps({**_LOCK, "timestamp": _OLD.isoformat()}))
    (locks / "2.json").write_text("")
    (locks / "1.json.attrs").write_text("")
    return f"file://{root}"


def _in_bucket(clients: Clients) -> str:
    s3 = clients("s3")
    place = {"LocationConstraint": WHERE.name}
    s3.create_bucket(Bucket="states", CreateBucketConfiguration=place)
    lock = json.dumps({**_LOCK, "timestamp": _OLD.isoformat()})
    files = {f"team/.pulumi/stacks/tap/{name}": "{}" for name in _FILES}
    files["team/.pulumi/stacks/tap/deeper/pr99.json"] = "{}"
    files["team/.pulumi/stacks/other/pr98.json"] = "{}"
    files["team/.pulumi/locks/organization/tap/pr7/1.json"] = lock
    files["team/.pulumi/locks/organization/tap/pr7/2.json"] = "{"
    for key, text in files.items():
        s3.put_object(Bucket="states", Key=key, Body=text.encode())
    return f"s3://states/team?region={WHERE.name}"


@pytest.fixture(name="address", params=["folder", "bucket"])
def the_address(
    request: pytest.FixtureRequest, tmp_path: Path, server: Server, clients: Clients
) -> Iterator[str]:
    """The address of a backend that has the files."""
    if request.param == "folder":
        yield _in_folder(tmp_path)
        return
    yield _in_bucket(clients)
    server.reset()


def _is(pulumi: StandIn, address: str) -> None:
    pulumi.answer("whoami", out=json.dumps({"user": "jane", "url": address}))


@pytest.mark.usefixtures("stacks")
def test_stacks_of_pull_requests(address: str, pulumi: StandIn, project: Path) -> None:
    """And the locks of each; the file of one that can't be read tells its age."""
    _is(pulumi, address)
    backend = Backend(project, WHERE.name)
    found = backend.stacks()
    assert {suffix: [each.name for each in stacks] for suffix, stacks in found.items()} == {
        "pr7": ["pr7"],
        "pr8": ["TapStackpr8"],
        "pr9": ["shop-pr9"],
    }
    assert backend.stacks("pr8").keys() == {"pr8"}
    [stack] = found["pr7"]
    assert stack.stale_lock and stack.stale_lock.since == _OLD
    assert stack.worker == "somebody on a machine that it does not name (pid 0)"
    assert (found["pr8"][0].worker, found["pr8"][0].stale_lock) == (None, None)
    assert "region" not in str(backend)
    asked = [line for line in pulumi.asked if line.startswith("stack ls")]
    assert not asked
    if address.startswith("file"):
        assert stack.modified == _OLD


@pytest.mark.parametrize("url", ["https://app.pulumi.com/jane", "s3://states?awssdk=v2"])
@pytest.mark.usefixtures("stacks")
def test_stacks_of_other_backends_are_listed_by_the_cli(
    url: str, pulumi: StandIn, project: Path
) -> None:
    _is(pulumi, url)
    listed: list[dict[str, Any]] = [
        {"name": "pr7", "lastUpdate": "2026-11-20T07:00:00+01:00", "updateInProgress": True},
        {"name": "shop-pr9"},
        {"name": "dev"},
    ]
    pulumi.answer("stack ls", out=json.dumps(listed))
    found = Backend(project, WHERE.name).stacks()
    assert found.keys() == {"pr7", "pr9"}
    [stack] = found["pr7"]
    assert (stack.modified, stack.worker) == (_OLD, "an update")
    assert (found["pr9"][0].modified, found["pr9"][0].worker) == (None, None)
    assert timedelta() == stack.modified.utcoffset()
