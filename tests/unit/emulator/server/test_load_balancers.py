"""The way in: what a request with a load balancer's name as its Host is answered."""

import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from emulator.resources.aws import Aws
from emulator.server.listener import Listener
from emulator.server.load_balancers import with_load_balancers
from emulator.server.server import Server
from tests.unit.emulator.data_plane.load_balancer.fronts import read_message

_PAGE_503 = (
    "<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n"
    "<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n</body>\r\n</html>\r\n"
)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay())


@dataclass(frozen=True)
class Balancer:
    """A load balancer with a listener, and a target group for each name."""

    server: Server
    aws: Aws
    host: str
    arn: str
    listener: str
    groups: dict[str, str]

    def ask(
        self, path: str = "/", method: str = "GET", host: str = "", **headers: str
    ) -> tuple[int, str, Any]:
        """Return status, body and headers of an answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(
            f"{self.server.endpoint}{path}",
            headers={"Host": host or self.host, **named},
            method=method,
        )
        try:
            with _OPENER.open(request, timeout=10) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode(), answer.headers

    def forward(self, group: str) -> list[dict[str, Any]]:
        """Return the actions that forward to a target group."""
        return [{"Type": "forward", "TargetGroupArn": self.groups[group]}]

    def rule(self, priority: int, *conditions: dict[str, Any], actions: Any = None) -> None:
        """Make a rule, which forwards to the group `other` unless told otherwise."""
        self.aws.call(
            "elbv2.create_rule",
            ListenerArn=self.listener,
            Priority=priority,
            Conditions=list(conditions),
            Actions=actions or self.forward("other"),
        )

    def serve(self, group: str, *addresses: str) -> None:
        """Give a target group targets."""
        targets = [{"Id": each, "Port": 5000} for each in addresses]
        self.aws.call("elbv2.register_targets", TargetGroupArn=self.groups[group], Targets=targets)


@pytest.fixture(name="balancer")
def _balancer(server: Server, aws: Aws) -> Balancer:
    vpc = aws.call("ec2.create_vpc", CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    gateway = aws.call("ec2.create_internet_gateway")["InternetGateway"]["InternetGatewayId"]
    aws.call("ec2.attach_internet_gateway", VpcId=vpc, InternetGatewayId=gateway)
    zones = aws.call("ec2.describe_availability_zones")["AvailabilityZones"]
    subnets = [
        aws.call(
            "ec2.create_subnet",
            VpcId=vpc,
            CidrBlock=f"10.0.{number}.0/24",
            AvailabilityZone=zone["ZoneName"],
        )["Subnet"]["SubnetId"]
        for number, zone in enumerate(zones[:2])
    ]
    made = aws.call("elbv2.create_load_balancer", Name="front", Subnets=subnets)
    found = made["LoadBalancers"][0]
    groups = {
        name: aws.call(
            "elbv2.create_target_group",
            Name=name,
            Protocol="HTTP",
            Port=5000,
            VpcId=vpc,
            TargetType="ip",
        )["TargetGroups"][0]["TargetGroupArn"]
        for name in ("main", "other")
    }
    listener = aws.call(
        "elbv2.create_listener",
        LoadBalancerArn=found["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": groups["main"]}],
    )["Listeners"][0]["ListenerArn"]
    arn, host = found["LoadBalancerArn"], found["DNSName"]
    return Balancer(server, aws, host, arn, listener, groups)


def test_a_healthy_target_answers_and_none_is_the_page_of_aws(balancer: Balancer) -> None:
    status, body, headers = balancer.ask("/health")
    assert (status, body) == (503, _PAGE_503)
    assert (headers["Server"], headers["Content-Type"]) == ("awselb/2.0", "text/html")
    balancer.serve("main", "10.0.0.9")
    status, body, headers = balancer.ask("/health")
    assert (status, body) == (200, "main: 10.0.0.9:5000 is healthy\n")
    assert balancer.ask(host=f"{balancer.host.upper()}:80")[0] == 200
    status, body, headers = balancer.ask(method="HEAD")
    assert (status, body, headers["Content-Length"]) == (200, "", "31")


def test_calls_of_aws_go_on_to_aws(balancer: Balancer) -> None:
    """With the endpoint's own name, whatever load balancers there are."""
    described = balancer.aws.call("elbv2.describe_load_balancers")["LoadBalancers"]
    assert [each["DNSName"] for each in described] == [balancer.host]


def test_what_aws_would_refuse_or_not_find_says_so(balancer: Balancer) -> None:
    host = balancer.host.replace("front", "gone")
    assert balancer.ask(host=host)[:2] == (404, f"No load balancer has the DNS name {host}.\n")
    balancer.aws.call("elbv2.delete_listener", ListenerArn=balancer.listener)
    told = "Load balancer front has no listener on port 80: AWS refuses the connection.\n"
    assert balancer.ask()[:2] == (503, told)


_PATHS = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a?i/*", "/x"]}}
_OLD_PATHS = {"Field": "path-pattern", "Values": ["/old"]}
_HOSTS = {"Field": "host-header", "HostHeaderConfig": {"Values": ["FRONT-*"]}}
_METHODS = {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["PUT"]}}
_VERSION = {"HttpHeaderName": "X-Version", "Values": ["beta*"]}
_HEADERS = {"Field": "http-header", "HttpHeaderConfig": _VERSION}
_QUERY = [{"Key": "version", "Value": "v1"}, {"Value": "*example*"}]
_QUERIES = {"Field": "query-string", "QueryStringConfig": {"Values": _QUERY}}


@pytest.mark.parametrize(
    ("conditions", "meets", "misses"),
    [
        ([_PATHS], {"path": "/api/orders"}, {"path": "/API/orders"}),
        ([_PATHS], {"path": "/x?y=/z"}, {"path": "/xx"}),
        ([_OLD_PATHS], {"path": "/old"}, {"path": "/"}),
        ([_HOSTS, _PATHS], {"path": "/x"}, {"path": "/y"}),
        ([_METHODS], {"method": "PUT"}, {"method": "GET"}),
        ([_HEADERS], {"X_Version": "Beta-2"}, {"X_Version": "1"}),
        ([_HEADERS], {"x_version": "beta"}, {}),
        ([_QUERIES], {"path": "/?VERSION=V1"}, {"path": "/?version=v2"}),
        ([_QUERIES], {"path": "/?a=1&b=an.example.com"}, {"path": "/?a"}),
        (
            [{"Field": "source-ip", "SourceIpConfig": {"Values": ["127.0.0.0/8"]}}],
            {},
            None,
        ),
    ],
)
def test_a_rule_takes_what_meets_all_its_conditions(
    balancer: Balancer,
    conditions: list[dict[str, Any]],
    meets: dict[str, str],
    misses: dict[str, str] | None,
) -> None:
    balancer.serve("main", "10.0.0.9")
    balancer.serve("other", "10.0.1.9")
    balancer.rule(5, *conditions)
    assert balancer.ask(**meets)[1].startswith("other:")
    assert misses is None or balancer.ask(**misses)[1].startswith("main:")


def test_the_first_rule_by_priority_decides(balancer: Balancer) -> None:
    everything = {"Field": "path-pattern", "Values": ["*"]}
    busy = {"StatusCode": "429", "ContentType": "application/json", "MessageBody": "{}"}
    balancer.rule(10, everything)
    balancer.rule(9, everything, actions=[{"Type": "fixed-response", "FixedResponseConfig": busy}])
    status, body, headers = balancer.ask()
    assert (status, body, headers["Content-Type"]) == (429, "{}", "application/json")


def test_the_group_of_the_most_weight_answers(balancer: Balancer) -> None:
    for group in balancer.groups:
        balancer.serve(group, "10.0.0.9")
    weights = [
        {"TargetGroupArn": balancer.groups["main"], "Weight": 10},
        {"TargetGroupArn": balancer.groups["other"], "Weight": 90},
    ]
    actions = [{"Type": "forward", "ForwardConfig": {"TargetGroups": weights}}]
    balancer.aws.call(
        "elbv2.modify_listener", ListenerArn=balancer.listener, DefaultActions=actions
    )
    assert balancer.ask()[1].startswith("other:")


@pytest.mark.parametrize(
    ("config", "path", "status", "location"),
    [
        (
            {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
            "/a?b=c",
            301,
            "https://{host}:443/a?b=c",
        ),
        (
            {"Host": "new.#{host}", "Path": "/v2/#{path}", "StatusCode": "HTTP_302"},
            "/a",
            302,
            "http://new.{host}:80/v2/a",
        ),
    ],
)
def test_a_redirect_says_where_to(
    balancer: Balancer, config: dict[str, str], path: str, status: int, location: str
) -> None:
    everything = {"Field": "path-pattern", "Values": ["*"]}
    balancer.rule(1, everything, actions=[{"Type": "redirect", "RedirectConfig": config}])
    answered, _, headers = balancer.ask(path)
    assert (answered, headers["Location"]) == (status, location.format(host=balancer.host))


@dataclass
class Relaying:
    """A way in to listeners that a port of this machine answers for."""

    balancer: Balancer
    ports: dict[tuple[str, int], int]
    endpoint: str = ""
    got: list[bytes] = field(default_factory=list)

    def ask(self, request: bytes) -> bytes:
        """Return the answer to a request as it is."""
        port = int(self.endpoint.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), 10) as client:
            client.sendall(request.replace(b"HOST", self.balancer.host.encode()))
            answer = b""
            while more := client.recv(65536):
                answer += more
            return answer

    def answer_once(self, answer: bytes) -> None:
        """Answer the next request at the listener's port."""
        server = socket.create_server(("127.0.0.1", 0))
        self.ports[self.balancer.arn, 80] = server.getsockname()[1]

        def serve() -> None:
            with server, server.accept()[0] as connection:
                self.got.append(read_message(connection))
                connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()


@pytest.fixture(name="relaying")
def _relaying(balancer: Balancer) -> Iterator[Relaying]:
    ports: dict[tuple[str, int], int] = {}
    application = with_load_balancers(
        lambda *_: [], threading.Lock(), lambda arn, port: ports.get((arn, port))
    )
    listener = Listener(application, 0)
    listener.start()
    yield Relaying(balancer, ports, f"http://127.0.0.1:{listener.port}")
    listener.stop()


def test_listener_with_a_port_of_this_machine_answers_there(relaying: Relaying) -> None:
    relaying.answer_once(
        b"HTTP/1.1 418 I'm a teapot\r\nServer: gunicorn\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n"
    )
    answer = relaying.ask(
        b"POST /a%2fb?c=%20d HTTP/1.1\r\nHost: HOST:80\r\nX-Forwarded-For: 8.3.1.1\r\n"
        b"Content-Type: text/x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"
    )
    head, _, body = answer.partition(b"\r\n\r\n")
    assert (head.split(b"\r\n")[0], body) == (b"HTTP/1.1 418 I'm a teapot", b"no")
    assert {b"Server: gunicorn", b"Set-Cookie: a=1", b"Set-Cookie: b=2"} < set(head.split(b"\r\n"))
    asked = relaying.got[0].decode().split("\r\n")
    assert (asked[0], asked[-1]) == ("POST /a%2fb?c=%20d HTTP/1.1", "abc")
    assert sorted(asked[1:-2]) == [
        "Content-Length: 3",
        "Content-Type: text/x",
        f"Host: {relaying.balancer.host}:80",
        "X-Forwarded-For: 8.3.1.1",
    ]


def test_port_that_has_gone_since_is_a_bad_gateway(relaying: Relaying) -> None:
    relaying.answer_once(b"")
    request = b"HEAD / HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n"
    assert relaying.ask(request).startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    assert relaying.ask(request).startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    # Another listener goes on as before.
    relaying.ports.clear()
    assert relaying.ask(request).startswith(b"HTTP/1.1 503 Service Temporarily Unavailable\r\n")
