"""The screen: plain text, whole, where there is no terminal."""

import io
import sys

import pytest

from ops.console import make_console, make_table, seconds


class _Terminal(io.StringIO):
    """A terminal of 66 columns."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def _terminal(monkeypatch: pytest.MonkeyPatch) -> _Terminal:
    """Return the terminal that is printed on from now on."""
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "66")
    return terminal


_TEXT = "[red]:smile: http://127.0.0.1:5001 " + "x" * 300


def test_text_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    make_console().print(_TEXT, style="bold red")
    assert capsys.readouterr().out == f"{_TEXT}\n"
    assert make_console().width == 200


def test_a_terminal_gets_colours_and_whole_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _terminal(monkeypatch)
    make_console().print(_TEXT, style="bold red")
    assert terminal.getvalue() == f"\x1b[1;31m{_TEXT}\x1b[0m\n"
    assert make_console().width == 66


def test_no_color_leaves_no_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _terminal(monkeypatch)
    monkeypatch.setenv("NO_COLOR", "1")
    console = make_console()
    with console.status("working"):
        console.print(_TEXT, style="bold red")
    assert terminal.getvalue() == f"{_TEXT}\n"


def test_a_table_keeps_each_row_in_one_line() -> None:
    wide = "x" * 250
    rule = "─" * 30
    table = make_table(("a", "bcd"), [("1", wide), ("22", "")])
    assert table == f"a   bcd\n──  {rule}\n1   {wide}\n22"


def test_seconds_have_one_decimal() -> None:
    assert seconds(12.345) == "12.3 s"
