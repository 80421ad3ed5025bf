"""Whoever types `sweep`: an emulated AWS, a backend, a GitHub."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import Result
from typer.testing import CliRunner

from emulator.server.server import Server
from lib.names import resource_name
from ops.app import app
from ops.clients import Clients
from ops.inventory.environment import discover
from tests.support.github_api import REPOSITORY, FakeGitHub
from tests.unit.ops.support import StandIn, deployment_of

OURS = f"github.com/{REPOSITORY}"

# What the CLI is called with to remove the environment.
DESTROY = "destroy --stack pr7 --refresh=false --run-program --yes --skip-preview"

# And to see whether the passphrase opens its stack.
OPENS = "destroy --stack pr7 --refresh=false --preview-only"

IN_STATE = {"type": "aws:ecs/cluster:Cluster", "urn": "urn::cluster", "id": "cluster"}


@dataclass(frozen=True)
class World:
    """An emulated AWS, a backend that is a folder, a GitHub, and who types `sweep`."""

    server: Server
    clients: Clients
    pulumi: StandIn
    github: FakeGitHub
    root: Path
    project: Path

    def sweep(self, *arguments: str, **variables: str) -> Result:
        """Type `sweep`."""
        given = {name: "" for name in ("REGION", "YES", "JSON")}
        given |= {"REPOSITORY": OURS, "GITHUB_API_URL": self.github.api, "NOWAIT": "1"}
        return CliRunner().invoke(
            app, ["sweep", *arguments], env={**given, **variables}, obj=self.project
        )

    def json(self, *arguments: str, code: int) -> dict[str, Any]:
        """Return what it prints with --json; `environments` are by their suffix."""
        done = self.sweep(*arguments, "--json")
        assert done.exit_code == code, done.output
        told = json.loads(done.stdout)
        told["environments"] = {each["environment"]: each for each in told["environments"]}
        return told

    def holds(self, **deployments: dict[str, Any]) -> None:
        """Have the backend's folder hold these stacks."""
        self.pulumi.holds(deployments)
        folder = self.root / ".pulumi" / "stacks" / "tap"
        folder.mkdir(parents=True, exist_ok=True)
        for name in deployments:
            (folder / f"{name}.json").write_text("{}")

    def holds_pr7(self, *resources: dict[str, Any], code: int = 0) -> None:
        """Have a stack hold the environment, and `destroy` end with a code; with 0 it is empty."""
        self.holds(pr7=deployment_of("pr7", *(resources or (IN_STATE,))))
        gone = ("stack export --stack pr7 ", 0, json.dumps({"deployment": {}}), "")
        self.pulumi.answer(DESTROY, code, "gone\n", then=() if code else (gone,))

    def locked(self, hours: float) -> None:
        """Have somebody have locked the stack pr7."""
        folder = self.root / ".pulumi" / "locks" / "organization" / "tap" / "pr7"
        folder.mkdir(parents=True)
        since = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
        lock = {"pid": 7, "username": "jane", "hostname": "ci-7", "timestamp": since}
        (folder / "1.json").write_text(json.dumps(lock))

    def expires(self, text: str) -> None:
        """Have the tag of the cluster of pr7 say so."""
        [cluster] = self.clients("ecs").describe_clusters(
            clusters=[resource_name("cluster", "pr7")]
        )["clusters"]
        tags = [{"key": "Expires", "value": text}]
        self.clients("ecs").tag_resource(resourceArn=cluster["clusterArn"], tags=tags)

    def makes_cluster(self, suffix: str, **tags: str) -> None:
        """Have an environment be there that has a cluster alone."""
        listed = [{"key": key, "value": text} for key, text in tags.items()]
        self.clients("ecs").create_cluster(
            clusterName=resource_name("cluster", suffix), tags=listed
        )

    def is_gone(self, suffix: str = "pr7") -> bool:
        """Tell whether an environment has left AWS."""
        return discover(self.clients, suffix).proves_absence
