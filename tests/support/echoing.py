"""A child process of the data plane that tells back what it is told, and how it ended."""

import os
import sys
import time

from emulator.data_plane.child import child_lines, die_with_parent, tell

if __name__ == "__main__":
    die_with_parent()
    for message in child_lines():
        if message.get("hang"):
            tell({"hangs": os.getpid()})
            sys.stdin.close()
            time.sleep(60)
        tell({"told": message, "process": os.getpid(), "home": os.environ.get("HOME")})
    tell({"ended": True})
