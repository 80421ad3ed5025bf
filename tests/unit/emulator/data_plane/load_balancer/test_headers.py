"""What happens to headers, and to the trace id."""

import re

import pytest
from multidict import CIMultiDict

from emulator.data_plane.load_balancer.headers import passed_on, to_target, trace_id

_CLIENT = ("203.0.113.7", 51000)
_OWN = {"X-Forwarded-Proto": "http", "X-Forwarded-Port": "80", "X-Amzn-Trace-Id": "Root=1"}
_DROP = {"routing.http.drop_invalid_header_fields.enabled": "true"}


def _sent(attributes: dict[str, str], *given: tuple[str, str]) -> dict[str, str]:
    sent = to_target(CIMultiDict(given), _CLIENT, 80, "Root=1", attributes)
    assert {name: sent.pop(name) for name in _OWN} == _OWN
    return dict(sent)


@pytest.mark.parametrize(
    ("attributes", "given", "forwarded"),
    [
        ({}, [], "203.0.113.7"),
        ({}, ["8.3.1.1", "a, b"], "8.3.1.1, a, b, 203.0.113.7"),
        ({"routing.http.xff_client_port.enabled": "true"}, [], "203.0.113.7:51000"),
        ({"routing.http.xff_header_processing.mode": "append"}, ["a"], "a, 203.0.113.7"),
        ({"routing.http.xff_header_processing.mode": "preserve"}, ["a"], "a"),
        ({"routing.http.xff_header_processing.mode": "remove"}, ["a"], None),
    ],
)
def test_client_is_in_the_header_of_those_forwarded_for(
    attributes: dict[str, str], given: list[str], forwarded: str | None
) -> None:
    sent = _sent(attributes, *(("x-forwarded-for", each) for each in given))
    assert list(sent.values()) == ([] if forwarded is None else [forwarded])


def test_header_with_an_invalid_name_is_dropped_where_the_load_balancer_is_told_to() -> None:
    given = [("X_Team", "a"), ("X-Team", "b"), ("X.Team", "c"), ("X_Team", "d")]
    kept = _sent(_DROP, *given)
    assert [name for name in kept if name != "X-Forwarded-For"] == ["X-Team"]
    assert {"X_Team", "X.Team"} < _sent({}, *given).keys()


def test_client_can_not_say_what_the_load_balancer_does() -> None:
    given = [(name, "forged") for name in _OWN]
    assert _sent({}, *given, ("Expect", "100-continue")).keys() == {"X-Forwarded-For"}


def test_headers_of_one_connection_stay_there() -> None:
    given = [
        ("Connection", "keep-alive, X-Mine"),
        ("Connection", "close"),
        ("Keep-Alive", "5"),
        ("TE", "trailers"),
        ("Transfer-Encoding", "chunked"),
        ("Upgrade", "h2c"),
        ("X-Mine", "1"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
    ]
    assert list(passed_on(CIMultiDict(given)).items()) == given[-2:]


@pytest.mark.parametrize(
    ("given", "pattern"),
    [
        ("", "Root=NEW"),
        ("Root=1-67891233-abc", "Self=NEW;Root=1-67891233-abc"),
        ("Root=1-2-3;CalledFrom=app", "Self=NEW;Root=1-2-3;CalledFrom=app"),
        ("Self=1-2-3; Root=1-4-5", "Self=NEW;Root=1-4-5"),
        ("CalledFrom=app", "Root=NEW;CalledFrom=app"),
        ("Root=" + 7168 * "a", "Root=NEW"),
    ],
)
def test_trace_id_is_begun_or_gone_on_with(given: str, pattern: str) -> None:
    """As AWS's page has it, with its examples.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
    """
    own = "1-67891233-[0-9a-f]{24}"
    assert re.fullmatch(pattern.replace("NEW", own), trace_id(given, 0x67891233))
