"""The resource types of Elastic Load Balancing: load balancer, target group, listener."""

from emulator.resources.arguments import Arguments, Comparison
from emulator.resources.boto_type import BotoType, Create, Delete, Describe
from emulator.resources.tags import ServiceTags
from emulator.resources.updates import attributes, by_id, by_ids, modify, modify_others

_TAGS = ServiceTags(
    "elbv2",
    by_ids("ResourceArns"),
    "add_tags",
    "remove_tags",
    "describe_tags",
    found="TagDescriptions[0].Tags",
)

# Argument -> attribute.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
_BALANCER_ATTRIBUTES = attributes(
    "elbv2.modify_load_balancer_attributes",
    "elbv2.describe_load_balancer_attributes",
    by_id("LoadBalancerArn"),
    {
        "accessLogs.bucket": "access_logs.s3.bucket",
        "accessLogs.enabled": "access_logs.s3.enabled",
        "accessLogs.prefix": "access_logs.s3.prefix",
        "clientKeepAlive": "client_keep_alive.seconds",
        "desyncMitigationMode": "routing.http.desync_mitigation_mode",
        "dropInvalidHeaderFields": "routing.http.drop_invalid_header_fields.enabled",
        "enableCrossZoneLoadBalancing": "load_balancing.cross_zone.enabled",
        "enableDeletionProtection": "deletion_protection.enabled",
        "enableHttp2": "routing.http2.enabled",
        "enableXffClientPort": "routing.http.xff_client_port.enabled",
        "idleTimeout": "idle_timeout.timeout_seconds",
        "preserveHostHeader": "routing.http.preserve_host_header.enabled",
        "xffHeaderProcessingMode": "routing.http.xff_header_processing.mode",
    },
)

# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
_GROUP_ATTRIBUTES = attributes(
    "elbv2.modify_target_group_attributes",
    "elbv2.describe_target_group_attributes",
    by_id("TargetGroupArn"),
    {
        "deregistrationDelay": "deregistration_delay.timeout_seconds",
        "loadBalancingAlgorithmType": "load_balancing.algorithm.type",
        "slowStart": "slow_start.duration_seconds",
        "stickiness.cookieDuration": "stickiness.lb_cookie.duration_seconds",
        "stickiness.enabled": "stickiness.enabled",
        "stickiness.type": "stickiness.type",
    },
)


LOAD_BALANCER = BotoType(
    "aws:lb/loadBalancer:LoadBalancer",
    Arguments(
        renames={"internal": "Scheme", "loadBalancerType": "Type"},
        converters={"internal": lambda internal: "internal" if internal else "internet-facing"},
        identity=("name",),
        comparison=Comparison(kept=("accessLogs", "connectionLogs")),
    ),
    made_by=Create("elbv2.create_load_balancer", "LoadBalancers[0].LoadBalancerArn"),
    described_by=Describe(
        "elbv2.describe_load_balancers", by_ids("LoadBalancerArns"), "LoadBalancers[0]"
    ),
    deleted_by=Delete("elbv2.delete_load_balancer", by_id("LoadBalancerArn")),
    outputs=(
        "dnsName",
        "ipAddressType",
        "vpcId",
        lambda _aws, state: {"arnSuffix": state.id.partition(":loadbalancer/")[2]},
    ),
    paths={
        "arn": "LoadBalancerArn",
        "internal": "Scheme == 'internal'",
        "name": "LoadBalancerName",
        "subnets": "AvailabilityZones[].SubnetId",
        "zoneId": "CanonicalHostedZoneId",
    },
    updates=(
        _BALANCER_ATTRIBUTES,
        modify("elbv2.set_security_groups", by_id("LoadBalancerArn"), "securityGroups"),
        modify("elbv2.set_subnets", by_id("LoadBalancerArn"), "subnets"),
        modify("elbv2.set_ip_address_type", by_id("LoadBalancerArn"), "ipAddressType"),
    ),
    tags=_TAGS,
)

_HEALTH_CHECK = {
    "enabled": "HealthCheckEnabled",
    "healthyThreshold": "HealthyThresholdCount",
    "interval": "HealthCheckIntervalSeconds",
    "matcher": "Matcher.HttpCode",
    "path": "HealthCheckPath",
    "port": "HealthCheckPort",
    "protocol": "HealthCheckProtocol",
    "timeout": "HealthCheckTimeoutSeconds",
    "unhealthyThreshold": "UnhealthyThresholdCount",
}

TARGET_GROUP = BotoType(
    "aws:lb/targetGroup:TargetGroup",
    Arguments(renames={"healthCheck": _HEALTH_CHECK}, identity=("name",)),
    made_by=Create("elbv2.create_target_group", "TargetGroups[0].TargetGroupArn"),
    described_by=Describe(
        "elbv2.describe_target_groups", by_ids("TargetGroupArns"), "TargetGroups[0]"
    ),
    deleted_by=Delete("elbv2.delete_target_group", by_id("TargetGroupArn")),
    outputs=(lambda _aws, state: {"arnSuffix": state.id.rpartition(":")[2]},),
    paths={"arn": "TargetGroupArn", "name": "TargetGroupName"},
    updates=(
        _GROUP_ATTRIBUTES,
        modify_others("elbv2.modify_target_group", by_id("TargetGroupArn")),
    ),
    tags=_TAGS,
)

LISTENER = BotoType(
    "aws:lb/listener:Listener",
    Arguments(
        renames={
            "certificateArn": "Certificates.CertificateArn",
            "defaultActions.fixedResponse": "FixedResponseConfig",
            "defaultActions.forward": "ForwardConfig",
            "defaultActions.redirect": "RedirectConfig",
        },
        identity=("loadBalancerArn", "port"),
    ),
    made_by=Create("elbv2.create_listener", "Listeners[0].ListenerArn"),
    described_by=Describe("elbv2.describe_listeners", by_ids("ListenerArns"), "Listeners[0]"),
    deleted_by=Delete("elbv2.delete_listener", by_id("ListenerArn")),
    outputs=("sslPolicy",),
    paths={"arn": "ListenerArn", "certificateArn": "Certificates[0].CertificateArn"},
    updates=(modify_others("elbv2.modify_listener", by_id("ListenerArn")),),
    tags=_TAGS,
)
