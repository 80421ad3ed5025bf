"""How `show` looks on the screen, at 80 columns where no name is longer."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from ops.account import Account
from ops.console import WIDTH, make_table, wrapped
from ops.region import Region
from ops.show.model import AccountShown, Database, EnvironmentLine, EnvironmentShown, Image, Service

_LABEL = 12

_STEPS = (("d", 86_400), ("h", 3_600), ("min", 60))
_SIZES = ("B", "KiB", "MiB", "GiB", "TiB")


@dataclass(frozen=True)
class Place:
    """Where is looked, with where that is known from."""

    region: Region
    account: Account


def environment_lines(shown: EnvironmentShown, place: Place, now: datetime) -> Iterator[str]:
    """Give the lines that tell of an environment."""
    yield f"show: environment {shown.environment} in {place.region}"
    yield str(place.account)
    yield ""
    if shown.author or shown.repository:
        made = f"{shown.author or 'unknown'}, from {shown.repository or 'unknown'}"
        yield _labelled("Made by", made)
    for part in shown.parts:
        if part.type == "load balancer":
            yield _labelled("Answers at", str(part.address))
    if shown.image:
        yield from _image(shown.image, now)
    if shown.service:
        yield from _service(shown.service, now)
    if shown.database:
        yield from _database(shown.database)
    yield from _logs(shown, now)
    yield from _commands(shown)
    if shown.parts:
        yield from _parts(shown)
        yield ""
    for each in shown.unseen:
        yield _labelled("Not seen", each.words)
    yield wrapped(shown.verdict)


def _labelled(label: str, text: str) -> str:
    return wrapped(text, label.ljust(_LABEL), " " * _LABEL)


def _indented(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"  {'  '.join(cells).rstrip()}"


def _image(image: Image, now: datetime) -> Iterator[str]:
    yield _labelled("Image", image.name)
    if image.digest and image.digest not in image.name:
        yield _labelled("", image.digest)
    if image.since:
        by = f", by {image.registered_by}" if image.registered_by else ""
        yield _labelled("", f"since {_moment(image.since)} ({age(image.since, now)} ago){by}")


def _service(service: Service, now: datetime) -> Iterator[str]:
    words = [f"{service.running} of {service.desired} running"]
    if service.pending:
        words.append(f"{service.pending} pending")
    if service.at_most is not None:
        words.append(f"scaled from {service.at_least} to {service.at_most}")
    if service.cpu and service.memory:
        size = f"{int(service.cpu) / 1024:g} vCPU, {int(service.memory) / 1024:g} GiB"
        words.append(f"{size}, {service.architecture or 'X86_64'} each")
    words.append(service.task_definition)
    yield _labelled("Tasks", "; ".join(words))
    rows = [
        [
            each.id,
            each.status,
            each.health or "",
            each.zone or "",
            age(each.since, now) if each.since else "",
        ]
        for each in service.tasks
    ]
    yield from _indented(rows)


def _database(database: Database) -> Iterator[str]:
    words = f"Aurora PostgreSQL {database.version}, {database.status}"
    if database.max_capacity is not None:
        words += f", {database.min_capacity:g} to {database.max_capacity:g} ACU"
    yield _labelled("Database", words)
    if database.endpoint:
        yield _labelled("", database.endpoint)
    yield from _indented(
        [
            [each.name, each.role, each.instance_class, each.status, each.zone or ""]
            for each in database.instances
        ]
    )


def _logs(shown: EnvironmentShown, now: datetime) -> Iterator[str]:
    if shown.log_groups:
        yield "Logs"
    for each in shown.log_groups:
        kept = f"kept {each.retention_days} d" if each.retention_days else "kept for ever"
        yield f"  {each.name}"
        yield f"    {in_bytes(each.stored_bytes)}, {age(each.created, now)} old, {kept}"


def _commands(shown: EnvironmentShown) -> Iterator[str]:
    for each in shown.command_lines:
        yield f"To {each.purpose}"
        yield _command(each.line)
        for missing in each.missing:
            yield wrapped(f"missing: {missing}", " " * 4, " " * 6)


def _command(line: str) -> str:
    """Break a command between its options, so that a shell takes all of it."""
    rows: list[str] = []
    for word in shlex.split(line):
        if rows and (not word.startswith("--") or len(rows[-1]) + len(word) < WIDTH - 26):
            rows[-1] += f" {shlex.quote(word)}"
        else:
            rows.append(f"    {word}" if rows else f"  {word}")
    return " \\\n".join(rows)


def _parts(shown: EnvironmentShown) -> Iterator[str]:
    yield f"Parts ({len(shown.parts)})"
    for part in shown.parts:
        yield f"  {part.type} {part.name}"
        # An ARN adds nothing to type and name that anyone reads; --json has it.
        has_id = part.id != part.name and not part.id.startswith("arn:")
        rest = [part.id if has_id else "", part.address or ""]
        if any(rest):
            yield f"    {'  '.join(filter(None, rest))}"
        if part.console:
            yield f"    {part.console}"


def account_lines(shown: AccountShown, place: Place, now: datetime) -> Iterator[str]:
    """Give the lines that tell of all environments of an account's region."""
    yield f"show: environments in {place.region}"
    yield str(place.account)
    if shown.environments:
        headings = ("environment", "tasks", "since", "image", "author", "repository")
        yield ""
        yield make_table(headings, [_row(each, now) for each in shown.environments])
    yield ""
    for each in shown.unseen:
        yield _labelled("Not seen", each.words)
    yield wrapped(shown.verdict)


def _row(line: EnvironmentLine, now: datetime) -> tuple[str, ...]:
    tasks = f"{line.running}/{line.desired}" if line.desired is not None else "–"
    image = (line.image or "no service").rpartition("/")[2]
    if line.left:
        image = f"no cluster; left: {', '.join(line.left)}"
    since = age(line.since, now) if line.since else "–"
    return line.environment, tasks, since, image, line.author or "–", line.repository or "–"


def in_bytes(count: float) -> str:
    """Return a number of bytes as `1.5 MiB`."""
    index = 0
    while count >= 1024 and index < len(_SIZES) - 1:
        count, index = count / 1024, index + 1
    return f"{count:.3g} {_SIZES[index]}" if index else f"{count:.0f} B"


def age(since: datetime, now: datetime) -> str:
    """Return how long ago something was, as `3 h`."""
    seconds = (now - since).total_seconds()
    return next((f"{seconds // of:.0f} {unit}" for unit, of in _STEPS if seconds >= of), "0 min")


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
