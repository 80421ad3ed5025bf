"""What an `up` begins with and ends in is tested by itself; elsewhere it is left out."""

import pytest

from ops.commands import deploy


@pytest.fixture(name="alone")
def without_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """An `up` without doctor and verify: the stand-in for the CLI makes nothing to look at."""
    monkeypatch.setattr(deploy, "look_before", lambda *_: None)
    monkeypatch.setattr(deploy, "look_after", lambda _job, _account, code, _wait: code)
