"""What an environment tells of itself where AWS answers in pages, or knows nothing any more."""

from datetime import UTC, datetime
from typing import Any

from ops.verify.deployment import check_deployment
from ops.verify.live_environment import LiveEnvironment
from tests.unit.ops.verify.support import look, said, stubbed

_SERVICE = {
    "clusterArn": "x/cluster",
    "serviceArn": "x/s",
    "serviceName": "s",
    "taskDefinition": "x/app:1",
    "desiredCount": 2,
    "deployments": [
        {"status": "PRIMARY", "taskDefinition": "x/app:1", "rolloutState": "FAILED"},
    ],
}


def _live(**answers: Any) -> LiveEnvironment:
    live = stubbed(**answers)
    live.service, live.declared = _SERVICE, "x/app:1"
    live.container = {"image": "example.com/app:v1@sha256:0123456789abcdef"}
    return live


def _brief(number: int) -> dict[str, Any]:
    return {
        "serviceDeploymentArn": f"d{number}",
        "createdAt": datetime(2026, 1, number, tzinfo=UTC),
    }


def _described(number: int) -> dict[str, Any]:
    revision = {"targetServiceRevision": {"arn": f"r{number}"}, "status": "SUCCESSFUL"}
    return {**_brief(number), **revision}


def test_deployments_come_in_pages_and_the_newest_first() -> None:
    pages = [
        {"serviceDeployments": [_brief(1)], "nextToken": "more"},
        {"serviceDeployments": [_brief(3), _brief(2)]},
    ]
    live = _live(
        ecs__list_service_deployments=pages,
        # One may be gone between two looks.
        ecs__describe_service_deployments={"serviceDeployments": [_described(1), _described(3)]},
        ecs__describe_service_revisions={
            "serviceRevisions": [{"serviceRevisionArn": "r3", "taskDefinition": "x/app:3"}]
        },
    )
    assert [each.definition for each in live.attempts] == ["x/app:3", ""]


def test_a_service_whose_deployments_aws_has_forgotten_is_judged_by_itself() -> None:
    live = _live(
        ecs__list_service_deployments={"serviceDeployments": []},
        ecs__list_tasks={"taskArns": []},
    )
    results = look(check_deployment, live)
    assert results.summary == "app:1 (image sha256:0123456789ab)"
    assert said(results) == ["the deployment of app:1 failed"]
    assert results.notes == [
        "AWS tells of stopped tasks for an hour: of this deployment there are none"
    ]


def test_tasks_of_others_in_the_cluster_are_left_out() -> None:
    tasks = [
        {"taskArn": "t1", "group": "service:s", "createdAt": datetime(2026, 1, 1, tzinfo=UTC)},
        {"taskArn": "t2", "group": "service:s", "createdAt": datetime(2026, 1, 2, tzinfo=UTC)},
        {"taskArn": "t3", "group": "family:by-hand"},
    ]
    live = _live(
        ecs__list_tasks={"taskArns": ["t1", "t2", "t3"]}, ecs__describe_tasks={"tasks": tasks}
    )
    assert [task["taskArn"] for task in live.tasks] == ["t2", "t1"]


def test_a_service_scaled_to_nothing_may_have_no_autoscaling() -> None:
    live = _live(application_autoscaling__describe_scalable_targets={})
    live.service = {**_SERVICE, "desiredCount": 0}
    live.stopped_tasks, live.attempts = [], ()
    assert said(look(check_deployment, live))[1] == (
        "the service is scaled to nothing: no task is wanted (there is no autoscaling)"
    )
