"""Flow logs: what the network refused, in a log group of ours."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from lib import policies
from lib.identity import build_policy, build_role
from lib.location import Location
from lib.names import vpc_log_group
from lib.network.vpc import Network
from lib.observability.log_groups import build_log_group
from lib.scope import Scope
from lib.settings.schema import IdentitySettings


@dataclass(frozen=True)
class FlowLogs:
    """The VPC's flow log and the log group that it writes to."""

    log_group: aws.cloudwatch.LogGroup
    flow_log: aws.ec2.FlowLog

    @property
    def ready(self) -> Sequence[pulumi.Resource]:
        """What must exist before refused traffic is logged."""
        return [self.flow_log]


def build_flow_logs(
    scope: Scope, settings: IdentitySettings, location: Location, network: Network
) -> FlowLogs:
    """Make the flow log of rejected traffic, with a role that can't make log groups."""
    group = build_log_group(scope, "flow-log-group", vpc_log_group(scope.suffix))
    role = build_role(scope, settings, location, "flow-log-role", policies.FLOW_LOGS_SERVICE)
    document = group.arn.apply(lambda arn: json.dumps(policies.write_flow_logs(arn)))
    permission = build_policy(scope, "flow-log-policy", role, document)
    flow_log = aws.ec2.FlowLog(
        scope.name("flow-log"),
        vpc_id=network.vpc.id,
        traffic_type="REJECT",
        log_destination_type="cloud-watch-logs",
        log_destination=group.arn,
        iam_role_arn=role.arn,
        tags=scope.tags("flow-log"),
        opts=scope.options(depends_on=[permission]),
    )
    return FlowLogs(log_group=group, flow_log=flow_log)
