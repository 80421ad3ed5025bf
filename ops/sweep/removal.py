"""The removal of one environment: by its stack where that works, by what AWS has where not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from lib.settings.errors import SettingsError
from ops.clients import Clients
from ops.commands.destroy import destroy
from ops.errors import CommandError
from ops.inventory.environment import discover
from ops.inventory.late import delete_task_definitions, sweep_late_log_groups
from ops.inventory.removal import remove_all
from ops.pulumi_cli import PulumiCli
from ops.request import Request
from ops.sweep.backend import FoundStack
from ops.sweep.found import FoundEnvironment
from ops.waiting import Wait

# NAT gateways and databases take some minutes each, one after the other.
_SECONDS = 1800.0

# As long as `destroy` looks for what services make late.
_LATE_SECONDS = 120.0

# AWS lists a secret for some minutes after it was deleted.
_GOES_LATE = ("secret",)

# https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/config/crypt.go has the one,
# the CLI's own words about an unset variable are the other.
_NOT_OPENED = re.compile("incorrect passphrase|passphrase must be set")


@dataclass(frozen=True)
class Remover:
    """Removes environments: with the CLI in a project's folder, and with clients of AWS.

    `nowait` does not look for what AWS makes late.
    """

    cli: PulumiCli
    folder: Path
    clients: Clients
    wait: Wait
    nowait: bool = False

    def notes(self, found: FoundEnvironment) -> Iterator[str]:
        """Tell what the removal has to overcome; nothing is changed."""
        stack = found.stack
        if stack is None:
            yield "no stack holds it: it is removed by what AWS has"
            return
        if lock := stack.stale_lock:
            yield f"the stack is locked by {lock.owner} since {lock.since:%Y-%m-%d %H:%M} UTC"
        if not stack.resources:
            yield "its stack holds nothing"
        elif not self._opens(stack):
            yield "no passphrase opens its stack: it is removed by what AWS has"

    def remove(self, found: FoundEnvironment) -> tuple[str, ...]:
        """Remove an environment with its stack; return what failed, in words.

        Where something did, the stack stays: it knows what is left.
        """
        try:
            return tuple(self._remove(found))
        except (CommandError, SettingsError, BotoCoreError, ClientError, OSError) as error:
            return (str(error),)

    def _remove(self, found: FoundEnvironment) -> Iterator[str]:
        stack, suffix = found.stack, found.suffix
        if stack and stack.stale_lock:
            self.cli.must("cancel", "--yes", "--stack", stack.name)
        by_state = stack is not None and bool(stack.resources) and self._opens(stack)
        if by_state and stack and (code := self._destroy(suffix, stack)):
            yield f"`pulumi destroy` ended with exit code {code}"
            return
        failed = False
        for words in self._leftovers(suffix, by_state):
            failed = True
            yield words
        if stack and not failed:
            force = () if by_state else ("--force",)
            self.cli.must("stack", "rm", stack.name, "--yes", *force)

    def _opens(self, stack: FoundStack) -> bool:
        """Tell whether the passphrase opens a stack; what else goes wrong is told by `destroy`."""
        if not stack.state.has_passphrase:
            return True
        asked = ("stack", "output", "--json", "--show-secrets", "--stack", stack.name)
        return not _NOT_OPENED.search(self.cli.tried(*asked) or "")

    def _destroy(self, suffix: str, stack: FoundStack) -> int:
        arguments = ("--yes", "--skip-preview")
        request = Request("destroy", suffix, arguments, stack=stack.name, nowait=self.nowait)
        return destroy(request, self.wait, self.folder)

    def _leftovers(self, suffix: str, is_destroyed: bool) -> Iterator[str]:
        """Remove what AWS still has; tell what can't be removed, or be looked at."""
        left = [each for each in discover(self.clients, suffix).found if _is_left(each.type)]
        for each in left:
            print(f"Removed by what AWS has: {each}", flush=True)
        if left:
            for remaining in remove_all(self.clients, suffix, _SECONDS, self.wait):
                if _is_left(remaining.resource.type):
                    yield f"still there: {remaining}"
        if left or not is_destroyed:
            seconds = 0.0 if self.nowait else _LATE_SECONDS
            sweep_late_log_groups(self.clients, suffix, seconds, self.wait)
            delete_task_definitions(self.clients, suffix)
        for each in discover(self.clients, suffix).unanswered:
            yield f"it can't be told whether all is gone: {each}"


def _is_left(type_name: str) -> bool:
    return type_name not in _GOES_LATE
