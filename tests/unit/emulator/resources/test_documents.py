"""What JSON texts among the arguments mean."""

from emulator.resources import documents
from emulator.services.ecs.resources import containers


def test_policies_that_say_the_same() -> None:
    """A list of one is its only item; what is no JSON is itself."""
    assert documents.policy('{"A": ["b"], "C": ["d", "e"]}') == {"A": "b", "C": ["d", "e"]}
    assert documents.policy("no JSON") == "no JSON"
    assert documents.parse('{"rules": [1]}') == {"rules": [1]}


def test_containers_that_are_the_same() -> None:
    """What ECS adds makes no difference; the order of a command does."""
    given = '[{"name": "a", "portMappings": [{"containerPort": 80}], "command": ["b", "a"]}]'
    added = [
        {
            "name": "a",
            "cpu": 0,
            "essential": True,
            "mountPoints": [],
            "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}],
            "command": ["b", "a"],
        }
    ]
    assert containers(given) == containers(added)
    added[0]["command"] = ["a", "b"]
    assert containers(given) != containers(added)
    assert containers("unknown") == "unknown"
