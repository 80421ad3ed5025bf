"""What the check of the database makes of statuses, writers and pending changes."""

from typing import Any

import pytest

from ops.checks import Results
from ops.verify.database import check_database
from tests.unit.ops.verify.support import look, said, stubbed

_WHERE = "--region eu-south-1`"


def _database(
    cluster: str = "available", instances: tuple[str, ...] = ("available",) * 2, **more: Any
) -> Results:
    names = [f"flask-api-aurora-{number}-dev" for number in range(1, len(instances) + 1)]
    members = [
        {"DBInstanceIdentifier": name, "IsClusterWriter": not i} for i, name in enumerate(names)
    ]
    described = {
        "DBClusterIdentifier": "flask-api-aurora-dev",
        "Status": cluster,
        "EngineVersion": "15.10",
        "DBClusterMembers": members,
        **more,
    }
    live = stubbed(
        rds__describe_db_clusters={"DBClusters": [described]},
        rds__describe_db_instances={
            "DBInstances": [
                {"DBInstanceIdentifier": name, "DBInstanceStatus": status}
                for name, status in zip(names, instances, strict=True)
            ]
        },
    )
    return look(check_database, live)


@pytest.mark.parametrize("status", ["available", "backing-up", "storage-optimization"])
def test_healthy_statuses_are_well(status: str) -> None:
    results = _database(status, (status, status))
    assert (said(results), results.notes) == ([], [])
    assert results.summary == f"flask-api-aurora-dev {status}, version 15.10, 2 of 2 instances"


def test_what_changes_and_goes_on_serving_is_noted() -> None:
    changes = {"PendingModifiedValues": {"MasterUserPassword": "secret", "EngineVersion": "15.12"}}
    results = _database("modifying", **changes)
    assert said(results) == []
    assert results.notes == [
        "the cluster flask-api-aurora-dev is modifying",
        "flask-api-aurora-dev has pending changes: EngineVersion, MasterUserPassword",
    ]


@pytest.mark.parametrize("status", ["stopped", "failing-over", "upgrading"])
def test_a_cluster_that_does_not_serve_is_found(status: str) -> None:
    assert said(_database(status)) == [f"the cluster flask-api-aurora-dev is {status}"]


@pytest.mark.parametrize("status", ["storage-full", "incompatible-parameters", "rebooting"])
def test_an_instance_that_does_not_serve_is_found(status: str) -> None:
    results = _database(instances=("available", status))
    assert said(results) == [f"the instance flask-api-aurora-2-dev is {status}"]
    assert results.findings[0].advice.endswith(
        "`aws rds describe-events --source-type db-instance --source-identifier "
        f"flask-api-aurora-2-dev --duration 120 {_WHERE}"
    )
    assert results.summary.endswith("1 of 2 instances")


def test_what_is_stopped_can_be_started() -> None:
    (found,) = _database("stopped").findings
    assert found.advice == (
        f"`aws rds start-db-cluster --db-cluster-identifier flask-api-aurora-dev {_WHERE}"
    )


def test_a_cluster_without_a_writer_is_found() -> None:
    members = [{"DBInstanceIdentifier": "flask-api-aurora-1-dev", "IsClusterWriter": False}]
    assert said(_database(DBClusterMembers=members)) == [
        "the cluster has no writer: of 1 instances none takes changes"
    ]
