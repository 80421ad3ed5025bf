"""The text of the comment on a pull request: names, numbers and links, and nothing else.

Whoever can push a branch decides what its program prints and what its plan says. None of that is
repeated: each word below is this module's, and each value has a shape that it is held to.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Outcome = Literal["up", "failed", "removed", "not-removed"]

_HEADINGS: Mapping[Outcome, str] = {
    "up": "is up.",
    "failed": "is not what the last push asks for: a part of the run failed.",
    "removed": "is removed, and nothing of it is left.",
    "not-removed": "could not be removed, or not all of it. The nightly sweep tries again.",
}

# Pulumi's words for what it does with a resource, in the order of the comment.
_CHANGES = {
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
    "same": "unchanged",
}

_ADDRESS = re.compile(r"https?://[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)*\.amazonaws\.com(\.cn)?")
_RUN = re.compile(r"https?://[\w.:-]+/[\w.-]+/[\w.-]+/actions/runs/[0-9]+")
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Price:
    """USD a day; `estimate` where one of the prices is one."""

    at_rest: float
    awake: float
    estimate: bool


@dataclass(frozen=True)
class Known:
    """What other commands told of an environment; None, or nothing, for what they did not.

    `address` is that of the environment; `image` is the tag of the image that runs, and empty where
    it is the placeholder; `changes` has how many resources the last update changed, by Pulumi's
    word; `findings` counts what `verify` found.
    """

    address: str = ""
    price: Price | None = None
    image: str | None = None
    changes: Mapping[str, int] = field(default_factory=dict)
    findings: int | None = None


@dataclass(frozen=True)
class Preview:
    """A pull request's environment.

    `label` is the one that asks for it; `run` is the address of the workflow's run; `expires` is
    when the nightly sweep removes it.
    """

    suffix: str
    outcome: Outcome
    label: str
    run: str = ""
    expires: datetime | None = None
    known: Known = field(default_factory=Known)


def marker(suffix: str) -> str:
    """Return the first line of an environment's comment, by which it is found again."""
    return f"<!-- flask-api preview {suffix} -->"


def comment_text(preview: Preview) -> str:
    """Return the comment, without its marker."""
    lines = [f"**Environment `{preview.suffix}`** {_HEADINGS[preview.outcome]}", ""]
    if preview.outcome in ("up", "failed") and (rows := list(_rows(preview))):
        lines += ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows), ""]
    lines.append(_what_next(preview))
    return "\n".join(lines) + "\n"


def _rows(preview: Preview) -> Iterator[tuple[str, str]]:
    known = preview.known
    if _ADDRESS.fullmatch(known.address):
        yield "address", known.address
    if known.price is not None:
        yield "price", _price_words(known.price)
    if known.image is not None:
        yield "image", _image_words(known.image)
    if changes := _changes_words(known.changes):
        yield "last update", changes
    if known.findings is not None:
        yield "checks", _findings_words(known.findings)
    if preview.expires is not None:
        yield "expires", f"{preview.expires:%Y-%m-%d %H:%M} UTC, unless there is another push"


def _price_words(price: Price) -> str:
    estimate = ", an estimate" if price.estimate else ""
    return (
        f"{price.at_rest:.2f} USD a day at rest, {price.awake:.2f} while it is in use{estimate}; "
        "traffic comes on top"
    )


def _image_words(image: str) -> str:
    if not image:
        return "the placeholder: the variable `DOCKERFILE` names no Dockerfile to build"
    return f"`{image}`" if _COMMIT.fullmatch(image) else "one that is not named after a commit"


def _changes_words(changes: Mapping[str, int]) -> str:
    return ", ".join(f"{changes[op]} {words}" for op, words in _CHANGES.items() if changes.get(op))


def _findings_words(findings: int) -> str:
    if not findings:
        return "all is well"
    return f"{findings} finding{'' if findings == 1 else 's'}, which the run tells"


def _what_next(preview: Preview) -> str:
    run = f"[The run]({preview.run}). " if _RUN.fullmatch(preview.run) else ""
    if preview.outcome in ("up", "failed"):
        return (
            f"{run}Closing the pull request, or taking the label `{preview.label}` away, removes "
            "the environment with its data."
        )
    return f"{run}The label `{preview.label}` on an open pull request makes it anew."
