"""The stack's `aws:` keys: each reaches the provider, and what is encrypted stays so."""

from collections.abc import Mapping
from typing import Any

from dev.program import evaluate_tap
from emulator.program.graph import Resource
from lib.settings.provider_keys import read_provider_arguments
from tests.unit.support import COMPONENT, PROVIDER, REGION, GivenInputs, graph_of

# What the SDK adds by itself.
DEFAULTS = {"skipCredentialsValidation": "false", "skipRegionValidation": "true"}

# Keys of each sort, as the engine hands them over, and what is read from them.
KEYS = {
    "profile": ("shop", "profile", "shop"),
    "allowedAccountIds": ('["123456789012"]', "allowed_account_ids", ["123456789012"]),
    "assumeRoles": (
        '[{"roleArn": "arn:aws:iam::123456789012:role/x", "externalId": "y"}]',
        "assume_roles",
        [{"roleArn": "arn:aws:iam::123456789012:role/x", "externalId": "y"}],
    ),
    "defaultTags": (
        '{"tags": {"CostCenter": "7"}}',
        "default_tags",
        {"tags": {"CostCenter": "7"}},
    ),
    "endpoints": (
        '[{"s3": "http://127.0.0.1:1", "cognitoIdp": "http://127.0.0.1:2"}]',
        "endpoints",
        [{"s3": "http://127.0.0.1:1", "cognitoIdp": "http://127.0.0.1:2"}],
    ),
    "httpsProxy": ("http://127.0.0.1:3", "https_proxy", "http://127.0.0.1:3"),
    "maxRetries": ("3", "max_retries", 3),
    "s3UsEast1RegionalEndpoint": ("regional", "s3_us_east1_regional_endpoint", "regional"),
    "s3UsePathStyle": ("true", "s3_use_path_style", True),
    "useFipsEndpoint": ("false", "use_fips_endpoint", False),
}
TEXTS = {key: text for key, (text, _, _) in KEYS.items()}


def _provider(config: Mapping[str, str], **conditions: Any) -> Resource:
    keys = {f"aws:{key}": text for key, text in config.items()}
    return evaluate_tap(config=keys, **conditions).one(PROVIDER)


def test_keys_of_every_sort_are_read() -> None:
    """Text as it is, all else from JSON, under the names of the provider's arguments."""
    problems: list[str] = []
    inputs = GivenInputs({f"aws:{key}": text for key, text in {**TEXTS, "region": REGION}.items()})
    assert read_provider_arguments(inputs, problems) == {
        name: value for _, name, value in KEYS.values()
    }
    assert not problems


def test_every_key_reaches_the_provider() -> None:
    """In the engine's spelling, JSON as it is; the region may be repeated, which pins it."""
    keys = {**TEXTS, "region": REGION}
    assert _provider(keys).inputs == {**DEFAULTS, **keys}


def test_encrypted_keys_stay_secret() -> None:
    """In the engine's state, too; of the keys to the account the SDK itself sees to that."""
    config = {"secretKey": "hush", "accessKey": "open", "assumeRoles": '[{"roleArn": "hush"}]'}
    provider = _provider(config, secret_keys=["aws:secretKey", "aws:assumeRoles"])
    assert provider.secret_inputs == {"accessKey", "secretKey", "assumeRoles"}
    assert provider.inputs == {**DEFAULTS, **config, "region": REGION}


def test_a_stray_region_moves_nothing() -> None:
    """A shell's AWS_REGION is somebody else's."""
    provider = _provider({}, environment={"AWS_REGION": "us-east-1"})
    assert provider.inputs == {**DEFAULTS, "region": REGION}
    assert provider.parent == graph_of().one(COMPONENT).urn


def test_everything_in_aws_is_made_through_it() -> None:
    """Resources and look-ups: the default provider would use another account without a word."""
    graph = graph_of()
    users = [each for each in graph.resources if each.type[:4] == "aws:"]
    assert {each.provider for each in (*users, *graph.lookups)} == {graph.one(PROVIDER).urn}
