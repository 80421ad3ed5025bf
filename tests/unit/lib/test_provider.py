"""The provider: the region of the file, and every `aws:` key of the stack."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from emulator.program.evaluate import evaluate
from emulator.program.graph import Resource
from lib.provider import build_provider, provider_arguments
from lib.settings.errors import SettingsError
from tests.unit.support import COMPONENT, PROVIDER, REGION, GivenInputs, graph_of

# What the SDK adds by itself.
DEFAULTS = {"skipCredentialsValidation": "false", "skipRegionValidation": "true"}

# Keys of each sort, as the engine hands them over and as the provider gets them.
KEYS = {
    "profile": "shop",
    "allowedAccountIds": '["123456789012"]',
    "assumeRoles": '[{"roleArn": "arn:aws:iam::123456789012:role/x", "externalId": "y"}]',
    "defaultTags": '{"tags": {"CostCenter": "7"}}',
    "endpoints": '[{"s3": "http://127.0.0.1:1", "cognitoIdp": "http://127.0.0.1:2"}]',
    "httpsProxy": "http://127.0.0.1:3",
    "maxRetries": "3",
    "s3UsEast1RegionalEndpoint": "regional",
    "s3UsePathStyle": "true",
    "sharedConfigFiles": '["/tmp/config"]',
    "useFipsEndpoint": "false",
}


def _program() -> None:
    build_provider("dev", pulumi.ComponentResource("shop:index:Shop", "shop"))


def _provider(config: Mapping[str, str], **conditions: Any) -> Resource:
    keys = {f"aws:{key}": text for key, text in config.items()}
    return evaluate(_program, config=keys, **conditions).one(PROVIDER)


def _problems(config: Mapping[str, str], **given: Any) -> tuple[str, ...]:
    keys = {f"aws:{key}": text for key, text in config.items()}
    with pytest.raises(SettingsError) as caught:
        provider_arguments(GivenInputs(keys, **given))
    return caught.value.problems


def test_the_provider_of_an_environment() -> None:
    """One, for the region of the file; a child of the component."""
    graph = graph_of()
    provider = graph.one(PROVIDER)
    assert provider.name == "aws-dev"
    assert provider.inputs == {**DEFAULTS, "region": REGION}
    assert provider.parent == graph.one(COMPONENT).urn


def test_everything_in_aws_is_made_through_it() -> None:
    """Resources and look-ups: the default provider would use another account without a word."""
    graph = graph_of()
    provider = graph.one(PROVIDER).urn
    assert {resource.provider for resource in graph.resources if resource.type[:4] == "aws:"} == {
        provider
    }
    assert {lookup.provider for lookup in graph.lookups} == {provider}


def test_every_key_reaches_the_provider() -> None:
    """In the engine's spelling; JSON as it is."""
    inputs = _provider(KEYS).inputs
    assert inputs == {**DEFAULTS, **KEYS, "region": REGION}


def test_keys_of_every_sort_are_read() -> None:
    """Text as it is, all else from JSON, under the names of the provider's arguments."""
    config = {f"aws:{key}": text for key, text in KEYS.items()}
    assert provider_arguments(GivenInputs(config)) == {
        "region": REGION,
        "profile": "shop",
        "allowed_account_ids": ["123456789012"],
        "assume_roles": [{"roleArn": "arn:aws:iam::123456789012:role/x", "externalId": "y"}],
        "default_tags": {"tags": {"CostCenter": "7"}},
        "endpoints": [{"s3": "http://127.0.0.1:1", "cognitoIdp": "http://127.0.0.1:2"}],
        "https_proxy": "http://127.0.0.1:3",
        "max_retries": 3,
        "s3_us_east1_regional_endpoint": "regional",
        "s3_use_path_style": True,
        "shared_config_files": ["/tmp/config"],
        "use_fips_endpoint": False,
    }


def test_encrypted_keys_stay_secret() -> None:
    """In the engine's state, too; of the keys to the account the SDK itself sees to that."""
    config = {"secretKey": "hush", "accessKey": "open", "assumeRoles": '[{"roleArn": "hush"}]'}
    provider = _provider(config, secret_keys=["aws:secretKey", "aws:assumeRoles"])
    assert provider.secret_inputs == {"accessKey", "secretKey", "assumeRoles"}
    assert provider.inputs == {**DEFAULTS, **config, "region": REGION}


def test_the_region_may_be_repeated() -> None:
    """That pins it."""
    assert _provider({"region": REGION}).inputs == {**DEFAULTS, "region": REGION}


@pytest.mark.parametrize("region", ["us-east-1", "", "mars-1"])
def test_another_region_than_the_files(region: str) -> None:
    """An edited file must not move an environment."""
    assert _problems({"region": region}) == (
        f"aws:region is {region!r}, but lib/AWS_REGION names {REGION}; allowed: the same region "
        "in both, because another region is another environment",
    )


def test_a_stray_region_moves_nothing() -> None:
    """A shell's AWS_REGION is somebody else's."""
    provider = _provider({}, environment={"AWS_REGION": "us-east-1"})
    assert provider.inputs == {**DEFAULTS, "region": REGION}


def test_keys_that_the_provider_does_not_have() -> None:
    """Each is told."""
    assert _problems({"profil": "x", "assume_roles": "[]"}) == (
        "unknown setting aws:assume_roles; allowed: the settings of the AWS provider",
        "unknown setting aws:profil; allowed: the settings of the AWS provider",
    )


@pytest.mark.parametrize("text", ["x", "", "[", "{'a': 1}", "[" * 100_000])
def test_values_that_are_no_json(text: str) -> None:
    """The value is told, unless it is encrypted."""
    allowed = "allowed: JSON, as the AWS provider takes it"
    assert _problems({"assumeRoles": text}) == (f"aws:assumeRoles is {text!r}; {allowed}",)
    assert _problems({"assumeRoles": text}, secret_keys=["aws:assumeRoles"]) == (
        f"aws:assumeRoles is not usable; {allowed}",
    )
