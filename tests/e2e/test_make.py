"""`make serve`, and in another shell `make up EMULATED=1`, as a user types them."""

from tests.e2e.conftest import emulated_only
from tests.e2e.served import Served, typed

pytestmark = emulated_only


def test_an_environment_by_make(served: Served) -> None:
    for command, words, expected in (
        ("up", (), "69 created"),
        ("up", ("ARGS=--skip-preview --config tap:maxTasks=11",), "1 updated"),
        ("destroy", ("ARGS=--skip-preview",), "69 deleted"),
    ):
        code, output = served.make(command, "SUFFIX=pr8", *words)
        assert (code, expected in output) == (0, True), output


def test_where_nothing_listens_that_is_told_in_a_line() -> None:
    code, output = typed("make", "up", "EMULATED=1", "SUFFIX=pr8", "PORT=1")
    assert code != 0
    assert output.startswith(
        "No emulated AWS listens on port 1 of this machine; `make serve PORT=1` runs one.\n"
    )


def test_what_make_serve_prints_can_be_typed(served: Served) -> None:
    """Plain `pulumi`, in the folder and with the variables that it names."""
    lines = [line for line in served.printed.splitlines() if line.startswith("  ")]
    assert lines.pop() == "  pulumi up"
    code, output = typed("sh", "-c", "\n".join(("set -e", *lines, "pulumi preview")))
    assert (code, "69 to create" in output) == (0, True), output
