"""Which packages import which, and that what an operator's machine needs does without Pulumi."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.program import TAP

TREE = TAP.parent

# The modules of lib/ that are data and rules alone: ops and dev may use them, and no others.
PURE = {
    "lib.database.aurora",
    "lib.names",
    "lib.network.ports",
    "lib.network.rules",
    "lib.network.subnets",
    "lib.policies",
    "lib.region",
    "lib.service.container",
    "lib.settings.checks",
    "lib.settings.container_checks",
    "lib.settings.database",
    "lib.settings.errors",
    "lib.settings.expiry",
    "lib.settings.profiles",
    "lib.settings.schema",
    "lib.settings.texts",
    "lib.tags",
    "lib.zones",
}

# Package -> the packages of ours that it may import.
ALLOWED = {"lib": {"lib"}, "ops": {"ops", "lib"}, "emulator": {"emulator"}}

# Imports each module by itself and prints those after which Pulumi is loaded.
PROGRAM = """\
import importlib, sys
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    importlib.import_module(name)
    if any(module.split(".")[0].startswith("pulumi") for module in sys.modules):
        sys.exit(f"{name} imports pulumi")
"""


def _imports(package: str) -> Iterator[tuple[Path, str]]:
    """Give each file of a package with each module that it imports, wherever in the file."""
    for path in (TREE / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((path, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{path} has a relative import"
                yield path, node.module or ""


def _modules(package: str) -> set[str]:
    """Return the modules of a package, but for those that run commands when they are imported."""
    paths = (path.relative_to(TREE) for path in (TREE / package).rglob("*.py"))
    names = {".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths}
    return {name for name in names if not name.endswith("__main__")}


@pytest.mark.parametrize("package", ALLOWED)
def test_imports_go_down_alone(package: str) -> None:
    """dev → emulator, ops, lib; ops → lib; emulator → nothing of ours."""
    ours = {"tap", "lib", "ops", "emulator", "dev", "tests"}
    wrong = {
        (str(path.relative_to(TREE)), module)
        for path, module in _imports(package)
        if (root := module.split(".")[0]) in ours and root not in ALLOWED[package]
    }
    assert not wrong


def test_ops_uses_the_pure_modules_alone() -> None:
    """The program's graph it gets from a process of its own."""
    imports = {module for _, module in _imports("ops")}
    assert {module for module in imports if module.split(".")[0] == "lib"} <= PURE
    assert not {module for module in imports if module.startswith("pulumi")}


def test_neither_ops_nor_pure_modules_load_pulumi() -> None:
    """It takes a second, and needs what an operator's machine may lack."""
    run = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM, str(TREE), *sorted(PURE | _modules("ops"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")


def test_only_two_modules_read_configuration_or_environment() -> None:
    """lib/settings/source.py reads them, read.py and provider_keys.py what it hands over."""
    readers = {
        str(path.relative_to(TREE / "lib"))
        for path, module in _imports("lib")
        if module in ("os", "lib.settings.source")
    }
    assert readers == {"settings/source.py", "settings/read.py", "settings/provider_keys.py"}
