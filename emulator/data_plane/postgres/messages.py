"""The messages of PostgreSQL's protocol with which a connection begins.

https://www.postgresql.org/docs/15/protocol-message-formats.html
"""

import struct

# The codes that stand where the version of the protocol would.
CANCEL_REQUEST = 80877102
SSL_REQUEST = 80877103
GSSENC_REQUEST = 80877104

# All of those have a length and a code; so has the startup message, at its beginning.
HEAD = 8

# src/include/libpq/pqcomm.h: a longer startup message is none.
MAX_STARTUP = 10000


def read_head(head: bytes) -> tuple[int, int]:
    """Return the length of a message, these bytes included, and its code."""
    length, code = struct.unpack("!ii", head)
    return length, code


def read_parameters(body: bytes) -> dict[str, str]:
    """Return what a startup message says after its head: the user, the database and more."""
    texts = body.decode("utf-8", "replace").split("\0")
    return dict(zip(texts[::2], texts[1::2], strict=False))


def no_encryption(host: str, parameters: dict[str, str]) -> bytes:
    """Return the answer of a server that takes no connection without TLS.

    The words are those of ClientAuthentication() in PostgreSQL's src/backend/libpq/auth.c, where
    the database is the user's by default.
    """
    user = parameters.get("user", "")
    database = parameters.get("database") or user
    return _error(
        "28000",
        f'no pg_hba.conf entry for host "{host}", user "{user}", database "{database}",'
        " no encryption",
    )


def _error(state: str, text: str) -> bytes:
    """Return an ErrorResponse that ends the connection."""
    fields = {"S": "FATAL", "V": "FATAL", "C": state, "M": text}
    body = "".join(f"{key}{value}\0" for key, value in fields.items()).encode() + b"\0"
    return b"E" + struct.pack("!i", len(body) + 4) + body
