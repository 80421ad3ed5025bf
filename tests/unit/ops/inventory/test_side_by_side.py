"""Calls side by side: order, errors, and as many at a time as there are connections."""

import threading
import time
from functools import partial

import pytest

from ops.inventory.side_by_side import side_by_side


def test_answers_come_in_the_order_of_the_calls_however_long_each_takes() -> None:
    running, most, lock = 0, 0, threading.Lock()

    def call(number: int) -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.002 * (number % 3))
        with lock:
            running -= 1
        return number

    assert side_by_side(partial(call, number) for number in range(100)) == list(range(100))
    assert 1 < most <= 16


def test_error_is_raised_and_nothing_is_waited_for_after_it() -> None:
    gate = threading.Event()

    def fail() -> None:
        raise OSError("no network")

    began = time.monotonic()
    with pytest.raises(OSError, match="no network"):
        side_by_side([fail, partial(gate.wait, 5)])
    assert time.monotonic() - began < 4
    gate.set()
