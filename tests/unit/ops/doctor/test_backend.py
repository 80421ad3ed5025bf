"""The backend: its locks, in a folder and in a bucket, and what its address may not tell."""

import json
import os
import socket
import subprocess
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from ops.doctor import locks
from ops.doctor.backend import BACKEND
from ops.doctor.living import LIVING
from ops.report import CheckReport
from tests.unit.ops.doctor.making import NEW, lock
from tests.unit.ops.doctor.world import World, look


def _look(world: World) -> CheckReport:
    return look(BACKEND, world.plan(NEW))


def test_lock_of_a_process_of_this_machine_that_has_ended_is_stale(world: World) -> None:
    with subprocess.Popen(["true"]) as ended:
        pass
    lock(world, NEW, 1, socket.gethostname(), ended.pid)
    [finding] = _look(world).findings
    assert finding.words.endswith("; the lock is stale")
    assert finding.advice == "pulumi cancel --stack new"


@pytest.mark.parametrize("error", [None, PermissionError()])
def test_lock_of_a_process_that_is_at_work_is_not(
    world: World, error: OSError | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of another user can't be asked."""

    def ask(_pid: int, signal: int) -> None:
        assert signal == 0
        if error:
            raise error

    monkeypatch.setattr(locks.os, "kill", ask)
    lock(world, NEW, 1, socket.gethostname(), os.getpid())
    [finding] = _look(world).findings
    assert "stale" not in finding.words


@pytest.mark.parametrize(("hours", "is_stale"), [(0, False), (3, True)])
def test_lock_that_says_nothing_is_as_old_as_its_file(
    world: World, hours: int, is_stale: bool
) -> None:
    lock(world, NEW, 1)
    [path] = world.project.parent.rglob("locks/**/*.json")
    path.write_text("{}")
    then = time.time() - hours * 3600
    os.utime(path, (then, then))
    [finding] = _look(world).findings
    assert "by somebody on a machine that it does not name" in finding.words
    assert ("stale" in finding.words) is is_stale


def test_locks_of_other_stacks_are_not_ours(world: World) -> None:
    for suffix in ("newer", "ne"):
        lock(world, suffix, 999)
    report = _look(world)
    assert report.findings == ()
    assert report.summary == f"file://{world.project.parent}, stack new (new)"


def _in_bucket(world: World, bucket: str, key: str) -> None:
    client = world.clients("s3")
    where = {"LocationConstraint": world.clients.region.name}
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
    held = {
        "pid": 1,
        "username": "jane",
        "hostname": "ci-7",
        "timestamp": datetime(2026, 1, 1, tzinfo=UTC).isoformat(),
    }
    client.put_object(Bucket=bucket, Key=key, Body=json.dumps(held).encode())


@pytest.mark.parametrize(("bucket", "folder"), [("states", ""), ("others", "team/a/")])
def test_lock_in_a_bucket(world: World, bucket: str, folder: str) -> None:
    _in_bucket(world, bucket, f"{folder}.pulumi/locks/organization/tap/new/1.json")
    address = f"s3://{bucket}/{folder}".rstrip("/")
    world.backend_is(f"{address}?region={world.clients.region.name}")
    [finding] = _look(world).findings
    assert "by jane on ci-7 (pid 1); the lock is stale" in finding.words


@pytest.mark.parametrize("address", ["s3://key:hush@states?endpoint=x", "gs://states"])
def test_backend_whose_locks_are_not_followed_is_a_note(world: World, address: str) -> None:
    world.backend_is(address)
    report = _look(world)
    scheme = address.partition(":")[0]
    assert report.notes == (f"locks of a backend {scheme}: are not looked at",)
    assert report.summary == f"{scheme}://states, stack new (new)"


def test_backend_in_pulumi_cloud_without_an_update(world: World) -> None:
    world.backend_is("https://app.pulumi.com/jane")
    world.pulumi.holds({"acme/new": {}, "acme/old": {}})
    stacks = [{"name": "acme/new"}, {"name": "acme/old", "updateInProgress": True}]
    world.pulumi.answer("stack ls", out=json.dumps(stacks))
    report = _look(world)
    assert (report.findings, report.notes) == ((), ())
    assert report.summary == "https://app.pulumi.com/jane, stack acme/new"


def test_update_that_was_broken_off_is_a_note(world: World) -> None:
    world.pulumi.holds({NEW: {"pending_operations": [{}]}})
    [note] = _look(world).notes
    assert "in the midst of 1 operation(s)" in note


def test_settings_of_before_are_not_known_without_a_backend(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lives goes by its tags."""
    tags: Any = [{"key": "EnvironmentSuffix", "value": "new"}]
    world.clients("ecs").create_cluster(clusterName="flask-api-cluster-new", tags=tags)
    world.pulumi.answer("stack ls", code=1)
    monkeypatch.delenv("ENVIRONMENT_SUFFIX", raising=False)
    report = look(LIVING, world.plan(NEW))
    assert report.summary == "there, with Aurora PostgreSQL none"
    assert report.notes == (
        "which settings were set before is not known: the stack can't be looked at",
    )
