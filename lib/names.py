"""Names: every resource is `flask-api-<part>-<suffix>`, in Pulumi and in AWS alike.

Every name that does not follow from its part alone is here too: the log groups', and the stacks'
that may hold an environment. Nothing here imports pulumi: the program and ops share these rules.
"""

import re

PREFIX = "flask-api"

# `flask-api-alb-` takes 14 of the 32 characters that a load balancer's name may have.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
SUFFIX_LENGTH = 18

_SUFFIX = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SUFFIX_ALLOWED = (
    "lower-case letters and digits, in groups joined by single hyphens, "
    f"at most {SUFFIX_LENGTH} characters, such as dev, prod or pr-123"
)


def resource_name(part: str, suffix: str) -> str:
    """Return the name of a part of the environment, such as `flask-api-vpc-dev`."""
    return f"{PREFIX}-{part}-{suffix}"


def parameter_group_part(major: str) -> str:
    """Return the part of the database's parameter group of a major version, such as `16`.

    A group belongs to one major version: the next one's is made beside it, and the cluster gets it
    in the same call as the version. The number does not come last, or the group of `dev` would have
    the name of that of an environment `16-dev`.
    """
    return "aurora-parameters" if major == "15" else f"aurora-{major}-parameters"


def http_rule_part(cidr: str) -> str:
    """Return the part of the rule that lets a network reach the load balancer."""
    return "alb-in-http-" + re.sub("[./]", "-", cidr)


def camel_case(name: str) -> str:
    """Return a Python name as Pulumi's configuration has it: `vpc_cidr` is `vpcCidr`."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def task_log_group(suffix: str) -> str:
    """Return the name of the log group that the container's output goes to."""
    return f"/ecs/{PREFIX}-{suffix}"


def alb_log_group(suffix: str) -> str:
    """Return the name of the log group of the load balancer's access logs."""
    return f"/aws/alb/{PREFIX}-{suffix}"


def vpc_log_group(suffix: str) -> str:
    """Return the name of the log group of the VPC's flow logs."""
    return f"/aws/vpc/{PREFIX}-{suffix}"


def database_log_group(suffix: str) -> str:
    """Return the name of the log group that Aurora exports its PostgreSQL log to.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.CloudWatch.html
    """
    return f"/aws/rds/cluster/{resource_name('aurora', suffix)}/postgresql"


def insights_log_group(suffix: str) -> str:
    """Return the name of the log group that Container Insights writes to.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-reference-performance-logs-ECS.html
    """
    return f"/aws/ecs/containerinsights/{resource_name('cluster', suffix)}/performance"


def log_groups(suffix: str) -> tuple[str, ...]:
    """Return the name of every log group that an environment may have."""
    return (
        task_log_group(suffix),
        alb_log_group(suffix),
        vpc_log_group(suffix),
        database_log_group(suffix),
        insights_log_group(suffix),
    )


def suffix_problems(suffix: object, source: str = "the environment suffix") -> list[str]:
    """Tell what is wrong with an environment suffix; an empty list when nothing is.

    `source` says where the suffix came from, so that its user knows what to change.
    """
    if isinstance(suffix, str) and len(suffix) <= SUFFIX_LENGTH and _SUFFIX.fullmatch(suffix):
        return []
    return [f"{source} is {suffix!r}; allowed: {_SUFFIX_ALLOWED}"]


def stack_suffix(stack: str) -> str:
    """Return the suffix that a stack's name stands for: `TapStackdev` and `dev` are both `dev`."""
    return stack.removeprefix("TapStack")


def is_stack_of(stack: str, suffix: str) -> bool:
    """Tell whether a stack of this name, without organization, is by its name an environment's."""
    return stack_suffix(stack) == suffix


def may_hold(stack: str, suffix: str) -> bool:
    """Tell whether a stack of this name, without organization, may hold an environment.

    `shop-dev` may hold `dev`; whether it does, or is the environment `shop-dev`, its name does not
    say.
    """
    return is_stack_of(stack, suffix) or stack.endswith(f"-{suffix}")


def stack_problems(stack: str, suffix: str) -> list[str]:
    """Tell whether a stack may hold the environment of this suffix.

    A forgotten ENVIRONMENT_SUFFIX must not turn one environment's stack into another's, which
    would replace all of it.
    """
    if may_hold(stack, suffix):
        return []
    return [
        f"the stack is {stack!r}, but the environment suffix is {suffix!r}; allowed: a stack "
        f"named {suffix}, TapStack{suffix} or something ending in -{suffix}, so that one "
        "environment is never turned into another"
    ]
