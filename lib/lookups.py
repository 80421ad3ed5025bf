"""Look-ups that may go without an answer."""

from collections.abc import Callable
from typing import TypeVar

_Answer = TypeVar("_Answer")


def ask(look_up: Callable[[], _Answer]) -> tuple[_Answer | None, str]:
    """Return the answer of a look-up and '', or None and why there is none."""
    try:
        return look_up(), ""
    # The SDK raises a bare Exception for a look-up that the provider refuses.
    except Exception as error:  # pylint: disable=broad-exception-caught
        return None, str(error)
