"""What breaks an environment: by a hand, or by what AWS does in its stead."""

import json
from typing import Any

from tests.support import deployments
from tests.support.deployments import Service
from tests.unit.ops.verify.support import SUFFIX, Broken


def order(make: Any, *arguments: Any, **more: Any) -> Any:
    """Return what makes a situation of tests/support/deployments."""
    return lambda broken: make(broken.server, SUFFIX, *arguments, **more)


def deploy_the_old_one_again(broken: Broken) -> None:
    """After a rollback, deploy what runs once more, so that the newest deployment succeeds."""
    deployments.roll_back(broken.server, SUFFIX)
    service = Service(broken.server, SUFFIX)
    service.update(taskDefinition=service.now()["taskDefinition"], forceNewDeployment=True)


def declare_and_not_deploy(broken: Broken) -> None:
    """Register a newer task definition that nobody deploys."""
    Service(broken.server, SUFFIX).define(deployments.starts())


def change_password(broken: Broken) -> None:
    """Write another password into the secret, in its URL too."""
    broken.write_secret(
        password="a" * 32,
        url=f"postgresql://flaskapi:{'a' * 32}@{endpoint(broken)}:5432/flaskapi?sslmode=require",
    )


def endpoint(broken: Broken) -> str:
    """Return the host of the database."""
    return broken.environment.database.description["Endpoint"]


def deregister_targets(broken: Broken) -> None:
    """Take all tasks out of the target group."""
    group = broken.environment.target_group.id
    told = broken.call("elbv2.describe_target_health", TargetGroupArn=group)
    targets = [each["Target"] for each in told["TargetHealthDescriptions"]]
    broken.call("elbv2.deregister_targets", TargetGroupArn=group, Targets=targets)


def remove_route(broken: Broken, table: str) -> None:
    """Take the way to the internet out of a route table."""
    which = {"RouteTableId": broken.table(table), "DestinationCidrBlock": "0.0.0.0/0"}
    broken.call("ec2.delete_route", **which)


def add_route(broken: Broken) -> None:
    """Give private subnets a route past the NAT gateway."""
    broken.call(
        "ec2.create_route",
        RouteTableId=broken.table("private-routes-1"),
        DestinationCidrBlock="192.168.0.0/16",
        GatewayId=broken.environment.part("internet gateway", "igw").id,
    )


def swap_table(broken: Broken) -> None:
    """Give a private subnet the public route table."""
    (table,) = [
        each for each in broken.environment.find("route table") if "private-routes-1" in each.name
    ]
    (own,) = [each for each in table.description["Associations"] if not each.get("Main")]
    broken.call(
        "ec2.replace_route_table_association",
        AssociationId=own["RouteTableAssociationId"],
        RouteTableId=broken.table("public-routes"),
    )


def fixed_response(broken: Broken) -> None:
    """Have the listener answer by itself."""
    config = {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": "Back soon"}
    action = {"Type": "fixed-response", "FixedResponseConfig": config}
    broken.call("elbv2.modify_listener", ListenerArn=broken.listener, DefaultActions=[action])


def add_listener_rule(broken: Broken) -> None:
    """Add a rule to the listener."""
    config = {"StatusCode": "403", "ContentType": "text/plain", "MessageBody": "No"}
    broken.call(
        "elbv2.create_rule",
        ListenerArn=broken.listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/admin*"]}],
        Actions=[{"Type": "fixed-response", "FixedResponseConfig": config}],
    )


def add_listener(broken: Broken) -> None:
    """Add a listener on another port."""
    broken.call(
        "elbv2.create_listener",
        LoadBalancerArn=broken.environment.load_balancer.id,
        Port=8080,
        Protocol="HTTP",
        DefaultActions=[{"Type": "forward", "TargetGroupArn": broken.environment.target_group.id}],
    )


def trust(broken: Broken, part: str, statement: dict[str, Any]) -> None:
    """Add a statement to the trust policy of a role."""
    role = broken.environment.part("IAM role", part)
    document = dict(role.description["AssumeRolePolicyDocument"])
    document["Statement"] = [*document["Statement"], {**statement, "Action": "sts:AssumeRole"}]
    broken.call(
        "iam.update_assume_role_policy",
        RoleName=role.name,
        PolicyDocument=json.dumps(document),
    )


def open_trust(broken: Broken) -> None:
    """Let everybody take the task role."""
    trust(broken, "task-role", {"Effect": "Allow", "Principal": {"AWS": "*"}})


def close_trust(broken: Broken) -> None:
    """Let nobody take the execution role."""
    trust(broken, "execution-role", {"Effect": "Deny", "Principal": "*"})


def share_secret(broken: Broken) -> None:
    """Let another account read the secret."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::999999999999:root"},
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "*",
    }
    broken.call(
        "secretsmanager.put_resource_policy",
        SecretId=broken.environment.secret.id,
        ResourcePolicy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def share_images(broken: Broken) -> None:
    """Let everybody pull images."""
    statement = {"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}
    broken.call(
        "ecr.set_repository_policy",
        repositoryName=broken.name("repo"),
        policyText=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def add_group(broken: Broken) -> None:
    """Put a security group of somebody else on the load balancer."""
    made = broken.call(
        "ec2.create_security_group",
        GroupName="open",
        Description="open",
        VpcId=broken.environment.vpc.id,
    )
    broken.call(
        "elbv2.set_security_groups",
        LoadBalancerArn=broken.environment.load_balancer.id,
        SecurityGroups=[broken.group("alb-sg"), made["GroupId"]],
    )


def schedule_deletion(broken: Broken) -> None:
    """Delete the secret, with a recovery window."""
    broken.call(
        "secretsmanager.delete_secret",
        SecretId=broken.environment.secret.id,
        RecoveryWindowInDays=7,
    )


def spoil_secret(broken: Broken) -> None:
    """Write what is no JSON into the secret."""
    broken.call(
        "secretsmanager.put_secret_value",
        SecretId=broken.environment.secret.id,
        SecretString="no JSON",
    )


def take_policy_away(broken: Broken) -> None:
    """Take the right to read the secret from the execution role."""
    broken.call(
        "iam.delete_role_policy",
        RoleName=broken.name("execution-role"),
        PolicyName=broken.name("execution-secrets-policy"),
    )


def detach_policy(broken: Broken) -> None:
    """Take AWS's own policy from the execution role."""
    broken.call(
        "iam.detach_role_policy",
        RoleName=broken.name("execution-role"),
        PolicyArn="arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
    )


def attach_policy(broken: Broken) -> None:
    """Give the task role an administrator's policy."""
    broken.call(
        "iam.attach_role_policy",
        RoleName=broken.name("task-role"),
        PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess",
    )


def expect_another_status(broken: Broken) -> None:
    """Have the health check want a status that no task answers with."""
    broken.call(
        "elbv2.modify_target_group",
        TargetGroupArn=broken.environment.target_group.id,
        Matcher={"HttpCode": "204"},
    )


def delete_instances(broken: Broken) -> None:
    """Delete all instances of the database."""
    for number in (1, 2):
        broken.call(
            "rds.delete_db_instance",
            DBInstanceIdentifier=broken.name(f"aurora-{number}"),
            SkipFinalSnapshot=True,
        )
