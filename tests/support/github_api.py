"""A small GitHub on 127.0.0.1: the pull requests of one repository, and their comments."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

REPOSITORY = "acme/shop"
_AUTHOR = "github-actions[bot]"

_PULL = re.compile(rf"/repos/{REPOSITORY}/pulls/(\d+)")
_PULLS = re.compile(rf"/repos/{REPOSITORY}/pulls")
_COMMENTS = re.compile(rf"/repos/{REPOSITORY}/issues/(\d+)/comments")
_COMMENT = re.compile(rf"/repos/{REPOSITORY}/issues/comments/(\d+)")


@dataclass
class FakePullRequest:
    """A pull request of the repository."""

    number: int
    head: str
    labels: list[str] = field(default_factory=list)
    is_open: bool = True

    def as_json(self, address: str) -> dict[str, Any]:
        """Return it as GitHub's API does, as far as it is read."""
        here = f"{address}/repos/{REPOSITORY}"
        return {
            "url": f"{here}/pulls/{self.number}",
            "issue_url": f"{here}/issues/{self.number}",
            "number": self.number,
            "state": "open" if self.is_open else "closed",
            "labels": [{"name": name} for name in self.labels],
            "head": {"sha": self.head, "repo": {"full_name": REPOSITORY}},
            "base": {"repo": {"full_name": REPOSITORY}},
        }


@dataclass
class FakeGitHub:
    """The repository; `comments` are (number of the pull request, author, text)."""

    address: str = ""
    pulls: dict[int, FakePullRequest] = field(default_factory=dict)
    comments: list[tuple[int, str, str]] = field(default_factory=list)

    def answer(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """Return what GitHub answers; None is that there is no such thing."""
        path = path.partition("?")[0]
        if found := _PULL.fullmatch(path):
            pull = self.pulls.get(int(found[1]))
            return pull and pull.as_json(self.address)
        if found := _COMMENTS.fullmatch(path):
            return self._of_pull(int(found[1]), body.get("body"))
        if (found := _COMMENT.fullmatch(path)) and method == "PATCH":
            number, author, _ = self.comments[int(found[1])]
            self.comments[int(found[1])] = (number, author, body["body"])
            return self._comment(int(found[1]))
        if path == f"/repos/{REPOSITORY}":
            return {"full_name": REPOSITORY, "url": f"{self.address}{path}"}
        return self._open_pulls() if _PULLS.fullmatch(path) else None

    def _open_pulls(self) -> list[dict[str, Any]]:
        return [each.as_json(self.address) for each in self.pulls.values() if each.is_open]

    def _of_pull(self, number: int, text: str | None) -> Any:
        if text is not None:
            self.comments.append((number, _AUTHOR, text))
            return self._comment(len(self.comments) - 1)
        theirs = [at for at, each in enumerate(self.comments) if each[0] == number]
        return [self._comment(at) for at in theirs]

    def _comment(self, at: int) -> dict[str, Any]:
        _, author, text = self.comments[at]
        url = f"{self.address}/repos/{REPOSITORY}/issues/comments/{at}"
        return {"id": at, "url": url, "user": {"login": author}, "body": text}


@contextmanager
def fake_github() -> Iterator[FakeGitHub]:
    """Run one on a free port."""
    fake = FakeGitHub()

    class Handler(BaseHTTPRequestHandler):
        """Answers in JSON."""

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            found = fake.answer(self.command, self.path, body)
            status = 404 if found is None else 200
            text = json.dumps(found if status == 200 else {"message": "No."}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PATCH = _answer

        def log_message(self, *_arguments: Any) -> None:  # pylint: disable=arguments-differ
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
