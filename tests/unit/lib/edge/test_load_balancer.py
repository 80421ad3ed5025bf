"""The load balancer, its target group and its listener; whole inputs."""

from tests.unit.support import graph_of, identity, made, name, tags


def test_the_load_balancer() -> None:
    """Open to the internet, in the public subnets."""
    assert made("lb/loadBalancer:LoadBalancer", "alb").inputs == {
        "name": name("alb"),
        "loadBalancerType": "application",
        "internal": False,
        "securityGroups": [identity("ec2/securityGroup:SecurityGroup", "alb-sg")],
        "subnets": [identity("ec2/subnet:Subnet", f"public-subnet-{number}") for number in (1, 2)],
        "dropInvalidHeaderFields": True,
        "enableDeletionProtection": False,
        "tags": tags("alb"),
    }


def test_the_target_group() -> None:
    """Of addresses, because tasks have network interfaces of their own."""
    assert made("lb/targetGroup:TargetGroup", "tg").inputs == {
        "name": name("tg"),
        "targetType": "ip",
        "port": 5000,
        "protocol": "HTTP",
        "vpcId": identity("ec2/vpc:Vpc", "vpc"),
        "deregistrationDelay": 30,
        "healthCheck": {
            "enabled": True,
            "protocol": "HTTP",
            "path": "/health",
            "port": "traffic-port",
            "matcher": "200",
            "interval": 30,
            "timeout": 5,
            "healthyThreshold": 2,
            "unhealthyThreshold": 3,
        },
        "tags": tags("tg"),
    }


def test_the_target_groups_port_is_for_good() -> None:
    """The container's may change; the group's would replace it, and its name is taken."""
    target_group = made("lb/targetGroup:TargetGroup", "tg", graph_of(containerPort="8080"))
    assert target_group.inputs == made("lb/targetGroup:TargetGroup", "tg").inputs


def test_another_health_check_path() -> None:
    """The load balancer and the placeholder agree on it."""
    graph = graph_of(healthCheckPath="/up")
    assert made("lb/targetGroup:TargetGroup", "tg", graph).inputs["healthCheck"]["path"] == "/up"
    task = made("ecs/taskDefinition:TaskDefinition", "task", graph)
    assert '"/up"' in task.inputs["containerDefinitions"]


def test_the_listener() -> None:
    """Everything on port 80 goes to the tasks."""
    assert made("lb/listener:Listener", "http-listener").inputs == {
        "loadBalancerArn": identity("lb/loadBalancer:LoadBalancer", "alb", "arn"),
        "port": 80,
        "protocol": "HTTP",
        "defaultActions": [
            {
                "type": "forward",
                "targetGroupArn": identity("lb/targetGroup:TargetGroup", "tg", "arn"),
            }
        ],
        "tags": tags("http-listener"),
    }
