"""The removal of one environment: by its stack where that works, by what AWS has where not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from lib.settings.errors import SettingsError
from ops.clients import Clients
from ops.commands.destroy import destroy
from ops.errors import CommandError
from ops.inventory.late import sweep_late_log_groups
from ops.inventory.resource_type import FoundResource
from ops.leftovers.look import look_for
from ops.leftovers.removal import carry_out, make_plan
from ops.pulumi_cli import PulumiCli
from ops.request import Request
from ops.stacks import State
from ops.sweep.backend import FoundStack
from ops.sweep.found import FoundEnvironment
from ops.waiting import Wait

# NAT gateways and databases take some minutes each, one after the other.
_SECONDS = 1800.0

# As long as `destroy` looks for what services make late.
_LATE_SECONDS = 120.0

# AWS lists a secret for some minutes after it was deleted.
_GOES_LATE = ("secret",)

# The CLI's words (v3.274.1, tried) about a passphrase that is wrong, and about none.
_NOT_OPENED = re.compile("incorrect passphrase|passphrase must be set")


@dataclass(frozen=True)
class Remover:
    """Removes environments: with the CLI in a project's folder, and with clients of AWS.

    `owner` is the repository whose environments are removed; `nowait` does not look for what AWS
    makes late.
    """

    cli: PulumiCli
    folder: Path
    clients: Clients
    wait: Wait
    owner: str
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
        stack = found.stack
        if stack and stack.stale_lock:
            self.cli.must("cancel", "--yes", "--stack", stack.name)
        by_state = stack is not None and bool(stack.resources) and self._opens(stack)
        if by_state and stack and (code := self._destroy(found.suffix, stack)):
            # Else the state is empty, and leftovers are what is told.
            now = replace(stack, state=State(self.cli.deployment(stack.name) or {}))
            if now.resources:
                yield f"`pulumi destroy` ended with exit code {code}"
                return
        failed = False
        for words in self._leftovers(found.suffix, by_state):
            failed = True
            yield words
        if stack and not failed:
            force = () if by_state else ("--force",)
            self.cli.must("stack", "rm", stack.name, "--yes", *force)

    def _opens(self, stack: FoundStack) -> bool:
        """Tell whether the passphrase opens a stack; what else goes wrong is told by `destroy`.

        That alone needs it in any case: what shows secrets does not, where there are none.
        """
        if not stack.state.has_passphrase:
            return True
        asked = ("destroy", "--stack", stack.name, "--refresh=false", "--preview-only")
        return not _NOT_OPENED.search(self.cli.tried(*asked) or "")

    def _destroy(self, suffix: str, stack: FoundStack) -> int:
        arguments = ("--yes", "--skip-preview")
        request = Request("destroy", suffix, arguments, stack=stack.name, nowait=self.nowait)
        return destroy(request, self.wait, self.folder)

    def _leftovers(self, suffix: str, is_destroyed: bool) -> Iterator[str]:
        """Remove what AWS still has; tell what can't be removed, or be looked at."""
        looked = look_for(self.clients, suffix, self.owner)
        plan = make_plan(looked, True, self.wait)
        if plan.going or looked.inactive:
            kept = carry_out(plan, _SECONDS, self.wait, _told)
            yield from (
                f"still there: {each}: {reason}"
                for each, reason in kept.items()
                if each.type not in _GOES_LATE
            )
        if not is_destroyed and not self.nowait:
            sweep_late_log_groups(self.clients, suffix, _LATE_SECONDS, self.wait)
        again = look_for(self.clients, suffix, self.owner)
        yield from (f"still there, and made by others: {arn}" for arn in again.tagged)
        yield from (f"it can't be told whether all is gone: {each.words}" for each in again.unseen)


def _told(found: FoundResource) -> None:
    print(f"Removed: {found}", flush=True)
