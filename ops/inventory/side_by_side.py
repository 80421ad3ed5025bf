"""Calls made side by side in time: an account answers in the time of its slowest listing."""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import TypeVar

# No more than a client has connections; see ops/clients.py.
_THREADS = 16

_Answer = TypeVar("_Answer")


def side_by_side(calls: Iterable[Callable[[], _Answer]]) -> list[_Answer]:
    """Make calls side by side and return their answers, in the order of the calls.

    Raises what the first of them raises, and does not wait for the others then: nor does a process
    that is told to end.
    """
    waiting = deque((call, Future[_Answer]()) for call in calls)
    futures = [future for _, future in waiting]
    for _ in range(min(_THREADS, len(futures))):
        threading.Thread(target=_work, args=(waiting,), daemon=True).start()
    return [future.result() for future in futures]


def _work(waiting: deque[tuple[Callable[[], _Answer], Future[_Answer]]]) -> None:
    while True:
        try:
            call, future = waiting.popleft()
        except IndexError:
            return
        try:
            future.set_result(call())
        # Whatever it is, it is raised where the answer is waited for.
        except Exception as error:  # pylint: disable=broad-exception-caught
            future.set_exception(error)
