"""Isolation: nothing of a developer's shell leads to an account, a backend or an environment."""

import os

import pytest

from dev.isolation import isolate, isolated

_DUMMIES = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
_NEAR = {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}


def test_what_leads_to_an_account_is_replaced_by_dummies() -> None:
    """Whatever AWS_ and PULUMI_ variables there are; the rest stays."""
    shell = {
        "HOME": "/home/jane",
        "AWS_PROFILE": "prod",
        "AWS_ACCESS_KEY_ID": "AKIAREAL",
        "AWS_SESSION_TOKEN": "real",
        "AWS_ENDPOINT_URL_EC2": "https://ec2.example",
        "PULUMI_BACKEND_URL": "s3://state",
        "ENVIRONMENT_SUFFIX": "prod",
        "REPOSITORY": "shop/api",
        "COMMIT_AUTHOR": "Jane",
    }
    assert isolated(shell) == {"HOME": "/home/jane", **_NEAR, **_DUMMIES}


def test_a_proxy_is_not_asked_for_this_machine() -> None:
    """What else the shell reaches without the proxy is kept."""
    near = isolated({"HTTP_PROXY": "http://proxy:3128", "no_proxy": ".corp", "NO_PROXY": ""})
    assert near == {
        "HTTP_PROXY": "http://proxy:3128",
        "no_proxy": ".corp,127.0.0.1,localhost",
        "NO_PROXY": "127.0.0.1,localhost",
        **_DUMMIES,
    }


def test_a_process_isolates_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """And so all that it starts."""
    monkeypatch.setattr(os, "environ", {"AWS_PROFILE": "prod", "PATH": "/bin"})
    isolate()
    assert os.environ == {"PATH": "/bin", **_NEAR, **_DUMMIES}
