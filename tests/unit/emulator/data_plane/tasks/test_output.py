"""What containers print, until it is logged."""

import io

import pytest

from emulator.data_plane.tasks import output as module
from emulator.data_plane.tasks.output import Output


def _all(output: Output) -> list[str]:
    found: list[str] = []
    while lines := output.take():
        found += lines
    return found


def test_lines_come_in_order_a_part_at_a_time() -> None:
    output = Output()
    output.read(io.BytesIO(b"".join(b"line %d\n" % number for number in range(1200))))
    assert len(output.take()) == 500
    assert _all(output) == [f"line {number}" for number in range(500, 1200)]


@pytest.mark.parametrize(
    ("printed", "lines"),
    [
        (b"a\r\n\n \nb", ["a", "b"]),
        (b"\xff\xfe caf\xc3\xa9\n", ["\ufffd\ufffd café"]),
        (b"\tindented\n", ["\tindented"]),
        (b"x" * 262_119, ["x" * 262_118, "x"]),
    ],
)
def test_lines_are_such_as_cloudwatch_takes(printed: bytes, lines: list[str]) -> None:
    output = Output()
    output.read(io.BytesIO(printed))
    assert _all(output) == lines


@pytest.mark.parametrize(("bound", "kept"), [("_MOST_LINES", 3), ("_MOST_BYTES", 1)])
def test_too_many_lines_are_dropped_and_counted(
    monkeypatch: pytest.MonkeyPatch, bound: str, kept: int
) -> None:
    monkeypatch.setattr(module, bound, kept)
    output = Output()
    output.read(io.BytesIO(b"line\n" * 10))
    dropped = f"[{10 - kept} lines were dropped: they came too fast to be kept]"
    assert _all(output) == ["line"] * kept + [dropped]
    output.add("later")
    assert _all(output) == ["later"]
