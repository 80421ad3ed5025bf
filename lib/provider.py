"""The AWS provider that an environment is made through, unless its maker brings one."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from lib.region import read_region


def build_provider(
    suffix: str, arguments: Mapping[str, Any], parent: pulumi.Resource
) -> aws.Provider:
    """Make the provider of the region that lib/AWS_REGION names, with these arguments besides.

    A provider of one's own ignores the stack's `aws:` keys unless it is handed them, and then
    deploys to another account without a word (pulumi/pulumi-aws#3259). Raises SettingsError when
    the file names no region.
    """
    return aws.Provider(
        f"aws-{suffix}",
        opts=pulumi.ResourceOptions(parent=parent),
        **{**arguments, "region": read_region()},
    )
