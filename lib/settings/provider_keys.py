"""The stack's `aws:` keys, read as arguments of the AWS provider."""

import inspect
import typing
from collections.abc import Iterator
from typing import Any

import pulumi
import pulumi_aws as aws

from lib.names import camel_case
from lib.region import read_region
from lib.settings.checks import read_json
from lib.settings.errors import SettingsError
from lib.settings.source import Inputs


def read_provider_arguments(inputs: Inputs, problems: list[str]) -> dict[str, Any]:
    """Return what the stack's `aws:` keys tell the provider, the region apart.

    Keys that the stack keeps encrypted stay secret; objects and lists keep the camelCase keys that
    the engine knows. Adds to `problems` each key that the provider does not have, each value that
    should be JSON and is not, and a region other than that of lib/AWS_REGION.
    """
    known = {key: (name, is_text) for name, key, is_text in _arguments()}
    problems.extend(
        f"unknown setting aws:{key}; allowed: the settings of the AWS provider"
        for key in inputs.keys("aws")
        if key not in known
    )
    arguments: dict[str, Any] = {}
    for key, (name, is_text) in known.items():
        text = inputs.get("aws", key)
        if text is None or key == "region":
            continue
        secret = inputs.is_secret("aws", key)
        try:
            value = text if is_text else read_json(text)
        except ValueError:
            shown = "not usable" if secret else repr(text)
            problems.append(f"aws:{key} is {shown}; allowed: JSON, as the AWS provider takes it")
            continue
        if secret and key == "defaultTags":
            problems.append(
                "aws:defaultTags is encrypted, but tags can be read in AWS; allowed: plain tags"
            )
        arguments[name] = pulumi.Output.secret(value) if secret else value
    problems.extend(_region_problems(inputs))
    return arguments


def _arguments() -> Iterator[tuple[str, str, bool]]:
    """Give each argument of the provider: its name, its key, and whether it is plain text."""
    parameters = inspect.signature(aws.ProviderArgs.__init__).parameters
    for name, parameter in parameters.items():
        if not name.startswith("_"):
            yield name, camel_case(name), str in typing.get_args(parameter.annotation)


def _region_problems(inputs: Inputs) -> list[str]:
    """Tell whether the stack names another region than the file, and so would move away."""
    try:
        region = read_region()
    except SettingsError as error:
        return list(error.problems)
    pinned = inputs.get("aws", "region")
    if pinned in (None, region):
        return []
    shown = "another" if inputs.is_secret("aws", "region") else repr(pinned)
    return [
        f"aws:region is {shown}, but lib/AWS_REGION names {region}; allowed: the same "
        "region in both, because another region is another environment"
    ]
