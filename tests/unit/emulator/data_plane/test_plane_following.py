"""What the data plane follows beside an environment: what comes anew, goes, and fails once."""

import threading
from typing import Any

import pytest

from emulator.data_plane import plane as module
from emulator.data_plane.images import Images
from emulator.data_plane.plane import DataPlane
from emulator.server.interception import Call
from emulator.server.server import Server
from lib.region import read_region
from tests.support.waiting import eventually


def test_what_is_removed_is_gone_and_the_end_leaves_nothing() -> None:
    """A cluster that is made anew under its old name is another one."""
    plane = DataPlane(Images({}), speed=60)
    with Server(read_region(), data_plane=plane) as server:
        aws = server.aws()
        which = {"DBClusterIdentifier": "shop"}
        password = {"MasterUsername": "jane", "MasterUserPassword": "secret-secret"}
        made = {**which, **password, "Engine": "aurora-postgresql", "EngineVersion": "16.6"}
        aws.call("rds.create_db_cluster", **made)
        first = eventually(lambda: plane.databases().get("shop"))
        with server.lock:
            # Between two looks.
            backend = Call("rds", "", {}, aws.account, aws.region).backend("rds")
            backend.clusters["shop"].url_identifier = "another"
        eventually(lambda: plane.databases().get("shop") not in (None, first))
        second = plane.databases()["shop"]
        assert eventually(lambda: not first.folder.exists())
        aws.call("rds.delete_db_cluster", **which, SkipFinalSnapshot=True)
        assert eventually(lambda: not plane.databases())
        assert eventually(lambda: not second.folder.exists())
        folder = plane.folder
    assert (folder.exists(), plane.url(), plane.databases()) == (False, "", {})
    assert not [each for each in threading.enumerate() if each.name == "data plane"]


def test_what_can_not_be_followed_once_is_followed_later(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    plane = DataPlane(Images({}), speed=60)
    original, looks = module.balancers, list[int]()

    def fail_once(*arguments: Any) -> Any:
        looks.append(1)
        if len(looks) == 1:
            raise ValueError("not yet")
        return original(*arguments)

    monkeypatch.setattr(module, "balancers", fail_once)
    with Server(read_region(), data_plane=plane) as server:
        server.aws().call("elbv2.describe_load_balancers")
        assert eventually(lambda: len(looks) > 2)
    assert "not yet" in caplog.text
