"""What is seen of a deployment while it is waited for: drawn on a terminal, else told in lines."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.text import Text

from ops.verify.progress import Progress

Tell = Callable[[Progress], None]


@contextmanager
def live_view(console: Console) -> Iterator[Tell]:
    """Give what shows progress: in place on a terminal, else a line where something has changed."""
    if not console.is_terminal:
        yield _line_by_line(console)
        return
    with Live(console=console, auto_refresh=False, transient=True) as live:
        yield lambda progress: live.update(Text(str(progress)), refresh=True)


def _line_by_line(console: Console) -> Tell:
    said = ""

    def tell(progress: Progress) -> None:
        nonlocal said
        if progress.line != said:
            said = progress.line
            console.print(said)

    return tell
