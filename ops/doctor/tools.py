"""The check of the tools on this machine, and of their versions."""

import importlib.metadata
import platform
import re
import shutil

from ops.checks import Results
from ops.doctor.plan import Plan, where_possible
from ops.errors import CommandError

# Tried with the SDK that requirements.txt has; what `up` asks of the CLI, older ones lack.
_OLDEST_CLI = (3, 260)

_GET_IT = "curl -fsSL https://get.pulumi.com | sh, or make tools"

_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)")


def _look(plan: Plan, results: Results) -> None:
    sdk = importlib.metadata.version("pulumi")
    results.summary = f"Python {platform.python_version()}, Pulumi SDK {sdk}"
    try:
        version = plan.cli.must("version").strip()
    except CommandError:
        results.find("there is no Pulumi CLI that works, neither on PATH nor in .tools", _GET_IT)
    else:
        results.summary += f", CLI {version}"
        _compare(version, sdk, results)
    if not shutil.which("aws"):
        results.note("there is no AWS CLI: the commands of advice that begin with aws need it")
    runtime = None if plan.problems else plan.settings.runtime
    if runtime and runtime.exec_command and not shutil.which("session-manager-plugin"):
        results.note("there is no session-manager-plugin: aws ecs execute-command needs it")


def _compare(version: str, sdk: str, results: Results) -> None:
    found, ours = _VERSION.match(version), _VERSION.match(sdk)
    if found is None or ours is None:
        results.note(f"the version of the Pulumi CLI can't be read: {version}")
        return
    cli = int(found[1]), int(found[2])
    if cli < _OLDEST_CLI or cli[0] != int(ours[1]):
        results.find(
            f"the Pulumi CLI is {version}; the SDK {sdk} needs "
            f"{_OLDEST_CLI[0]}.{_OLDEST_CLI[1]} or later",
            _GET_IT,
        )
    elif cli < (int(ours[1]), int(ours[2])):
        results.note(f"the Pulumi CLI {version} is older than the SDK {sdk}")


TOOLS = where_possible("tools", _look, needs_settings=False, needs_aws=False)
