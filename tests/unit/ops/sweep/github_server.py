"""A GitHub on 127.0.0.1 that answers for one repository as GitHub does: in pages, with links."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

REPOSITORY = "shop/api"


@dataclass
class FakeGitHub:
    """The pull requests by number, what was written, what was asked by whom, what is to go wrong.

    `spoil` changes an answer: from path and query to status, body and headers as they would be.
    """

    states: dict[int, str] = field(default_factory=dict)
    labels: dict[int, list[str]] = field(default_factory=dict)
    comments: list[tuple[int, str]] = field(default_factory=list)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    name: str = REPOSITORY
    spoil: Callable[[str, "Answer"], "Answer"] = lambda _target, answer: answer
    api: str = ""

    def open(self, *numbers: int) -> None:
        """Have these pull requests be open."""
        self.states.update(dict.fromkeys(numbers, "open"))

    def close(self, *numbers: int) -> None:
        """Have these pull requests be closed."""
        self.states.update(dict.fromkeys(numbers, "closed"))

    def pull(self, number: int) -> dict[str, Any]:
        """Return a pull request as the API tells of it."""
        url = f"{self.api}/repos/{self.name}"
        return {
            "url": f"{url}/pulls/{number}",
            "issue_url": f"{url}/issues/{number}",
            "number": number,
            "state": self.states[number],
            "labels": [{"name": name} for name in self.labels.get(number, [])],
            "base": {"repo": {"full_name": self.name, "url": url}},
        }


@dataclass
class Answer:
    """What the server answers."""

    body: Any
    status: int = 200
    link: str = ""


def _listed(github: FakeGitHub, query: dict[str, list[str]]) -> Answer:
    numbers = sorted(n for n, state in github.states.items() if state == query["state"][0])
    size, page = int(query.get("per_page", ["30"])[0]), int(query.get("page", ["1"])[0])
    last = max(1, -(-len(numbers) // size))
    chosen = numbers[(page - 1) * size : page * size]
    url = f"{github.api}/repositories/1/pulls?state=open&per_page={size}&page="
    links = {"next": page + 1, "last": last} if page < last else {}
    link = ", ".join(f'<{url}{number}>; rel="{rel}"' for rel, number in links.items())
    return Answer([github.pull(number) for number in chosen], link=link)


def _answer(github: FakeGitHub, method: str, target: str, sent: Any) -> Answer:
    found = urlsplit(target)
    path = found.path.replace("/repositories/1", f"/repos/{REPOSITORY}")
    here = f"/repos/{REPOSITORY}"
    words = path.removeprefix(here).strip("/").split("/")
    if path == here:
        return Answer({"full_name": github.name, "url": f"{github.api}/repos/{github.name}"})
    if words == ["pulls"]:
        return _listed(github, parse_qs(found.query))
    number = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    if number not in github.states:
        return Answer({"message": "Not Found"}, 404)
    if method == "POST" and words[2:] == ["comments"]:
        github.comments.append((number, sent["body"]))
        return Answer({"id": 1, "body": sent["body"]}, 201)
    if method == "DELETE" and words[2] == "labels":
        github.labels[number].remove(words[3])
        return Answer([])
    return Answer(github.pull(number))


@contextmanager
def serve_github() -> Iterator[FakeGitHub]:
    """Serve a GitHub without pull requests."""
    github = FakeGitHub()

    class Handler(BaseHTTPRequestHandler):
        """Answers each request."""

        def _respond(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent = json.loads(self.rfile.read(length)) if length else None
            github.asked.append((self.path, self.headers.get("Authorization")))
            answer = github.spoil(self.path, _answer(github, self.command, self.path, sent))
            text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text.encode())))
            if answer.link:
                self.send_header("Link", answer.link)
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_DELETE = _respond

        def log_message(self, *_arguments: Any) -> None:  # pylint: disable=arguments-differ
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    github.api = f"http://127.0.0.1:{server.server_port}"
    try:
        yield github
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
