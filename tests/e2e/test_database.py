"""What becomes of a living database, and of who made the environment."""

import pytest

from dev.pulumi_engine import CREATED, DELETED, UPDATED
from tests.e2e.conftest import Subject, emulated_only, resource
from tests.e2e.test_lifecycle import CLUSTER

GROUP = "aws:rds/clusterParameterGroup:ClusterParameterGroup"


@emulated_only
def test_a_later_major_version_is_an_upgrade_in_place(subject: Subject) -> None:
    """Allowed explicitly; the new parameter group is there before the old one goes."""
    refused = subject.engine.run("up", "--config", "tap:databaseEngineVersion=16.9")
    assert refused.exit_code != 0
    assert "AllowMajorVersionUpgrade" in refused.messages
    changed = subject.up(databaseEngineVersion="16.9", allowMajorUpgrade="true").changed
    assert changed[CLUSTER] == UPDATED
    assert changed[resource(GROUP, "aurora-parameters")] == DELETED
    assert changed.get(resource(GROUP, "aurora-16-parameters"), CREATED) == CREATED
    database = subject.environment.database.description
    assert (database["EngineVersion"], database["DBClusterParameterGroup"]) == (
        "16.9",
        subject.environment.part("Aurora parameter group", "aurora-16-parameters").name,
    )
    assert subject.is_as_declared()


def test_another_authors_up_changes_nothing(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who made the environment, and from which repository, is told at its creation."""
    before = subject.environment.vpc.description["Tags"]
    monkeypatch.setenv("COMMIT_AUTHOR", "Somebody Else")
    monkeypatch.setenv("REPOSITORY", "example.com/another/shop")
    assert subject.up().changed == {}
    assert subject.environment.vpc.description["Tags"] == before
