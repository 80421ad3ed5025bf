"""Waiting for AWS."""

from collections.abc import Callable

Wait = Callable[[float], None]


def wait_until(done: Callable[[], bool], limit: float, every: float, wait: Wait) -> bool:
    """Ask until it is done, every so many seconds; return whether it was within the limit."""
    waited = 0.0
    while not done():
        if waited >= limit:
            return False
        wait(every)
        waited += every
    return True
