"""Entries of a load balancer's access log.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

_USER_AGENT_LIMIT = 8 * 1024

NONE = "-"

_SPECIAL = re.compile(r'[^ -~]|["\\]')


# It has as many as AWS's.
@dataclass
class Entry:  # pylint: disable=too-many-instance-attributes
    """A request, and what became of it; times are seconds of the epoch, durations seconds."""

    balancer: str
    client: str
    connection: str
    received_at: float
    # As AWS writes those of a request that it can't read.
    request: str
    connection_type: str = "http"
    target: str = NONE
    request_time: float | None = None
    target_time: float | None = None
    response_time: float | None = None
    status: int = 0
    target_status: str = NONE
    received_bytes: int = 0
    sent_bytes: int = 0
    user_agent: str = NONE
    target_group: str = NONE
    trace: str = NONE
    priority: str = NONE
    actions: str = NONE
    redirect: str = NONE

    def line(self, answered_at: float) -> str:
        """Return the entry as it is written: all fields, in AWS's order."""
        fields = (
            self.connection_type,
            _time(answered_at),
            # `app/name/id`, from an ARN that ends in `loadbalancer/app/name/id`.
            self.balancer.partition("loadbalancer/")[2] or self.balancer,
            self.client,
            self.target,
            *map(_seconds, (self.request_time, self.target_time, self.response_time)),
            str(self.status),
            self.target_status,
            str(self.received_bytes),
            str(self.sent_bytes),
            _quoted(self.request),
            _quoted(self.user_agent[:_USER_AGENT_LIMIT]),
            NONE,  # ssl_cipher
            NONE,  # ssl_protocol
            self.target_group,
            _quoted(self.trace),
            _quoted(NONE),  # domain_name
            _quoted(NONE),  # chosen_cert_arn
            self.priority,
            _time(self.received_at),
            _quoted(self.actions),
            _quoted(self.redirect),
            _quoted(NONE),  # error_reason
            _quoted(self.target),
            _quoted(self.target_status),
            _quoted(NONE),  # classification
            _quoted(NONE),  # classification_reason
            self.connection,
            _quoted(NONE),  # transformed_host
            _quoted(NONE),  # transformed_uri
            _quoted(NONE),  # request_transform_status
        )
        return " ".join(fields)


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _seconds(duration: float | None) -> str:
    return "-1" if duration is None else f"{duration:.3f}"


def _quoted(text: str) -> str:
    """Return a text in quotes, with what would end them, or the line, as nginx escapes it."""
    return f'"{_SPECIAL.sub(_escaped, text)}"'


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"\\x{byte:02X}" for byte in found[0].encode(errors="surrogateescape"))
