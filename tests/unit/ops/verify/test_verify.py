"""`python -m ops verify` as it is typed: the exit codes, the screen, the JSON."""

import json

import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner

from ops.app import app
from ops.commands.verify import verify
from ops.report import UNSEEN, Report
from ops.verify.watching import Goal
from tests.support import deployments
from tests.unit.ops.verify.support import Broken, found


def _type(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["verify", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_a_healthy_environment_ends_in_its_verdict(broken: Broken) -> None:
    code, out, _ = _type("--suffix", "dev")
    assert (code, out.splitlines()[0]) == (
        0,
        "verify: environment dev in eu-south-1 (from AWS_REGION)",
    )
    assert "\ndev runs flask-api-task-dev:1 (image v1), 2 of 2 tasks healthy,\nhttp://" in out
    assert broken.environment.service


def test_a_rollback_ends_in_exit_code_1(broken: Broken) -> None:
    deployments.roll_back(broken.server, "dev")
    code, out, _ = _type("--suffix", "dev", "--wait", "1m")
    assert code == 1
    assert out.splitlines()[0] == (
        "the deployment of flask-api-task-dev:2 was rolled back; flask-api-task-dev:1 runs: "
        "Service deployment rolled back because the circuit breaker threshold was exceeded: 2 of "
        "2 tasks run, 2 healthy"
    )
    assert "finding deployment" in out


def test_json_is_all_that_is_printed(broken: Broken) -> None:
    code, out, err = _type("--suffix", "dev", "--json", "--wait", "1m")
    report = Report.model_validate(json.loads(out))
    assert (code, err, report.exit_code, report.command) == (0, "", 0, "verify")
    assert broken.server


def test_what_is_waited_for_is_seen_to_end(
    broken: Broken, capsys: pytest.CaptureFixture[str]
) -> None:
    deployments.begin_deployment(broken.server, "dev")
    broken.waits.then = [lambda: broken.server.ecs.move(20)] * 20
    request = broken.target().request
    assert verify(request, Goal(900, "steady"), broken.waits) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("the deployment of flask-api-task-dev:2 is in progress since ")
    assert "flask-api-task-dev:2 is deployed: 2 of 2 tasks run, 2 healthy" in lines


def test_an_environment_that_is_not_there_is_one_finding() -> None:
    code, out, _ = _type("--suffix", "nowhere")
    assert code == 1
    assert "there is no environment nowhere in eu-south-1 (from AWS_REGION)" in out
    assert out.count("✗") == 1
    assert "could not" not in out


def test_a_look_up_that_is_denied_is_exit_code_3_with_its_action(broken: Broken) -> None:
    broken.server.deny("rds:DescribeDBClusters")
    report = broken.verify()
    assert (report.exit_code, found(report)) == (UNSEEN, {})
    assert "missing: rds:DescribeDBClusters" in report.verdict


def test_a_part_that_is_missing_keeps_no_other_check_from_looking(broken: Broken) -> None:
    broken.call("ecr.delete_repository", repositoryName=broken.name("repo"), force=True)
    report = broken.verify()
    assert list(found(report)) == ["parts"]
    assert not [each for check in report.checks for each in check.unseen]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "SUFFIX is missing"),
        (("--suffix", "dev", "--wait", "soon"), "WAIT is 'soon'"),
        (("--suffix", "dev", "--until", "green"), "UNTIL is 'green'"),
    ],
)
def test_misuse_is_exit_code_2(arguments: tuple[str, ...], words: str) -> None:
    code, _, err = _type(*arguments)
    assert (code, words in err) == (2, True)


def test_ecr_that_does_not_answer_is_told(broken: Broken) -> None:
    """Of its errors, that there is no policy alone is well."""
    broken.server.deny("ecr:GetRepositoryPolicy")
    report = broken.verify()
    (access,) = [check for check in report.checks if check.name == "access"]
    assert [each.action for each in access.unseen] == ["ecr:GetRepositoryPolicy"]
    with pytest.raises(ClientError):
        broken.clients("ecr").get_repository_policy(repositoryName=broken.name("repo"))
