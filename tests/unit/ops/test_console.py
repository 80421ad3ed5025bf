"""The screen: plain text, whole, where there is no terminal."""

import sys

import pytest

from ops.console import make_console, make_table, seconds


def test_text_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Without colours, markup and line breaks of its own."""
    text = "[red]:smile: http://127.0.0.1:5001 " + "x" * 300
    make_console().print(text, style="bold red")
    assert capsys.readouterr().out == f"{text}\n"


def test_a_terminal_says_itself_how_wide_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log is taken to be wide."""
    assert make_console().width == 200
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "66")
    assert make_console().width == 66


def test_a_table_keeps_its_cells_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """One that does not fit is folded, not cut."""
    make_console().print(make_table(("a", "b"), [("1", "x" * 250)]))
    shown = capsys.readouterr().out
    assert shown.count("x") == 250
    assert shown.split()[:2] == ["a", "b"]


def test_seconds_have_one_decimal() -> None:
    """More is noise."""
    assert seconds(12.345) == "12.3 s"
