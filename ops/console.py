"""The screen: what commands print, in colour on a terminal and as plain lines elsewhere."""

import os
import sys
import textwrap
from collections.abc import Iterable, Sequence

from rich.console import Console

# As wide as docs/ and a plain terminal.
WIDTH = 80

# Where nobody says how wide the output is, such as in a log of CI, no line need be broken.
_WIDE = 200

# A longer one below a heading would only be broken.
_RULE = 30


def make_console() -> Console:
    """Return a console that prints text as it is: brackets and colons mean nothing in it.

    Lines are as long as they are: a terminal breaks them, and what is copied from it is whole. With
    NO_COLOR there are no escapes at all.
    """
    return Console(
        width=None if sys.stdout.isatty() else _WIDE,
        force_terminal=False if os.environ.get("NO_COLOR") else None,
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=True,
    )


def make_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a plain table, a line each row, whatever the width of the screen."""
    cells = [list(headings), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["─" * min(width, _RULE) for width in widths])
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in cells
    )
    return "\n".join(line.rstrip() for line in lines)


def wrapped(text: str, first: str = "", others: str = "") -> str:
    """Break a text at 80 columns, each line behind its indentation.

    At words alone: a command or an id that is broken can't be copied.
    """
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )


def seconds(value: float) -> str:
    """Return a time as the commands print it, such as `12.3 s`."""
    return f"{value:.1f} s"
