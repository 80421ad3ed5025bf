"""Entries of the access log."""

from dataclasses import replace

from emulator.data_plane.load_balancer.access_log import Entry

_ARN = "arn:aws:elasticloadbalancing:us-east-2:123456789012"

# 2018-07-02T22:22:48.364Z
_RECEIVED = 1530570168.364

_ENTRY = Entry(
    balancer=f"{_ARN}:loadbalancer/app/my-loadbalancer/50dc6c495c0c9188",
    client="192.168.131.39:2817",
    connection="TID_1234abcd5678ef90",
    received_at=_RECEIVED,
    request="GET http://www.example.com:80/ HTTP/1.1",
    target="10.0.0.1:80",
    request_time=0.0001,
    target_time=0.0014,
    response_time=0.0,
    status=200,
    target_status="200",
    received_bytes=34,
    sent_bytes=366,
    user_agent="curl/7.46.0",
    target_group=f"{_ARN}:targetgroup/my-targets/73e2d6bc24d8a067",
    trace="Root=1-58337262-36d228ad5d99923122bbe354",
    priority="0",
    actions="forward",
)


def test_entry_is_the_example_of_aws() -> None:
    """Of a request over HTTP.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
    """
    assert _ENTRY.line(_RECEIVED + 11.822641) == (
        "http 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 "
        "192.168.131.39:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "
        '"GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - '
        "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/"
        '73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" '
        '0 2018-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-" '
        'TID_1234abcd5678ef90 "-" "-" "-"'
    )


def test_request_that_can_not_be_read_has_no_times_and_no_target() -> None:
    unread = Entry(_ENTRY.balancer, _ENTRY.client, "TID_1", _RECEIVED, "- http://x:80- -")
    fields = unread.line(_RECEIVED).split(" ")
    assert fields[4:10] == ["-", "-1", "-1", "-1", "0", "-"]


def test_what_a_client_sends_can_not_break_an_entry() -> None:
    """No quote, no line's end; and at most 8 KB of a user agent."""
    hostile = replace(_ENTRY, request='GET "\\\n', user_agent="é\udce9" + 9000 * "a")
    line = hostile.line(_RECEIVED)
    assert '"GET \\x22\\x5C\\x0A" "\\xC3\\xA9\\xE9aaa' in line
    assert line.count('"') == _ENTRY.line(_RECEIVED).count('"')
    assert line.count("a" * 8190) == 1 and "a" * 8191 not in line
