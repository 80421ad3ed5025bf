"""Kinds of load balancing: load balancer, target group, listener."""

from collections.abc import Mapping
from typing import Any

from emulator.resources.boto_type import BotoType, Create, Find, Remove
from emulator.resources.resource_type import Arguments
from emulator.resources.tags import Tags
from emulator.resources.updates import Attributes, modify

# Argument -> attribute.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
_BALANCER_ATTRIBUTES = Attributes(
    "elbv2.modify_load_balancer_attributes",
    "elbv2.describe_load_balancer_attributes",
    "LoadBalancerArn",
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
_GROUP_ATTRIBUTES = Attributes(
    "elbv2.modify_target_group_attributes",
    "elbv2.describe_target_group_attributes",
    "TargetGroupArn",
    {
        "deregistrationDelay": "deregistration_delay.timeout_seconds",
        "loadBalancingAlgorithmType": "load_balancing.algorithm.type",
        "slowStart": "slow_start.duration_seconds",
        "stickiness.cookieDuration": "stickiness.lb_cookie.duration_seconds",
        "stickiness.enabled": "stickiness.enabled",
        "stickiness.type": "stickiness.type",
    },
)


def _scheme(internal: Any) -> str:
    return "internal" if internal else "internet-facing"


LOAD_BALANCER = BotoType(
    "aws:lb/loadBalancer:LoadBalancer",
    Arguments(
        renames={"internal": "Scheme", "loadBalancerType": "Type"},
        converters={"internal": _scheme},
        identity=("name",),
    ),
    make=Create("elbv2.create_load_balancer", "LoadBalancers[0].LoadBalancerArn"),
    find=Find(
        "elbv2.describe_load_balancers",
        {"LoadBalancerArns": ["{id}"]},
        "LoadBalancers[0]",
        outputs={
            "arn": "LoadBalancerArn",
            "dnsName": "DNSName",
            "ipAddressType": "IpAddressType",
            "name": "LoadBalancerName",
            "vpcId": "VpcId",
            "zoneId": "CanonicalHostedZoneId",
        },
        observed={
            "internal": "Scheme == 'internal'",
            "name": "LoadBalancerName",
            "subnets": "AvailabilityZones[].SubnetId",
        },
        more=lambda _aws, state: {"arnSuffix": state.id.partition(":loadbalancer/")[2]},
    ),
    remove=Remove("elbv2.delete_load_balancer", {"LoadBalancerArn": "{id}"}),
    own_steps=(
        _BALANCER_ATTRIBUTES.step(),
        modify("elbv2.set_security_groups", "securityGroups", LoadBalancerArn="{id}"),
        modify("elbv2.set_subnets", "subnets", LoadBalancerArn="{id}"),
        modify("elbv2.set_ip_address_type", "ipAddressType", LoadBalancerArn="{id}"),
    ),
    tags=Tags("elbv2"),
)

# Pulumi keeps the health check in an object of its own, AWS beside the rest.
_HEALTH_CHECK: Mapping[str, str] = {
    "healthCheck": "/",
    "healthCheck.enabled": "/HealthCheckEnabled",
    "healthCheck.healthyThreshold": "/HealthyThresholdCount",
    "healthCheck.interval": "/HealthCheckIntervalSeconds",
    "healthCheck.matcher": "/Matcher.HttpCode",
    "healthCheck.path": "/HealthCheckPath",
    "healthCheck.port": "/HealthCheckPort",
    "healthCheck.protocol": "/HealthCheckProtocol",
    "healthCheck.timeout": "/HealthCheckTimeoutSeconds",
    "healthCheck.unhealthyThreshold": "/UnhealthyThresholdCount",
}

TARGET_GROUP = BotoType(
    "aws:lb/targetGroup:TargetGroup",
    Arguments(renames=_HEALTH_CHECK, identity=("name",)),
    make=Create("elbv2.create_target_group", "TargetGroups[0].TargetGroupArn"),
    find=Find(
        "elbv2.describe_target_groups",
        {"TargetGroupArns": ["{id}"]},
        "TargetGroups[0]",
        outputs={
            "arn": "TargetGroupArn",
            "name": "TargetGroupName",
        },
        observed={"name": "TargetGroupName"},
        more=lambda _aws, state: {"arnSuffix": state.id.rpartition(":")[2]},
    ),
    remove=Remove("elbv2.delete_target_group", {"TargetGroupArn": "{id}"}),
    own_steps=(
        _GROUP_ATTRIBUTES.step(),
        modify("elbv2.modify_target_group", "healthCheck", TargetGroupArn="{id}"),
    ),
    tags=Tags("elbv2"),
)

_ACTIONS: Mapping[str, str] = {
    "certificateArn": "Certificates.CertificateArn",
    "defaultActions.fixedResponse": "FixedResponseConfig",
    "defaultActions.forward": "ForwardConfig",
    "defaultActions.redirect": "RedirectConfig",
}

_LISTENER_ARGUMENTS = (
    "alpnPolicy",
    "certificateArn",
    "defaultActions",
    "port",
    "protocol",
    "sslPolicy",
)

LISTENER = BotoType(
    "aws:lb/listener:Listener",
    Arguments(renames=_ACTIONS, identity=("loadBalancerArn", "port")),
    make=Create("elbv2.create_listener", "Listeners[0].ListenerArn"),
    find=Find(
        "elbv2.describe_listeners",
        {"ListenerArns": ["{id}"]},
        "Listeners[0]",
        outputs={"arn": "ListenerArn", "sslPolicy": "SslPolicy"},
        observed={"certificateArn": "Certificates[0].CertificateArn"},
    ),
    remove=Remove("elbv2.delete_listener", {"ListenerArn": "{id}"}),
    own_steps=(modify("elbv2.modify_listener", *_LISTENER_ARGUMENTS, ListenerArn="{id}"),),
    tags=Tags("elbv2"),
)

RESOURCE_TYPES = (LOAD_BALANCER, TARGET_GROUP, LISTENER)
