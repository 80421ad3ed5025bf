"""What must be usable without Pulumi: the commands, and the pure modules of lib/."""

import ast
import subprocess
import sys

from dev.program import TAP

TREE = TAP.parent

PURE = (
    "names",
    "network.ports",
    "network.subnets",
    "policies",
    "region",
    "service.container",
    "settings.checks",
    "settings.container_checks",
    "settings.errors",
    "settings.profiles",
    "settings.schema",
    "tags",
)

# Imports each module by itself and prints those after which Pulumi is loaded.
PROGRAM = """\
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
    if any(module.split(".")[0].startswith("pulumi") for module in sys.modules):
        sys.exit(f"{name} imports pulumi")
"""


def _import(*modules: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, *modules],
        cwd=TREE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")


def _modules_of_ops() -> list[str]:
    """Return the modules of ops/, but for the one that runs the commands when it is imported."""
    paths = (path.relative_to(TREE) for path in sorted((TREE / "ops").rglob("*.py")))
    names = (".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths)
    return [name for name in names if not name.endswith("__main__")]


def test_neither_commands_nor_pure_modules_import_pulumi() -> None:
    """It takes a second, and needs what an operator's machine may lack."""
    _import(*(f"lib.{module}" for module in PURE), *_modules_of_ops())


def test_no_import_of_pulumi_is_hidden_in_the_commands() -> None:
    """Neither in a function nor in the module that runs them."""
    for path in (TREE / "ops").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in getattr(node, "names", ()) if hasattr(alias, "name")]
            names.append(getattr(node, "module", None) or "")
            if isinstance(node, ast.Import | ast.ImportFrom):
                assert not [name for name in names if name.split(".")[0].startswith("pulumi")]
