"""From one profile to the other on a living environment: what changes in place, and in which order.

In the end it is of the profile that it was before.
"""

from dev.pulumi_engine import CREATED, DELETED, REPLACED, UPDATED, Report
from tests.e2e.conftest import Subject, resource
from tests.e2e.test_lifecycle import CLUSTER, POLICY, SERVICE, TARGET, TASK

_GROUP_TYPE = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
FIRST, SECOND = (
    resource("aws:rds/clusterInstance:ClusterInstance", f"aurora-{number}") for number in (1, 2)
)
NAT = {resource("aws:ec2/natGateway:NatGateway", f"nat-{number}") for number in (1, 2)}


def _replaced(report: Report) -> set[str]:
    return {name for name, outcome in report.outcomes.items() if outcome == REPLACED}


def _picked(report: Report, *names: str) -> dict[str, str]:
    return {name: report.outcomes[name] for name in names}


def _comes_before(report: Report, early: str, late: str) -> bool:
    done = list(report.outcomes)
    return done.index(early) < done.index(late)


def test_from_standard_to_ephemeral_and_back(subject: Subject) -> None:
    """The data stay where they are; tasks have a way out as long as they run.

    Without capacity on Spot a deployment fails with the reason, and the way back is open.
    """
    # Its name has the major version, which may not be the first any more.
    name = subject.environment.database.description["DBClusterParameterGroup"]
    group = f"{_GROUP_TYPE} {name}"
    there = subject.up(profile="ephemeral")
    assert _replaced(there) == {TASK}
    assert _picked(there, SERVICE, CLUSTER, group, FIRST, SECOND, *NAT) == {
        **dict.fromkeys((SERVICE, CLUSTER, group, FIRST), UPDATED),
        **dict.fromkeys((SECOND, *NAT), DELETED),
    }
    assert all(_comes_before(there, SERVICE, gateway) for gateway in NAT)
    assert _comes_before(there, CLUSTER, FIRST)
    assert not subject.environment.find("elastic IP")
    assert subject.up().changed == {}

    if subject.server is not None:
        subject.server.ecs.has_spot = False
        failed = subject.engine.run("up", "--config", "tap:startSeconds=61")
        assert failed.exit_code != 0
        assert "Capacity is unavailable at this time" in failed.messages

    back = subject.up(profile="standard", startSeconds="60")
    assert "it is replaced, because ECS can't change that in place" in back.messages
    assert _replaced(back) == {TASK, SERVICE, TARGET, POLICY}
    assert _picked(back, CLUSTER, FIRST, SECOND, *NAT) == {
        **dict.fromkeys((CLUSTER, FIRST), UPDATED),
        **dict.fromkeys((SECOND, *NAT), CREATED),
    }
    assert all(_comes_before(back, gateway, SERVICE) for gateway in NAT)
    assert subject.environment.service.description["launchType"] == "FARGATE"
    assert subject.up().changed == {}
    if subject.server is not None:
        subject.server.ecs.has_spot = True
