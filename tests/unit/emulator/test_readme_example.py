"""The program in the emulator's README, run as it stands there."""

import re
import subprocess
import sys
from pathlib import Path

import emulator

ROOT = Path(emulator.__file__).parents[1]


def test_the_readmes_example_makes_a_strangers_program() -> None:
    readme = (ROOT / "emulator" / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    ran = subprocess.run(
        [sys.executable, "-c", example], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "['shop', 'web'] 10.0.0.0/16\n"
