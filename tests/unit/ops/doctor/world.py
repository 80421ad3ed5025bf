"""An operator who calls doctor: the stack's file, the backend, and what doctor says."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from emulator.server.server import Server
from ops.account import Account
from ops.checks import Check, run_checks
from ops.clients import Clients
from ops.doctor.checks import doctor_checks
from ops.doctor.plan import Plan, make_plan
from ops.report import CheckReport
from ops.target import LookRequest, Target
from tests.unit.ops.support import WHERE, StandIn, StubClients

# Long enough for a machine that does much else.
PATIENCE = 60.0


@dataclass(frozen=True)
class World:
    """What the tests of doctor have: an emulated AWS, a stand-in for the CLI, a project."""

    server: Server
    clients: Clients
    pulumi: StandIn
    project: Path

    def configure(self, suffix: str, **texts: Any) -> None:
        """Have the stack's file say this, by whole key with `__` for the colon."""
        config = {key.replace("__", ":"): text for key, text in texts.items()}
        path = self.project / f"Pulumi.{suffix}.yaml"
        path.write_text(yaml.safe_dump({"config": config}), encoding="utf-8")

    def backend_is(self, address: str) -> None:
        """Have the CLI be logged in to this backend."""
        self.pulumi.answer("whoami", out=json.dumps({"user": "jane", "url": address}))

    def plan(self, suffix: str, **more: Any) -> Plan:
        """Return what an `up` of an environment would work with."""
        return make_plan(LookRequest("doctor", suffix, folder=self.project, **more))

    def looks(self, suffix: str, **more: Any) -> Mapping[str, CheckReport]:
        """Return what each check of doctor says of an environment."""
        reports = run_checks(doctor_checks(), self.plan(suffix, **more), PATIENCE)
        return {report.name: report for report in reports}


def plan_with(clients: Any, folder: Path = Path(), **texts: str) -> Plan:
    """Return a plan for the environment `new`, with these clients and settings of `tap:`."""
    config = {f"tap:{key}": text for key, text in texts.items()}
    request = LookRequest("doctor", "new", config=config, folder=folder)
    return Plan(Target(request, WHERE, Account("123456789012", "a test", clients), clients))


def look(check: Check[Plan], plan: Plan) -> CheckReport:
    """Return what one check says."""
    return run_checks([check], plan, PATIENCE)[0]


def stub_look(check: Check[Plan], answers: Mapping[str, Any], **texts: str) -> CheckReport:
    """Return what a check says where AWS answers so, by `service__method`."""
    return look(check, plan_with(StubClients(**answers), **texts))
