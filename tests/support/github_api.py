"""A GitHub on 127.0.0.1 that answers for one repository as GitHub does: in pages, with links."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

REPOSITORY = "shop/api"

# Who writes: the token of a workflow's job is this one's.
AUTHOR = "github-actions[bot]"


@dataclass
class FakePullRequest:
    """A pull request of the repository; `head` is its newest commit."""

    number: int
    head: str = "a1"
    labels: list[str] = field(default_factory=list)
    is_open: bool = True


@dataclass
class Answer:
    """What the server answers."""

    body: Any
    status: int = 200
    link: str = ""


@dataclass
class FakeGitHub:
    """The pull requests by number, what was written, what was asked by whom, what is to go wrong.

    `comments` are (number of the pull request, author, text). `spoil` changes an answer: from path
    and query to status, body and headers as they would be.
    """

    pulls: dict[int, FakePullRequest] = field(default_factory=dict)
    comments: list[tuple[int, str, str]] = field(default_factory=list)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    name: str = REPOSITORY
    spoil: Callable[[str, Answer], Answer] = lambda _target, answer: answer
    api: str = ""

    def open(self, *numbers: int) -> None:
        """Have these pull requests be open."""
        for number in numbers:
            self.pulls.setdefault(number, FakePullRequest(number)).is_open = True

    def close(self, *numbers: int) -> None:
        """Have these pull requests be closed."""
        self.open(*numbers)
        for number in numbers:
            self.pulls[number].is_open = False

    def pull(self, number: int) -> dict[str, Any]:
        """Return a pull request as the API tells of it."""
        pull, url = self.pulls[number], f"{self.api}/repos/{self.name}"
        return {
            "url": f"{url}/pulls/{number}",
            "issue_url": f"{url}/issues/{number}",
            "number": number,
            "state": "open" if pull.is_open else "closed",
            "labels": [{"name": name} for name in pull.labels],
            "head": {"sha": pull.head, "repo": {"full_name": self.name}},
            "base": {"repo": {"full_name": self.name, "url": url}},
        }

    def comment(self, at: int) -> dict[str, Any]:
        """Return a comment as the API tells of it."""
        _, author, text = self.comments[at]
        url = f"{self.api}/repos/{self.name}/issues/comments/{at}"
        return {"id": at, "url": url, "user": {"login": author}, "body": text}

    def answer(self, method: str, target: str, sent: Mapping[str, Any]) -> Answer:
        """Return what GitHub answers."""
        found = urlsplit(target)
        path = found.path.replace("/repositories/1", f"/repos/{REPOSITORY}")
        here = f"/repos/{REPOSITORY}"
        answer = Answer({"message": "Not Found"}, 404)
        match method, *path.removeprefix(here).strip("/").split("/"):
            case "GET", "" if path == here:
                answer = Answer({"full_name": self.name, "url": f"{self.api}/repos/{self.name}"})
            case "GET", "pulls":
                answer = self._page(parse_qs(found.query))
            case "GET", "pulls", number if int(number) in self.pulls:
                answer = Answer(self.pull(int(number)))
            case "GET", "issues", number, "comments":
                answer = Answer([self.comment(at) for at in self._comments_on(int(number))])
            case "POST", "issues", number, "comments" if int(number) in self.pulls:
                self.comments.append((int(number), AUTHOR, sent["body"]))
                answer = Answer(self.comment(len(self.comments) - 1), 201)
            case "PATCH", "issues", "comments", at:
                self.comments[int(at)] = (*self.comments[int(at)][:2], sent["body"])
                answer = Answer(self.comment(int(at)))
            case "DELETE", "issues", number, "labels", label:
                self.pulls[int(number)].labels.remove(label)
                answer = Answer([])
        return answer

    def _page(self, query: Mapping[str, list[str]]) -> Answer:
        assert query["state"] == ["open"]
        numbers = sorted(number for number, pull in self.pulls.items() if pull.is_open)
        size, page = int(query.get("per_page", ["30"])[0]), int(query.get("page", ["1"])[0])
        last = max(1, -(-len(numbers) // size))
        chosen = numbers[(page - 1) * size : page * size]
        url = f"{self.api}/repositories/1/pulls?state=open&per_page={size}&page="
        links = {"next": page + 1, "last": last} if page < last else {}
        link = ", ".join(f'<{url}{number}>; rel="{rel}"' for rel, number in links.items())
        return Answer([self.pull(number) for number in chosen], link=link)

    def _comments_on(self, number: int) -> list[int]:
        return [at for at, (pull, *_) in enumerate(self.comments) if pull == number]


@contextmanager
def serve_github() -> Iterator[FakeGitHub]:
    """Serve a GitHub without pull requests."""
    github = FakeGitHub()

    class Handler(BaseHTTPRequestHandler):
        """Answers each request."""

        def _respond(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent = json.loads(self.rfile.read(length)) if length else {}
            github.asked.append((self.path, self.headers.get("Authorization")))
            answer = github.spoil(self.path, github.answer(self.command, self.path, sent))
            text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text.encode())))
            if answer.link:
                self.send_header("Link", answer.link)
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_PATCH = do_DELETE = _respond

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
