"""What a load balancer does to the headers of requests and answers.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
"""

import re
import secrets
from collections.abc import Mapping

from multidict import CIMultiDict, CIMultiDictProxy

Headers = CIMultiDict[str] | CIMultiDictProxy[str]

# Of one connection alone: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 and, for the last
# four, RFC 2616, 13.5.1.
HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "transfer-encoding",
        "upgrade",
        "proxy-authenticate",
        "proxy-authorization",
        "trailer",
        "trailers",
    }
)

# The names that `routing.http.drop_invalid_header_fields.enabled` lets pass.
_VALID_NAME = re.compile(r"[-A-Za-z0-9]+")

# A trace id that is longer is written anew; in characters.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
_TRACE_LIMIT = 7 * 1024


def passed_on(headers: Headers) -> CIMultiDict[str]:
    """Return the headers that are not of the connection alone that they came over."""
    named = {name.strip().lower() for name in ",".join(headers.getall("Connection", [])).split(",")}
    left_out = HOP_BY_HOP | named
    return CIMultiDict(
        (name, value) for name, value in headers.items() if name.lower() not in left_out
    )


def forwarded_for(headers: Headers) -> list[str]:
    """Return the addresses that X-Forwarded-For has."""
    values = ",".join(headers.getall("X-Forwarded-For", [])).split(",")
    return [value.strip() for value in values if value.strip()]


def trace_id(given: str, now: float) -> str:
    """Return the X-Amzn-Trace-Id of a request that came with `given`, at a time of the epoch."""
    own = f"1-{int(now):08x}-{secrets.token_hex(12)}"
    if len(given) > _TRACE_LIMIT:
        return f"Root={own}"
    fields = [each.strip() for each in given.split(";") if each.strip()]
    kept = [each for each in fields if not each.startswith("Self=")]
    name = "Self" if any(each.startswith("Root=") for each in kept) else "Root"
    return ";".join((f"{name}={own}", *kept))


def to_target(
    headers: Headers,
    client: tuple[str, int],
    port: int,
    trace: str,
    attributes: Mapping[str, str],
) -> CIMultiDict[str]:
    """Return the headers that a target gets of a client's request to a listener's port."""
    sent = passed_on(headers)
    if attributes.get("routing.http.drop_invalid_header_fields.enabled") == "true":
        for name in {each for each in sent if not _VALID_NAME.fullmatch(each)}:
            del sent[name]
    # The load balancer has answered it.
    sent.popall("Expect", None)
    mode = attributes.get("routing.http.xff_header_processing.mode", "append")
    if mode == "remove":
        sent.popall("X-Forwarded-For", None)
    elif mode == "append":
        with_port = attributes.get("routing.http.xff_client_port.enabled") == "true"
        address = f"{client[0]}:{client[1]}" if with_port else client[0]
        sent["X-Forwarded-For"] = ", ".join((*forwarded_for(headers), address))
    sent["X-Forwarded-Proto"] = "http"
    sent["X-Forwarded-Port"] = str(port)
    sent["X-Amzn-Trace-Id"] = trace
    return sent
