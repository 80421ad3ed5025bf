"""Load balancers in this process, over real sockets, with targets that do as a test says."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from emulator.data_plane.load_balancer.process import LoadBalancers, new_session

ARN = "arn:aws:elasticloadbalancing:eu-south-1:123456789012:loadbalancer/app/front/50dc6c495c0c9188"

# A whole answer, or what is done with a connection once its request is there.
Script = bytes | Callable[[socket.socket], None]

GET = "GET / HTTP/1.1"

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

# Seconds after which what a test waits for does not come any more.
_PATIENCE = 10.0


def wait_until(condition: Callable[[], Any]) -> Any:
    """Return what a condition gives once that is true."""
    end = time.monotonic() + _PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.005)
    return found


class Target:
    """A server on this machine, which answers all requests alike, and health checks by themselves.

    It keeps what it was sent.
    """

    def __init__(self, name: str, script: Script, check: Script) -> None:
        self.name = name
        self.requests: list[bytes] = []
        self.checks: list[bytes] = []
        self._script = script
        self._check = check
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def described(self, state: str = "healthy", **more: Any) -> dict[str, Any]:
        """Return it as the configuration has it."""
        where = {"id": self.name, "port": 5000, "host": "127.0.0.1", "reached_at": self.port}
        return {**where, "state": state, **more}

    def stop(self) -> None:
        """Listen no more: who connects is refused."""
        # It wakes the thread that accepts.
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            request = read_message(connection)
            is_check = b"ELB-HealthChecker" in request
            (self.checks if is_check else self.requests).append(request)
            script = self._check if is_check else self._script
            if callable(script):
                script(connection)
            else:
                connection.sendall(script)


def read_message(connection: socket.socket, text: bytes = b"") -> bytes:
    """Return a request or an answer, with its body, as it came; or what there was of it.

    `text` is what was read before.
    """
    while not _is_whole(text):
        more = connection.recv(65536)
        if not more:
            break
        text += more
    return text


def _is_whole(text: bytes) -> bool:
    head, end, body = text.partition(b"\r\n\r\n")
    lines = dict(line.lower().partition(b": ")[::2] for line in head.split(b"\r\n")[1:])
    if b"chunked" in lines.get(b"transfer-encoding", b""):
        return body.endswith(b"0\r\n\r\n")
    return bool(end) and len(body) >= int(lines.get(b"content-length", 0))


def a_group(name: str, targets: Sequence[Mapping[str, Any]], **more: Any) -> dict[str, Any]:
    """Return a target group."""
    own = {"arn": name, "name": name, "health_check": a_check(), "attributes": {}}
    return {**own, "targets": targets, **more}


def a_check(**more: Any) -> dict[str, Any]:
    """Return the settings of health checks."""
    own = {"path": "/health?x", "interval": 300, "timeout": 5, "matcher": "200"}
    return {**own, "protocol": "HTTP", **more}


def a_balancer(
    *groups: dict[str, Any],
    actions: Sequence[Mapping[str, Any]] = (),
    rules: Sequence[Mapping[str, Any]] = (),
    **attributes: str,
) -> dict[str, Any]:
    """Return a load balancer that forwards to the first group, if not told otherwise."""
    listener = {"arn": "listener", "port": 80, "protocol": "HTTP", "rules": rules}
    default = [{"Type": "forward", "TargetGroupArn": group["arn"]} for group in groups[:1]]
    return {
        "arn": ARN,
        "name": "front",
        "dns_name": "front-1.eu-south-1.elb.amazonaws.com",
        "attributes": attributes,
        "listeners": [{**listener, "default_actions": actions or default}],
        "groups": {group["arn"]: group for group in groups},
    }


def forward(front: "Front", target: Target, **attributes: str) -> None:
    """Have a load balancer forward to a healthy target."""
    front.apply(a_balancer(a_group("g", [target.described()]), **attributes))


class Front:
    """Load balancers that run in a thread of this process, and all that they reported."""

    def __init__(self, speed: float, preferred_port: int) -> None:
        self.reports: list[dict[str, Any]] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._balancers, self._session = self._do(self._make(speed, preferred_port))

    async def _make(self, speed: float, preferred_port: int) -> Any:
        session = new_session()
        return LoadBalancers(session, self, speed, preferred_port), session

    def _do(self, doing: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result(_PATIENCE)

    def add(self, **report: Any) -> None:
        """Take a report."""
        self.reports.append(report)

    def apply(self, *balancers: Mapping[str, Any], removed: Sequence[str] = ()) -> dict[str, Any]:
        """Have load balancers changed and removed; return what is told of it."""
        message = {"version": 1, "changed": balancers, "removed": removed}
        self._do(self._balancers.apply(message))
        return [each for each in self.reports if "applied" in each][-1]

    @property
    def port(self) -> int:
        """The port of this machine of the first listener."""
        return [each for each in self.reports if "applied" in each][-1]["ports"][0][2]

    def connect(self) -> socket.socket:
        """Return a client's connection to that port."""
        return socket.create_connection(("127.0.0.1", self.port), _PATIENCE)

    def ask(self, request: str, *headers: str, body: bytes = b"") -> bytes:
        """Return the answer to a request over a connection of its own, to its very end."""
        with self.connect() as client:
            lines = [request, "Host: shop.example:80", *headers, "Connection: close"]
            client.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            answer = b""
            while more := client.recv(65536):
                answer += more
            return answer

    def log(self, number: int = 1) -> list[list[str]]:
        """Return the fields of so many entries of the access log, what is quoted as one."""
        wait_until(lambda: len(self._entries()) >= number)
        return [_fields(line) for line in self._entries()]

    def _entries(self) -> list[str]:
        return [each["log"][1] for each in self.reports if "log" in each]

    def stop(self) -> None:
        """End."""
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._balancers.stop()
        await self._session.close()
        # Connections and checks that were let go end in their own time.
        others = [each for each in asyncio.all_tasks() if each is not asyncio.current_task()]
        for each in others:
            each.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def _fields(line: str) -> list[str]:
    parts = line.split('"')
    return [
        field
        for number, part in enumerate(parts)
        for field in ([part] if number % 2 else part.split())
    ]
