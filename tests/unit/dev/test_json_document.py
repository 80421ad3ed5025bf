"""docs/json.md is what the commands print."""

from dev.json_document import DOCUMENT, json_document


def test_the_page_is_of_today() -> None:
    """`make docs` writes it anew."""
    assert DOCUMENT.read_text(encoding="utf-8") == json_document()
