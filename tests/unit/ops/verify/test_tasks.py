"""What the check of the tasks makes of counts, targets and health, short of a fault."""

from typing import Any

from ops.checks import Results
from ops.verify.live_environment import LiveEnvironment
from ops.verify.tasks import check_tasks
from tests.unit.ops.verify.support import look, said, stubbed

_STEADY = {"message": "(service s) has reached a steady state."}
_UNABLE = {"message": "(service s) was unable to place a task. Reason: Capacity is unavailable."}
_OPTIONS = {"awslogs-group": "/ecs/flask-api-dev"}


def _live(states: tuple[str, ...] = ("healthy",) * 2, **service: Any) -> LiveEnvironment:
    name = "flask-api-db-password-dev"
    secret = {"ARN": "a", "Name": name, "VersionIdsToStages": {"v1": ["AWSCURRENT"]}}
    live = stubbed(secretsmanager__describe_secret=secret)
    live.service = {
        "desiredCount": 2,
        "runningCount": 2,
        "clusterArn": "x/cluster",
        "serviceName": "s",
        "taskDefinition": "x/app:1",
        **service,
    }
    live.container = {"logConfiguration": {"options": _OPTIONS}}
    live.stopped_tasks = []
    live.tasks = [{"taskArn": "x/t1", "taskDefinitionArn": "x/app:1"}]
    live.definition = lambda _arn: {"containerDefinitions": [{}]}  # type: ignore[method-assign]
    live.targets = [
        {"Target": {"Id": f"10.0.0.{number}", "Port": 5000}, "TargetHealth": {"State": state}}
        for number, state in enumerate(states)
    ]
    return live


def _checked(live: LiveEnvironment) -> Results:
    return look(check_tasks, live)


def test_tasks_that_scaling_has_just_asked_for_are_noted() -> None:
    results = _checked(_live(runningCount=1, pendingCount=1, events=[_STEADY, _UNABLE]))
    assert (said(results), results.notes) == ([], ["1 of 2 tasks are starting"])


def test_they_are_missing_where_a_steady_state_was_waited_for() -> None:
    live = _live(runningCount=1, pendingCount=1)
    live.steady = True
    assert said(_checked(live)) == ["1 of 2 tasks run, 1 start"]


def test_spot_without_capacity_says_the_way_out() -> None:
    spot = {"capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT"}]}
    short_of_it = {"runningCount": 0, "events": [_UNABLE]}
    advice = [_checked(_live(**short_of_it, **given)).findings[0].advice for given in ({}, spot)]
    assert advice == [
        "the reason is below",
        "wait, or have on-demand Fargate run the tasks, which replaces the service: "
        "`make up SUFFIX=dev ARGS='--config tap:spot=false'`",
    ]


def test_tasks_that_nobody_starts_are_missing() -> None:
    (finding,) = _checked(_live(runningCount=1)).findings
    assert finding.words == "1 of 2 tasks run, 0 start"
    assert finding.advice == (
        "see the service's events: `aws ecs describe-services --cluster cluster --services s "
        "--query 'services[].events[:10].message' --region eu-south-1`"
    )


def test_what_ecs_can_not_start_is_told_once_and_since_all_was_well() -> None:
    old = {"message": "(service s) was unable to place a task. Reason: long ago."}
    events = [_UNABLE, {"message": "(service s) has started 1 tasks"}, _UNABLE, _STEADY, old]
    results = _checked(_live(runningCount=1, pendingCount=1, events=events))
    assert said(results) == ["1 of 2 tasks run, 1 start"]
    assert results.notes == [_UNABLE["message"]]


def test_targets_on_their_way_are_noted() -> None:
    live = _live(("healthy", "healthy", "draining", "initial"))
    results = _checked(live)
    assert said(results) == []
    assert results.notes == ["target 10.0.0.2:5000 is draining", "target 10.0.0.3:5000 is initial"]
    live.steady = True
    assert said(_checked(live)) == ["target 10.0.0.3:5000 is initial"]


def test_a_task_that_fails_its_containers_health_check_is_found() -> None:
    live = _live()
    live.tasks = [{**live.tasks[0], "healthStatus": "UNHEALTHY"}]
    (finding,) = _checked(live).findings
    assert finding.words == "task t1 fails its container's health check"
    assert "`aws logs tail /ecs/flask-api-dev --since 15m --region eu-south-1`" in finding.advice
