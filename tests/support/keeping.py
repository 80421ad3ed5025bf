"""Keeping: all that moto holds, put aside and brought back; much faster than to make it anew."""

import copy
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.core.base_backend import BackendDict
from moto.s3.models import s3_backends

from emulator.services.ecs.controller import CONTROLLER

_LOCKS = (type(threading.Lock()), type(threading.RLock()))

# A service's accounts -> their regions -> moto's state.
_State = dict[str, dict[str, Any]]


def keep() -> Callable[[], None]:
    """Put aside what the emulated AWS of this process holds; what is returned brings it back.

    All that was made, changed and removed since is forgotten then, however often it is called.
    """
    services = _services()
    kept = _copied([{account: dict(of) for account, of in each.items()} for each in services])

    # The names of buckets, which all accounts share, are kept beside them.
    buckets = dict(s3_backends.bucket_accounts)
    # What tasks wait for is in seconds of the clock, which goes on from one server to the next.
    seconds = CONTROLLER.clock.now().seconds

    def bring_back() -> None:
        CONTROLLER.rewind(seconds)
        s3_backends.bucket_accounts = dict(buckets)
        for service in _services():
            for regions in service.values():
                regions.clear()
        for service, state in zip(services, _copied(kept), strict=True):
            for account, regions in state.items():
                service[account].update(regions)

    return bring_back


def _services() -> list[Any]:
    return list(BackendDict._instances)  # pylint: disable=protected-access


def _copied(states: list[_State]) -> list[_State]:
    """Copy all services at once: what one holds of another, its copy holds of the other's copy."""
    with _shared_locks():
        return copy.deepcopy(states)


@contextmanager
def _shared_locks() -> Iterator[None]:
    """Have copies use the locks of their originals: a lock can't be copied."""
    dispatch: dict = copy._deepcopy_dispatch  # type: ignore  # pylint: disable=protected-access
    dispatch.update(dict.fromkeys(_LOCKS, lambda lock, _memo: lock))
    try:
        yield
    finally:
        for each in _LOCKS:
            del dispatch[each]
