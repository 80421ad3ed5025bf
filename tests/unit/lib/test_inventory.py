"""What holds for every resource: its name, its tags, and no region but ours."""

import json
import re

import pulumi_aws

from dev.program import TAP, evaluate_tap
from emulator.program.graph import Graph, Resource
from lib.region import known_regions
from tests.unit.support import CHANGES, REGION, graph_of, label, of_aws, tags, with_all

LONGEST = "pr-12345678901234x"

# Class -> the input that holds the name in AWS, its longest length, its pattern: what the API
# references say (elasticloadbalancing, iam, rds, logs, ecr, ecs, secretsmanager, ec2 and
# application-autoscaling).
LIMITS: dict[str, tuple[str, int, str]] = {
    "ClusterInstance": ("identifier", 63, r"[a-z](-?[a-z0-9])*"),
    "ClusterParameterGroup": ("name", 255, r"[a-z](-?[a-z0-9])*"),
    "LoadBalancer": ("name", 32, r"[A-Za-z0-9](-?[A-Za-z0-9])*"),
    "LogDeliveryDestination": ("name", 60, r"[\w-]+"),
    "LogDeliverySource": ("name", 60, r"[\w-]+"),
    "LogGroup": ("name", 512, r"[.\-_/#A-Za-z0-9]+"),
    "Policy": ("name", 256, r"[\w-]+"),
    "Repository": ("name", 256, r"[a-z0-9]+([._/-][a-z0-9]+)*"),
    "Role": ("name", 64, r"[\w+=,.@-]+"),
    "RolePolicy": ("name", 128, r"[\w+=,.@-]+"),
    "Secret": ("name", 512, r"[A-Za-z0-9/_+=.@-]+"),
    "SecurityGroup": ("name", 255, r"(?!sg-)[A-Za-z0-9. _\-:/()#,@\[\]+=&;{}!$*]+"),
    "Service": ("name", 255, r"[\w-]+"),
    "SubnetGroup": ("name", 255, r"[a-z](-?[a-z0-9])*"),
    "TargetGroup": ("name", 32, r"[A-Za-z0-9](-?[A-Za-z0-9])*"),
    "TaskDefinition": ("family", 255, r"[\w-]+"),
}


def _class(resource: Resource) -> str:
    return resource.type.rsplit(":", 1)[1]


def _part(resource: Resource, suffix: str = "dev") -> str:
    match = re.fullmatch(f"flask-api-(.+)-{suffix}", resource.name)
    assert match, resource.name
    return match[1]


def _graphs() -> list[Graph]:
    """Return the graphs that together have everything that settings add."""
    more = {"databaseInstances": "3", "containerInsights": "false", "execCommand": "true"}
    added = ("albConnectionLogs", "albHealthCheckLogs", "databaseEngineVersion", "secrets")
    more |= {key: CHANGES[key][0] for key in added}
    return [graph_of(), graph_of(**with_all(more))]


def test_everything_that_takes_tags_has_them() -> None:
    """All seven, with the resource's own name."""
    for resource in {each.urn: each for graph in _graphs() for each in of_aws(graph)}.values():
        module = getattr(pulumi_aws, resource.type.split(":")[1].partition("/")[0])
        takes_tags = hasattr(getattr(module, _class(resource)), "tags")
        expected = tags(_part(resource)) if takes_tags else None
        assert resource.inputs.get("tags") == expected, label(resource)


def test_no_part_begins_as_another() -> None:
    """`pr1`'s `nat` in the environment `1-pr1` would be `nat-1` of `pr1`: nobody could tell."""
    parts = {(each.type, _part(each)) for graph in _graphs() for each in of_aws(graph)}
    assert not [
        (part, other)
        for type_token, part in parts
        for other_token, other in parts
        if type_token == other_token and other.startswith(f"{part}-")
    ]


def test_names_are_within_awss_limits() -> None:
    """For the longest suffix, and the most instances; in AWS and in Pulumi they are the same."""
    assert len(LONGEST) == 18
    graph = evaluate_tap(stack=LONGEST, config={"tap:databaseInstances": "16"})
    for resource in of_aws(graph):
        _part(resource, LONGEST)
        if _class(resource) in LIMITS:
            key, longest, pattern = LIMITS[_class(resource)]
            assert len(resource.inputs[key]) <= longest, resource.name
            assert re.fullmatch(pattern, resource.inputs[key]), resource.name
            assert resource.inputs[key] == resource.name or _class(resource) == "LogGroup"
    assert {_class(resource) for resource in of_aws(graph)} >= LIMITS.keys()
    cluster = graph.one("aws:rds/cluster:Cluster")
    assert cluster.inputs["clusterIdentifier"] == cluster.name
    assert len(cluster.name) <= 63


def test_descriptions_keep_to_ec2s_characters() -> None:
    """EC2 refuses others, an apostrophe among them."""
    descriptions = [
        resource.inputs["description"]
        for resource in of_aws(graph_of())
        if "SecurityGroup" in resource.type and "description" in resource.inputs
    ]
    assert len(descriptions) == 9
    allowed = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{1,255}")
    assert all(map(allowed.fullmatch, descriptions))


def test_no_other_region_is_named() -> None:
    """In no input of no resource."""
    known = re.compile("|".join(sorted(map(re.escape, known_regions()), key=len, reverse=True)))
    text = json.dumps([dict(resource.inputs) for resource in graph_of().resources])
    assert set(known.findall(text)) == {REGION}


def test_no_source_names_the_region() -> None:
    """The file lib/AWS_REGION does, and it alone."""
    folders = ("lib", "emulator", "ops", "dev")
    sources = [TAP, *(p for folder in folders for p in (TAP.parent / folder).rglob("*.py"))]
    assert len(sources) > 30
    assert not [str(path) for path in sources if REGION in path.read_text(encoding="utf-8")]
