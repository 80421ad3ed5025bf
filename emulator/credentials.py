"""Credentials that are none: what clients of the emulated AWS are given.

Given explicitly, so that no credentials of the machine are ever read, let alone sent.
"""

import os
from collections.abc import Mapping

_KEY = "testing"

# Arguments of a client of boto3.
CREDENTIALS: Mapping[str, str] = {"aws_access_key_id": _KEY, "aws_secret_access_key": _KEY}

# Environment variables with which any AWS client has these alone.
CREDENTIAL_VARIABLES: Mapping[str, str] = {
    "AWS_ACCESS_KEY_ID": _KEY,
    "AWS_SECRET_ACCESS_KEY": _KEY,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
