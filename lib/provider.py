"""The AWS provider that an environment is made through, unless its maker brings one."""

import inspect
import typing
from collections.abc import Iterator
from typing import Any

import pulumi
import pulumi_aws as aws

from lib.region import read_region
from lib.settings.checks import read_json
from lib.settings.errors import SettingsError
from lib.settings.source import Inputs


def build_provider(suffix: str, parent: pulumi.Resource) -> aws.Provider:
    """Make the provider of the region that lib/AWS_REGION names, with the stack's `aws:` keys.

    A provider of one's own ignores those keys unless it is handed them, and then deploys to
    another account without a word (pulumi/pulumi-aws#3259). Raises SettingsError when one of them
    can't be used.
    """
    return aws.Provider(
        f"aws-{suffix}",
        opts=pulumi.ResourceOptions(parent=parent),
        **provider_arguments(Inputs()),
    )


def _key(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)


def _arguments() -> Iterator[tuple[str, str, bool]]:
    """Give each argument of the provider: its name, its key, and whether it is plain text."""
    parameters = inspect.signature(aws.ProviderArgs.__init__).parameters
    for name, parameter in parameters.items():
        if not name.startswith("_"):
            yield name, _key(name), str in typing.get_args(parameter.annotation)


def provider_arguments(inputs: Inputs) -> dict[str, Any]:
    """Return what the provider is told: the region, and the stack's `aws:` keys.

    Keys that the stack keeps encrypted stay secret; objects and lists keep the camelCase keys that
    the engine knows. Raises SettingsError, with every problem, for a key that the provider does not
    have, a value that should be JSON and is not, and a region other than the file's.
    """
    known = {key: (name, is_text) for name, key, is_text in _arguments()}
    problems = [
        f"unknown setting aws:{key}; allowed: the settings of the AWS provider"
        for key in inputs.keys("aws")
        if key not in known
    ]
    arguments: dict[str, Any] = {}
    for key, (name, is_text) in known.items():
        text = inputs.get("aws", key)
        if text is None:
            continue
        secret = inputs.is_secret("aws", key)
        try:
            value = text if is_text else read_json(text)
        except ValueError:
            shown = "not usable" if secret else repr(text)
            problems.append(f"aws:{key} is {shown}; allowed: JSON, as the AWS provider takes it")
            continue
        arguments[name] = pulumi.Output.secret(value) if secret else value
    try:
        arguments["region"] = _agreed_region(inputs)
    except SettingsError as error:
        problems.extend(error.problems)
    if problems:
        raise SettingsError(problems)
    return arguments


def _agreed_region(inputs: Inputs) -> str:
    """Return the region of lib/AWS_REGION; a stack that names another keeps its environment."""
    region, pinned = read_region(), inputs.get("aws", "region")
    if pinned in (None, region):
        return region
    shown = "another" if inputs.is_secret("aws", "region") else repr(pinned)
    raise SettingsError(
        [
            f"aws:region is {shown}, but lib/AWS_REGION names {region}; allowed: the same "
            "region in both, because another region is another environment"
        ]
    )
