"""The pages that a load balancer answers with by itself."""

from http.client import responses

# What it calls itself.
SERVER = "awselb/2.0"

# Of codes that it has other words for than the standard: nginx's.
_PHRASES = {
    **responses,
    405: "Not Allowed",
    408: "Request Time-out",
    414: "Request-URI Too Large",
    503: "Service Temporarily Unavailable",
    504: "Gateway Time-out",
}


def phrase(status: int) -> str:
    """Return the words of a status code; none for those of AWS's own, as 463."""
    return _PHRASES.get(status, "")


def page(status: int) -> bytes:
    """Return the page of a status code."""
    title = f"{status} {phrase(status)}"
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    ).encode()
