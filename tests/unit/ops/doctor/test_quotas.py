"""Quotas: what Service Quotas, CloudWatch and IAM say of them, and what becomes of it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ops.doctor.quotas import QUOTA_CHECK
from tests.unit.ops.doctor.world import stub_look
from tests.unit.ops.support import refusal

_ZONES = {
    "AvailabilityZones": [
        {"ZoneName": f"{zone}", "ZoneId": f"x-{zone}", "State": "available"} for zone in "abc"
    ]
}


def _points(*values: float) -> dict[str, Any]:
    return {
        "Datapoints": [
            {"Timestamp": datetime(2026, 11, 25, 12, minute, tzinfo=UTC), "Maximum": value}
            for minute, value in reversed(list(enumerate(values)))
        ]
    }


@pytest.mark.parametrize(
    ("points", "words"),
    [((9.0, 3.5), "3.5 of 6 in use, and 4 more needed"), ((), None)],
)
def test_use_of_fargate_is_that_of_its_metric(points: tuple[float, ...], words: str | None) -> None:
    """The newest point counts; what is not used at all has none."""
    metric = {
        "MetricNamespace": "AWS/Usage",
        "MetricName": "ResourceCount",
        "MetricDimensions": {"Resource": "vCPU", "Service": "Fargate"},
    }
    answers = {
        "service-quotas__get_service_quota": {"Quota": {"Value": 6.0, "UsageMetric": metric}},
        "cloudwatch__get_metric_statistics": _points(*points),
        "ec2__describe_availability_zones": _ZONES,
        "iam__get_account_summary": {"SummaryMap": {"Roles": 1, "RolesQuota": 1000}},
        **_EMPTY,
    }
    report = stub_look(QUOTA_CHECK, answers)
    assert [each.words for each in report.findings] == (
        [f"Fargate vCPUs (on-demand): {words}"] if words else []
    )


_EMPTY = {
    "ec2__describe_vpcs": {"Vpcs": []},
    "ec2__describe_internet_gateways": {"InternetGateways": []},
    "ec2__describe_subnets": {"Subnets": [{"SubnetId": "s-1", "AvailabilityZone": "a"}]},
    "ec2__describe_nat_gateways": {
        "NatGateways": [
            {"State": state, "SubnetId": "s-1"} for state in ("available", "deleted", "deleting")
        ]
    },
    "ec2__describe_vpc_endpoints": {"VpcEndpoints": []},
    "ec2__describe_addresses": {"Addresses": []},
    "elbv2__describe_load_balancers": {"LoadBalancers": [{"Type": "network"}]},
    "elbv2__describe_target_groups": {"TargetGroups": []},
    "ecs__list_clusters": {"clusterArns": []},
    "rds__describe_db_clusters": {"DBClusters": []},
    "rds__describe_db_instances": {"DBInstances": []},
}


def test_quota_that_is_nobodys_is_a_note_and_a_refusal_is_told_once() -> None:
    nobody = refusal("NoSuchResourceException")
    answers = {
        "service-quotas__get_service_quota": nobody,
        "service-quotas__get_aws_default_service_quota": nobody,
        "iam__get_account_summary": {"SummaryMap": {"Roles": 999, "RolesQuota": 1000}},
        **_EMPTY,
    }
    report = stub_look(QUOTA_CHECK, answers)
    assert "Service Quotas knows no quota of VPCs here" in report.notes
    [finding] = report.findings
    assert finding.words == "IAM roles: 999 of 1000 in use, and 3 more needed"
    assert "--service-code iam --quota-code L-FE177D64 --desired-value 1002" in finding.advice
    assert "--region us-east-1" in finding.advice
    assert report.summary == "room for 0 such environments; tightest: IAM roles: 999 of 1000 in use"

    denied = refusal("AccessDeniedException", "not authorized to perform: servicequotas:GetX")
    answers |= {"service-quotas__get_service_quota": denied, "iam__get_account_summary": denied}
    report = stub_look(QUOTA_CHECK, answers)
    assert [each.action for each in report.unseen] == ["servicequotas:GetX"]
    assert report.summary == ""


def test_the_default_counts_where_the_account_has_no_quota_of_its_own() -> None:
    answers = {
        "service-quotas__get_service_quota": refusal("NoSuchResourceException"),
        "service-quotas__get_aws_default_service_quota": {"Quota": {"Value": 2.0}},
        "iam__get_account_summary": {"SummaryMap": {"Roles": 0, "RolesQuota": 1000}},
        "ec2__describe_availability_zones": _ZONES,
        **_EMPTY,
    }
    report = stub_look(QUOTA_CHECK, answers, natGateways="single", flowLogs="false")
    words = [each.words for each in report.findings]
    assert words == [
        "NAT gateways of a zone: 2 of 2 in use, and 1 more needed",
        "Fargate vCPUs (on-demand): not known how many of 2 in use, and 4 more needed",
    ]
    absent = "eu-south-1x,eu-south-1y"
    report = stub_look(QUOTA_CHECK, answers, natGateways="perZone", zones=absent)
    assert (len(report.findings), report.unseen) == (1, ())
