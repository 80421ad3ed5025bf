"""The workflows, step by step as a runner has them, with the real engine in the emulated AWS.

Each run begins with a fresh clone, no stack's file, the state in S3, and its secrets encrypted by
KMS. What stands in for an action does what the test needs of it.
"""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator.server.server import Server
from lib.region import read_region
from ops.clients import Clients
from ops.inventory.environment import Environment, discover
from ops.pulumi_cli import BUILT, ROOT
from ops.region import Region
from tests.e2e.conftest import emulated_only
from tests.support.github_api import REPOSITORY, FakeGitHub, FakePullRequest, serve_github
from tests.support.images import push_image
from tests.support.workflows import JobRun, Machine

pytestmark = emulated_only

_REGION = read_region()
_SERVER_URL = "https://github.example"
_ROLE = "arn:aws:iam::123456789012:role/preview"
_BACKEND = f"s3://previews?region={_REGION}"
_VARIABLES = {
    "AWS_ROLE": _ROLE,
    "DOCKERFILE": "Dockerfile",
    "PULUMI_BACKEND_URL": _BACKEND,
    "SECRETS_PROVIDER": f"awskms://alias/previews?region={_REGION}",
}
_OTHERS = (1, "somebody", "<!-- flask-api preview pr7 -->\nmine")


def _git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Jane", "-c", "user.email=jane@example.com")
    done = subprocess.run(
        ("git", *identity, *arguments), cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@dataclass
class Origin:
    """The repository at GitHub: this tree on `main`, and a branch."""

    folder: Path

    def __post_init__(self) -> None:
        listed = _git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines()
        for name in listed:
            if (ROOT / name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.folder / name)
        _git(self.folder, "init", "--quiet", "--initial-branch=main")
        self.commit()
        _git(self.folder, "switch", "--quiet", "--create", "branch")

    def commit(self, **files: str) -> str:
        """Commit files on the branch; return the commit."""
        for name, text in files.items():
            (self.folder / name).write_text(text, encoding="utf-8")
        _git(self.folder, "add", "--all")
        _git(self.folder, "commit", "--quiet", "--allow-empty", "--message", "A change")
        return _git(self.folder, "rev-parse", "HEAD")


@dataclass
class Place:
    """GitHub and AWS, and a new runner for each job."""

    origin: Origin
    server: Server
    github: FakeGitHub
    folder: Path
    runners: int = 0

    @property
    def clients(self) -> Clients:
        """Clients of the emulated AWS."""
        return Clients(Region(_REGION, "lib/AWS_REGION"))

    @property
    def environment(self) -> Environment:
        """What the environment of the pull request has now."""
        return Environment(self.clients, "pr7")

    @property
    def comments(self) -> list[str]:
        """What the workflows have written on the pull request."""
        written = [each for each in self.github.comments if each != _OTHERS]
        assert {number for number, _, _ in written} <= {7}
        return [text for _, _, text in written]

    @property
    def states(self) -> dict[str, str]:
        """What the backend has, by its key."""
        s3 = self.clients("s3")
        listed = s3.list_objects_v2(Bucket="previews", Prefix=".pulumi/").get("Contents", [])
        keys = [each["Key"] for each in listed]
        return {key: s3.get_object(Bucket="previews", Key=key)["Body"].read() for key in keys}

    def run(self, name: str, job: str, event: Mapping[str, Any], **more: str) -> JobRun:
        """Run a job on a new runner; `more` are variables of it."""
        self.runners += 1
        folder = self.folder / f"runner{self.runners}"
        github = {
            "event": event,
            "repository": REPOSITORY,
            "server_url": _SERVER_URL,
            "run_id": str(self.runners),
            "token": "token",
        }
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_API_URL": self.github.api,
            "NOWAIT": "1",
            **more,
        }
        machine = Machine(folder, github, self._stand_ins(), _VARIABLES, environment)
        done = machine.run(name, job)
        assert done is not None
        return done

    def _stand_ins(self) -> Mapping[str, Any]:
        def checkout(machine: Machine, given: Mapping[str, str]) -> Mapping[str, str]:
            assert given["persist-credentials"] == "false"
            _git(machine.folder, "clone", "--quiet", str(self.origin.folder), "workspace")
            _git(machine.workspace, "checkout", "--quiet", given.get("ref", "main"))
            address = f"{_SERVER_URL}/{REPOSITORY}"
            _git(machine.workspace, "remote", "set-url", "origin", address)
            return {}

        def set_up_python(machine: Machine, _given: Mapping[str, str]) -> Mapping[str, str]:
            """Have `make venv` find what is there."""
            venv, lock = machine.workspace / ".venv", ("requirements.txt", "constraints.txt")
            venv.mkdir()
            for name in ("bin", "lib", "pyvenv.cfg"):
                (venv / name).symlink_to(ROOT / ".venv" / name)
            asked = [(machine.workspace / name).read_bytes() for name in lock]
            (venv / "made-from.txt").write_bytes(b"".join(asked))
            return {}

        def take_role(_machine: Machine, given: Mapping[str, str]) -> Mapping[str, str]:
            assert (given["role-to-assume"], given["aws-region"]) == (_ROLE, _REGION)
            return self.server.environment()

        def install_pulumi(machine: Machine, given: Mapping[str, str]) -> Mapping[str, str]:
            assert "command" not in given
            plugins = machine.workspace / "emulator" / "plugin"
            path = machine.environment["PATH"]
            return {"PATH": f"{plugins}:{BUILT}:{path}", "PULUMI_SKIP_UPDATE_CHECK": "true"}

        def build(machine: Machine, given: Mapping[str, str]) -> Mapping[str, str]:
            assert (machine.workspace / given["file"]).is_file()
            assert (given["push"], given["platforms"]) == ("true", "linux/amd64")
            registry, _, tag = given["tags"].partition(":")
            push_image(self.server.aws(), registry.rpartition("/")[2], tag)
            return {}

        return {
            "actions/checkout": checkout,
            "actions/setup-python": set_up_python,
            "aws-actions/configure-aws-credentials": take_role,
            "aws-actions/amazon-ecr-login": lambda _machine, _given: {},
            "docker/build-push-action": build,
            "pulumi/actions": install_pulumi,
        }


@pytest.fixture(name="place")
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """The bucket and the key are there, as docs/bootstrap.md has them made."""
    folder = tmp_path.resolve()
    (folder / "origin").mkdir()
    with Server(_REGION) as server, serve_github() as github:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        place = Place(Origin(folder / "origin"), server, github, folder)
        where = {"LocationConstraint": _REGION}
        place.clients("s3").create_bucket(Bucket="previews", CreateBucketConfiguration=where)
        key = place.clients("kms").create_key()["KeyMetadata"]["KeyId"]
        place.clients("kms").create_alias(AliasName="alias/previews", TargetKeyId=key)
        github.comments.append(_OTHERS)
        yield place


def _event(place: Place, action: str) -> dict[str, Any]:
    """Return the event of what has just been done to pull request 7."""
    pull = place.github.pull(7)
    return {
        "action": action,
        "label": {"name": "preview"},
        "pull_request": pull,
        "repository": {"default_branch": "main"},
    }


def test_the_life_of_a_pull_request(place: Place) -> None:
    """Labelled, pushed to, pushed to what can't be deployed, run again after it is closed."""
    first = place.origin.commit(Dockerfile="FROM scratch\n")
    place.github.pulls[7] = FakePullRequest(7, first, ["preview"])
    labelled = _event(place, "labeled")
    _make(place, labelled)
    _push(place)
    _push_what_fails(place)

    stale = place.run("preview-up", "up", labelled)
    assert "not its newest commit" in stale.printed
    assert "Up, and verify" in stale.names("skipped")
    _close(place)
    assert place.github.comments[0] == _OTHERS


def _make(place: Place, labelled: Mapping[str, Any]) -> None:
    up = place.run("preview-up", "up", labelled)
    assert up.status == "success", up.printed
    assert up.names("skipped") == []
    [comment] = place.comments
    assert f"`{place.github.pulls[7].head}`" in comment
    for words in ("all is well", " created", "USD a day at rest", "| expires | 20"):
        assert words in comment
    assert f"({_SERVER_URL}/{REPOSITORY}/actions/runs/1)" in comment
    assert not place.environment.find("elastic IP")


def _push(place: Place) -> None:
    """The stack's file is not there; the state is encrypted with the same key."""
    key = _encrypted_key(place)
    head = place.github.pulls[7].head = place.origin.commit()
    again = place.run(
        "preview-up", "up", _event(place, "synchronize"), PYTEST_ADDOPTS="-k test_service"
    )
    assert again.status == "success", again.printed
    assert "The repository is there." in again.printed
    [comment] = place.comments
    assert f"`{head}`" in comment
    assert _encrypted_key(place) == key


def _push_what_fails(place: Place) -> None:
    before = place.github.pulls[7].head
    program = "raise SystemExit('leaked words')\n"
    place.github.pulls[7].head = place.origin.commit(**{"tap.py": program})
    failed = place.run("preview-up", "up", _event(place, "synchronize"))
    assert failed.names("failure") == ["Up, and verify"], failed.printed
    [comment] = place.comments
    assert "a part of the run failed" in comment
    assert f"`{before}`" in comment
    assert "leaked" in failed.printed and "leaked" not in comment


def _close(place: Place) -> None:
    """With a conflict, of which `pull_request` never hears; a run again makes nothing."""
    pushed = _event(place, "synchronize")
    place.github.pulls[7].is_open = False
    down = place.run("preview-down", "down", _event(place, "closed"))
    assert down.status == "success", down.printed
    assert discover(place.clients, "pr7").proves_absence
    assert not [key for key in place.states if key.endswith("/pr7.json")]
    [comment] = place.comments
    assert "is removed, and nothing of it is left" in comment

    late = place.run("preview-up", "up", pushed)
    assert late.status == "success"
    assert {"Up, and verify", "Comment"} <= set(late.names("skipped"))
    assert discover(place.clients, "pr7").proves_absence


def _encrypted_key(place: Place) -> str:
    [state] = [text for key, text in place.states.items() if key.endswith("/stacks/tap/pr7.json")]
    providers = yaml.safe_load(state)["checkpoint"]["latest"]["secrets_providers"]
    assert providers["type"] == "cloud"
    return providers["state"]["encryptedkey"]


def test_the_night_finds_nothing_to_sweep_and_what_has_drifted(place: Place) -> None:
    """An environment whose settings are in the tree, and that is not there, is none as it says."""
    swept = place.run("nightly", "sweep", {})
    assert swept.status == "success", swept.printed
    assert "Nothing is to go." in swept.printed

    assert place.run("nightly", "drift", {}).status == "success"
    _git(place.origin.folder, "switch", "--quiet", "main")
    place.origin.commit(**{"Pulumi.dev.yaml": "config: {}\n"})
    drifted = place.run("nightly", "drift", {})
    assert drifted.names("failure") == ["Drift"], drifted.printed
    assert "::error::Not as the tree says, or not to be looked at: dev" in drifted.printed
    assert not [key for key in place.states if "/stacks/" in key]
