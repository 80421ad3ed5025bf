"""What an environment is made of, to IAM: by its name in the ARN where there is one, else by tag.

The types are those of the service authorization reference; one that is not here is nothing of an
environment's.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from lib.names import log_groups, resource_name
from ops.policy.scope import PolicyScope

_SUFFIX = "{suffix}"


def _name(part: str) -> str:
    return resource_name(part, _SUFFIX)


# What Elastic Load Balancing has of a load balancer: itself, its listeners, their rules.
_BALANCER = f"*/app/{_name('alb')}/*"

# What ECS has of a service besides.
_HISTORY = f"service-*/{_name('cluster')}/*"

# CloudWatch Logs puts :* behind the ARN of a group for some of its actions. Two of the groups have
# names that one pattern fits: a policy has room for so many letters.
_LOG_GROUPS = tuple(
    dict.fromkeys(
        f"log-group:{re.sub('/aws/(alb|vpc)/', '/aws/???/', name)}{end}"
        for name in log_groups(_SUFFIX)
        for end in ("", ":*")
    )
)

# The resource part of the ARNs of each type.
NAMED: Mapping[str, tuple[str, ...]] = {
    # Application Auto Scaling makes the alarms of a policy, with the rights of who makes that.
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/auto-scaling-IAM.html
    "cloudwatch:alarm": (f"alarm:TargetTracking-service/{_name('cluster')}/*",),
    "ecr:repository": (f"repository/{_name('repo')}",),
    "ecs:cluster": (f"cluster/{_name('cluster')}",),
    "ecs:container-instance": (f"container-instance/{_name('cluster')}/*",),
    "ecs:service": (f"service/{_name('cluster')}/*",),
    "ecs:service-deployment": (_HISTORY,),
    "ecs:service-revision": (_HISTORY,),
    "ecs:task": (f"task/{_name('cluster')}/*",),
    "ecs:task-definition": (f"task-definition/{_name('task')}:*",),
    "elasticloadbalancing:listener-rule/app": (_BALANCER,),
    "elasticloadbalancing:listener/app": (_BALANCER,),
    "elasticloadbalancing:loadbalancer/app/": (_BALANCER,),
    "elasticloadbalancing:targetgroup": (f"targetgroup/{_name('tg')}/*",),
    "logs:log-group": _LOG_GROUPS,
    "logs:log-stream": _LOG_GROUPS,
    "logs:delivery-destination": (f"delivery-destination:{_name('alb-log-destination')}",),
    "logs:delivery-source": (f"delivery-source:{_name('alb-*log-source')}",),
    "rds:cluster": (f"cluster:{_name('aurora')}",),
    "rds:cluster-pg": (f"cluster-pg:{_name('aurora-*parameters')}",),
    # Those that AWS makes by itself, and those that somebody asked for.
    "rds:cluster-snapshot": tuple(
        f"cluster-snapshot:{by}{_name('aurora')}{more}"
        for by in ("rds:", "")
        for more in ("", "-*")
    ),
    "rds:db": tuple(f"db:{_name('aurora-' + number)}" for number in ("?", "??")),
    "rds:subgrp": (f"subgrp:{_name('aurora-subnets')}",),
    # Secrets Manager puts six letters behind the name.
    "secretsmanager:Secret": (f"secret:{_name('db-password')}-??????",),
}

# AWS's own, which every cluster and instance has until it is given others.
SHARED: Mapping[str, tuple[str, ...]] = {
    "rds:og": ("og:default*",),
    "rds:pg": ("pg:default*",),
}

# What has an id for a name: whose it is, the tag EnvironmentSuffix says.
TAGGED: Mapping[str, str] = {
    "application-autoscaling:ScalableTarget": "scalable-target/*",
    "ec2:elastic-ip": "elastic-ip/*",
    "ec2:internet-gateway": "internet-gateway/*",
    "ec2:natgateway": "natgateway/*",
    "ec2:network-interface": "network-interface/*",
    "ec2:route-table": "route-table/*",
    "ec2:security-group": "security-group/*",
    "ec2:security-group-rule": "security-group-rule/*",
    "ec2:subnet": "subnet/*",
    "ec2:vpc": "vpc/*",
    "ec2:vpc-endpoint": "vpc-endpoint/*",
    "ec2:vpc-flow-log": "vpc-flow-log/*",
    "logs:delivery": "delivery:*",
}

# ARNs in which the path of roles or the bucket's name is the scope's, or there is no region.
_ELSEWHERE: Mapping[str, Callable[[PolicyScope], list[str]]] = {
    "iam:role": lambda scope: [
        scope.global_arn("iam", name)
        for name in scope.named(f"role{scope.role_path}{_name('*-role')}")
    ],
    "kms:key": lambda scope: [scope.arn("kms", "key/*")],
    "s3:bucket": lambda scope: [f"arn:{scope.partition}:s3:::{scope.state_bucket}"],
    "s3:object": lambda scope: [f"arn:{scope.partition}:s3:::{scope.state_bucket}/*"],
}

TYPES = frozenset((*NAMED, *SHARED, *TAGGED, *_ELSEWHERE))


def arns(scope: PolicyScope, type_name: str) -> list[str]:
    """Return the ARNs, with wildcards, of a type of resource in a scope."""
    if type_name in _ELSEWHERE:
        return _ELSEWHERE[type_name](scope)
    names: Sequence[str] = SHARED.get(type_name, ())
    if type_name in TAGGED:
        names = (TAGGED[type_name],)
    if type_name in NAMED:
        names = [name for each in NAMED[type_name] for name in scope.named(each)]
    return [scope.arn(type_name.partition(":")[0], name) for name in names]
