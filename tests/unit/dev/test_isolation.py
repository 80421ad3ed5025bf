"""Isolation: nothing of a developer's shell leads to an account, a backend or an environment."""

import os

import pytest

from dev.isolation import isolate
from emulator.credentials import CREDENTIAL_VARIABLES


def test_nothing_leads_to_an_account_or_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {"HOME": "/home/jane", "HTTP_PROXY": "http://proxy:3128"}
    hidden = {
        "AWS_PROFILE": "prod",
        "AWS_ACCESS_KEY_ID": "AKIAREAL",
        "AWS_SESSION_TOKEN": "real",
        "AWS_ENDPOINT_URL_EC2": "https://ec2.example",
        "PULUMI_BACKEND_URL": "s3://state",
        "MOTO_ACCOUNT_ID": "1",
        "ENVIRONMENT_SUFFIX": "prod",
        "REPOSITORY": "shop/api",
        "COMMIT_AUTHOR": "Jane",
        "TAP_PROFILE": "standard",
        "TAP_SETTINGS": "{}",
    }
    monkeypatch.setattr(os, "environ", {**kept, **hidden, "no_proxy": ".corp", "NO_PROXY": ""})
    isolate()
    near = {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": ".corp,127.0.0.1,localhost"}
    assert os.environ == {**kept, **near, **CREDENTIAL_VARIABLES}
