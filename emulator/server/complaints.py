"""Complaints: what goes wrong in a thread that tries again and again, logged once."""

import logging
from collections.abc import Callable


def complainer(name: str, who: str) -> Callable[[Exception], None]:
    """Return what logs an error with its traceback, unless it has done so before.

    `name` is the logger's, `who` says what went wrong.
    """
    made: set[str] = set()

    def complain(error: Exception) -> None:
        said = repr(error)
        if said not in made:
            made.add(said)
            logging.getLogger(name).error("%s: %s", who, said, exc_info=error)

    return complain
