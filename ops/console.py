"""The screen: what commands print, in colour on a terminal and as plain lines elsewhere."""

import sys
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

# Where nobody says how wide the output is, such as in a log of CI, no line need be broken.
_WIDE = 200


def make_console() -> Console:
    """Return a console that prints text as it is: brackets and colons mean nothing in it."""
    return Console(
        width=None if sys.stdout.isatty() else _WIDE,
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=True,
    )


def make_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Return a plain table; a cell that does not fit goes on in the next line, whole."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def seconds(value: float) -> str:
    """Return a time as the commands print it, such as `12.3 s`."""
    return f"{value:.1f} s"
