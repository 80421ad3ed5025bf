"""The reaper: nothing is left, however the emulated AWS ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.pulumi_cli import ROOT
from tests.unit.emulator.data_plane.tasks.small_world import ON_LINUX, processes, until

_PARENT = """
import sys, time
from pathlib import Path
from emulator.data_plane.images import Images
from emulator.data_plane.tasks.runner import ProcessRunner
from tests.unit.emulator.data_plane.tasks.small_world import SmallWorld, Started, python
runner = ProcessRunner(Images({}), SmallWorld(Path(sys.argv[1])))
task = '''
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
again = [sys.executable, '-c', 'import time; time.sleep(60)', sys.argv[1]]
subprocess.Popen(again, start_new_session=True)
print('up', flush=True)
time.sleep(60)
'''
Started(runner, [python(task, sys.argv[1])]).says("up")
print("up", flush=True)
time.sleep(60)
"""


@pytest.fixture(name="parent")
def _parent(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that runs a task, which has put another process into the background."""
    command = [sys.executable, "-c", _PARENT, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "up\n"
        until(lambda: len(processes(str(tmp_path))) == 4)
        yield parent
        parent.kill()


@pytest.mark.skipif(not ON_LINUX, reason="only Linux finds what has left its process group")
def test_nothing_is_left_when_the_emulated_aws_is_killed(
    parent: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    parent.kill()
    parent.wait()
    until(lambda: not processes(str(tmp_path)))


@pytest.mark.skipif(not ON_LINUX, reason="only Linux kills a child with its parent")
def test_a_command_ends_with_its_reaper(parent: "subprocess.Popen[str]", tmp_path: Path) -> None:
    (reaper,) = processes("-S") & processes(str(tmp_path))
    os.kill(reaper, signal.SIGKILL)
    # What the command had put into the background is another's by then.
    until(lambda: len(processes(str(tmp_path)) - {parent.pid}) == 1)
    for pid in processes(str(tmp_path)):
        os.kill(pid, signal.SIGKILL)
