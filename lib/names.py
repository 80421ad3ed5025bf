"""Names: every resource is `flask-api-<kind>-<suffix>`, in Pulumi and in AWS alike."""

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


def resource_name(kind: str, suffix: str) -> str:
    """Return the name of the environment's resource of this kind, such as `flask-api-vpc-dev`."""
    return f"{PREFIX}-{kind}-{suffix}"


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


def stack_problems(stack: str, suffix: str) -> list[str]:
    """Tell whether a stack may hold the environment of this suffix.

    A forgotten ENVIRONMENT_SUFFIX must not turn one environment's stack into another's, which
    would replace all of it.
    """
    if stack in {suffix, f"TapStack{suffix}"} or stack.endswith(f"-{suffix}"):
        return []
    return [
        f"the stack is {stack!r}, but the environment suffix is {suffix!r}; allowed: a stack "
        f"named {suffix}, TapStack{suffix} or something ending in -{suffix}, so that one "
        "environment is never turned into another"
    ]
