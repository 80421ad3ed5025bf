"""A healthy environment passes; each single fault is found by its check, and nothing else cries."""

import pytest

from ops.report import FINDINGS, WELL
from tests.unit.ops.verify.faults import FAULTS
from tests.unit.ops.verify.support import Broken, found


def test_a_healthy_environment_has_no_findings(broken: Broken) -> None:
    report = broken.verify()
    assert not found(report)
    assert [each for check in report.checks for each in check.unseen] == []
    assert [each for check in report.checks for each in check.notes] == []
    assert report.exit_code == WELL
    host = broken.environment.load_balancer.description["DNSName"]
    told = f"dev runs flask-api-task-dev:1 (image v1), 2 of 2 tasks healthy, http://{host}/health "
    assert report.verdict.startswith(f"{told}answers 200 in 0.")


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_by_its_check_and_explains_the_others(broken: Broken, name: str) -> None:
    fault = FAULTS[name]
    fault.make(broken)
    report = broken.verify()
    checks = found(report)
    assert fault.check in checks
    finding = checks[fault.check].findings[0]
    assert fault.words in finding.words
    assert finding.because is None
    notes = "\n".join(checks[fault.check].notes)
    assert [each for each in fault.notes if each not in notes] == []
    for effect in (check for check in checks.values() if check.name != fault.check):
        causes = {str(each.because).partition(":")[0] for each in effect.findings}
        assert causes <= set(checks) - {effect.name}, f"{effect.name} cries: {effect.findings}"
    assert report.exit_code == FINDINGS
    order = [check.name for check in report.checks if check.name in checks]
    assert order[0] == fault.check
