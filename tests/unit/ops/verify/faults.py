"""The faults that `verify` has to find, each by itself, named as an operator would call them."""

import json
from collections.abc import Mapping
from typing import Any

from tests.support import deployments
from tests.support.deployments import Service
from tests.unit.ops.verify.support import SUFFIX, Broken, Fault

_ROLLED_BACK = (
    "flask-api-task-dev:2 was rolled back; flask-api-task-dev:1 runs: Service deployment "
)
_DIED = (
    "EssentialContainerExited: Essential container in task exited; flask-api: exit code 1",
    "ImportError: no module named app",
)


def _order(make: Any, *arguments: Any, **more: Any) -> Any:
    return lambda broken: make(broken.server, SUFFIX, *arguments, **more)


def _deploy_the_old_one_again(broken: Broken) -> None:
    deployments.roll_back(broken.server, SUFFIX)
    service = Service(broken.server, SUFFIX)
    service.update(taskDefinition=service.now()["taskDefinition"], forceNewDeployment=True)


def _declare_and_not_deploy(broken: Broken) -> None:
    Service(broken.server, SUFFIX).define(deployments.starts())


def _change_password(broken: Broken) -> None:
    broken.write_secret(
        password="a" * 32,
        url=f"postgresql://flaskapi:{'a' * 32}@{_endpoint(broken)}:5432/flaskapi?sslmode=require",
    )


def _endpoint(broken: Broken) -> str:
    return broken.environment.database.description["Endpoint"]


def _deregister_targets(broken: Broken) -> None:
    group = broken.environment.target_group.id
    told = broken.call("elbv2.describe_target_health", TargetGroupArn=group)
    targets = [each["Target"] for each in told["TargetHealthDescriptions"]]
    broken.call("elbv2.deregister_targets", TargetGroupArn=group, Targets=targets)


def _remove_route(broken: Broken, table: str) -> None:
    which = {"RouteTableId": broken.table(table), "DestinationCidrBlock": "0.0.0.0/0"}
    broken.call("ec2.delete_route", **which)


def _add_route(broken: Broken) -> None:
    broken.call(
        "ec2.create_route",
        RouteTableId=broken.table("private-routes-1"),
        DestinationCidrBlock="192.168.0.0/16",
        GatewayId=broken.environment.part("internet gateway", "igw").id,
    )


def _swap_table(broken: Broken) -> None:
    (table,) = [
        each for each in broken.environment.find("route table") if "private-routes-1" in each.name
    ]
    (own,) = [each for each in table.description["Associations"] if not each.get("Main")]
    broken.call(
        "ec2.replace_route_table_association",
        AssociationId=own["RouteTableAssociationId"],
        RouteTableId=broken.table("public-routes"),
    )


def _fixed_response(broken: Broken) -> None:
    config = {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": "Back soon"}
    action = {"Type": "fixed-response", "FixedResponseConfig": config}
    broken.call("elbv2.modify_listener", ListenerArn=broken.listener, DefaultActions=[action])


def _add_listener_rule(broken: Broken) -> None:
    config = {"StatusCode": "403", "ContentType": "text/plain", "MessageBody": "No"}
    broken.call(
        "elbv2.create_rule",
        ListenerArn=broken.listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/admin*"]}],
        Actions=[{"Type": "fixed-response", "FixedResponseConfig": config}],
    )


def _add_listener(broken: Broken) -> None:
    broken.call(
        "elbv2.create_listener",
        LoadBalancerArn=broken.environment.load_balancer.id,
        Port=8080,
        Protocol="HTTP",
        DefaultActions=[{"Type": "forward", "TargetGroupArn": broken.environment.target_group.id}],
    )


def _trust(broken: Broken, part: str, statement: dict[str, Any]) -> None:
    """Add a statement to the trust policy of a role."""
    role = broken.environment.part("IAM role", part)
    document = dict(role.description["AssumeRolePolicyDocument"])
    document["Statement"] = [*document["Statement"], {**statement, "Action": "sts:AssumeRole"}]
    broken.call(
        "iam.update_assume_role_policy",
        RoleName=role.name,
        PolicyDocument=json.dumps(document),
    )


def _open_trust(broken: Broken) -> None:
    _trust(broken, "task-role", {"Effect": "Allow", "Principal": {"AWS": "*"}})


def _close_trust(broken: Broken) -> None:
    _trust(broken, "execution-role", {"Effect": "Deny", "Principal": "*"})


def _share_secret(broken: Broken) -> None:
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


def _share_images(broken: Broken) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}
    broken.call(
        "ecr.set_repository_policy",
        repositoryName=broken.name("repo"),
        policyText=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def _add_group(broken: Broken) -> None:
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


def _schedule_deletion(broken: Broken) -> None:
    broken.call(
        "secretsmanager.delete_secret",
        SecretId=broken.environment.secret.id,
        RecoveryWindowInDays=7,
    )


def _spoil_secret(broken: Broken) -> None:
    broken.call(
        "secretsmanager.put_secret_value",
        SecretId=broken.environment.secret.id,
        SecretString="no JSON",
    )


def _take_policy_away(broken: Broken) -> None:
    broken.call(
        "iam.delete_role_policy",
        RoleName=broken.name("execution-role"),
        PolicyName=broken.name("execution-secrets-policy"),
    )


def _detach_policy(broken: Broken) -> None:
    broken.call(
        "iam.detach_role_policy",
        RoleName=broken.name("execution-role"),
        PolicyArn="arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
    )


def _attach_policy(broken: Broken) -> None:
    broken.call(
        "iam.attach_role_policy",
        RoleName=broken.name("task-role"),
        PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess",
    )


def _expect_another_status(broken: Broken) -> None:
    broken.call(
        "elbv2.modify_target_group",
        TargetGroupArn=broken.environment.target_group.id,
        Matcher={"HttpCode": "204"},
    )


def _delete_instances(broken: Broken) -> None:
    for number in (1, 2):
        broken.call(
            "rds.delete_db_instance",
            DBInstanceIdentifier=broken.name(f"aurora-{number}"),
            SkipFinalSnapshot=True,
        )


FAULTS: Mapping[str, Fault] = {
    "a deployment is in progress": Fault(
        _order(deployments.begin_deployment),
        "deployment",
        "the deployment of flask-api-task-dev:2 is in progress since ",
    ),
    "a deployment is stuck": Fault(
        _order(deployments.get_stuck),
        "deployment",
        "the deployment of flask-api-task-dev:2 is in progress since ",
        _DIED,
    ),
    "rolled back, and green": Fault(
        _order(deployments.roll_back),
        "deployment",
        f"the deployment of {_ROLLED_BACK}rolled back because the circuit breaker threshold was ",
        ("circuit breaker: 4 failed, at 3 it ends", *_DIED),
    ),
    "a rollback is in progress": Fault(
        _order(deployments.begin_rollback),
        "deployment",
        "the deployment of flask-api-task-dev:2 is being rolled back: Service deployment rolled ",
        _DIED,
    ),
    "rolled back late, by an alarm": Fault(
        _order(deployments.roll_back_late),
        "deployment",
        f"the deployment of {_ROLLED_BACK}rolled back because the deployment alarms detected ",
        ("alarms that went off: flask-api-errors",),
    ),
    "the first deployment stopped": Fault(
        _order(deployments.first_deployment_stops, rollback=False),
        "deployment",
        "the deployment of flask-api-task-dev:2 was stopped before any had come up, so that there ",
        _DIED,
    ),
    "the first deployment could not be rolled back": Fault(
        _order(deployments.first_deployment_stops),
        "deployment",
        "the deployment of flask-api-task-dev:2 was stopped before any had come up, so that there ",
        _DIED,
    ),
    "somebody stopped the deployment": Fault(
        _order(deployments.stop_deployment),
        "deployment",
        "the deployment of flask-api-task-dev:2 was stopped by a user: ",
    ),
    "somebody rolled the deployment back": Fault(
        _order(deployments.stop_deployment, "ROLLBACK"),
        "deployment",
        "the deployment of flask-api-task-dev:2 was rolled back by a user; flask-api-task-dev:1 ",
    ),
    "another deployment took over": Fault(
        _order(deployments.take_over),
        "deployment",
        "another deployment took over from that of flask-api-task-dev:2: of flask-api-task-dev:1, ",
    ),
    "rolled back, then the old one deployed again": Fault(
        _deploy_the_old_one_again,
        "deployment",
        "the deployment of flask-api-task-dev:2 was rolled back; a later one, at ",
    ),
    "the wrong revision runs": Fault(
        _declare_and_not_deploy,
        "deployment",
        "flask-api-task-dev:2 is declared and was never deployed; flask-api-task-dev:1 was, at ",
    ),
    "scaled to nothing": Fault(
        _order(deployments.scale_to_nothing),
        "deployment",
        "the service is scaled to nothing: no task is wanted (autoscaling's minimum is 2)",
    ),
    "a task short": Fault(
        _order(deployments.lose_task), "tasks", "1 of 2 tasks run, 1 start", _DIED
    ),
    "no image to pull": Fault(
        _order(deployments.fail_to_start, "CannotPullContainerError: v1: not found"),
        "tasks",
        "1 of 2 tasks run, ",
        ("CannotPullContainerError: v1: not found",),
    ),
    "no capacity of Fargate": Fault(
        _order(deployments.fail_to_start, "Capacity is unavailable at this time"),
        "tasks",
        "1 of 2 tasks run, ",
        ("was unable to place a task. Reason: Capacity is unavailable at this time",),
    ),
    "a target is unhealthy": Fault(
        _order(deployments.turn_unhealthy, "500"),
        "tasks",
        "is unhealthy (Target.ResponseCodeMismatch: Health checks failed with these codes: [500])",
    ),
    "no target is registered": Fault(
        _deregister_targets, "tasks", "no task is registered with the target group"
    ),
    "tasks with the old password": Fault(
        _change_password, "tasks", "tasks of flask-api-task-dev:1 started with an earlier version"
    ),
    "the database has no instances": Fault(
        _delete_instances, "parts", "no Aurora instance of environment dev"
    ),
    "the rule from the tasks to the database is gone": Fault(
        lambda broken: broken.remove_rule("rds-in-tasks"),
        "network",
        "the tasks can't reach the database: no security group lets the tasks in to the database",
    ),
    "the tasks may not go out to the database": Fault(
        lambda broken: broken.remove_rule("ecs-out-database"),
        "network",
        "the tasks can't reach the database: no security group lets the tasks out to the database",
    ),
    "a network ACL refuses the database's port": Fault(
        lambda broken: broken.block(False, 5432),
        "network",
        "lets nothing in from 10.0.11.0/24 on port 5432",
    ),
    "a network ACL refuses answers": Fault(
        lambda broken: broken.block(True, 40_000),
        "network",
        "no client reaches the load balancer: the network ACL acl-",
    ),
    "the secret is that of another cluster": Fault(
        lambda broken: broken.write_secret(host="other.example.com"),
        "secret",
        "flask-api-db-password-dev: is that of another cluster, by its host",
    ),
    "the secret has another port": Fault(
        lambda broken: broken.write_secret(port=5433),
        "secret",
        "flask-api-db-password-dev: does not agree with the cluster in port",
    ),
    "the secret lacks its key": Fault(
        lambda broken: broken.write_secret(password=None),
        "secret",
        "flask-api-db-password-dev: lacks password",
    ),
    "the secret's URL is an old one": Fault(
        lambda broken: broken.write_secret(password="b" * 32),
        "secret",
        "flask-api-db-password-dev: its url does not agree with its password",
    ),
    "the secret is no JSON": Fault(
        _spoil_secret, "secret", "flask-api-db-password-dev: is not a JSON object"
    ),
    "the secret waits for its deletion": Fault(
        _schedule_deletion, "secret", "flask-api-db-password-dev waits for its deletion"
    ),
    "nobody may reach the load balancer": Fault(
        lambda broken: broken.remove_rule("alb-in-http-0-0-0-0-0"),
        "network",
        "no client reaches the load balancer: no security group lets clients in",
    ),
    "the load balancer may not reach the tasks": Fault(
        lambda broken: broken.remove_rule("alb-out-tasks-5000"),
        "network",
        "the load balancer can't reach the tasks: no security group lets the load balancer out",
    ),
    "the tasks may not reach AWS": Fault(
        lambda broken: broken.remove_rule("ecs-out-https"),
        "network",
        "the tasks can't reach AWS: no security group lets the tasks out",
    ),
    "the way out is gone": Fault(
        lambda broken: _remove_route(broken, "private-routes-1"),
        "network",
        "the tasks can't reach AWS: subnet-",
    ),
    "the load balancer's way to the internet is gone": Fault(
        lambda broken: _remove_route(broken, "public-routes"),
        "network",
        "no client reaches the load balancer: subnet-",
    ),
    "the listener is gone": Fault(
        lambda broken: broken.call("elbv2.delete_listener", ListenerArn=broken.listener),
        "listener",
        "the load balancer has no listener on port 80",
    ),
    "the listener answers by itself": Fault(
        _fixed_response, "listener", "the listener HTTP:80 does not forward to flask-api-tg-dev"
    ),
    "a listener rule by hand": Fault(
        _add_listener_rule,
        "listener",
        "has a rule that the program did not make: path-pattern /admin*",
    ),
    "a listener by hand": Fault(
        _add_listener, "listener", "the load balancer has another listener, HTTP:8080"
    ),
    "another answer than the health check wants": Fault(
        _expect_another_status, "answers", "; the health check wants 204"
    ),
    "the execution role may not read the secret": Fault(
        _take_policy_away,
        "rights",
        "flask-api-execution-role-dev lacks secretsmanager:GetSecretValue on arn:aws:",
    ),
    "the execution role lost AWS's policy": Fault(
        _detach_policy, "rights", "AmazonECSTaskExecutionRolePolicy: ECS can't start tasks"
    ),
    "ECS may not take the execution role": Fault(
        _close_trust,
        "rights",
        "flask-api-execution-role-dev lacks the trust of ecs-tasks.amazonaws.com: ECS can't start",
    ),
    "a rule by hand": Fault(
        lambda broken: broken.let_in("ecs-sg", 22),
        "access",
        "flask-api-ecs-sg-dev lets 0.0.0.0/0 in on tcp 22, which the program did not make",
    ),
    "a rule by hand on the load balancer's own port": Fault(
        lambda broken: broken.let_in("alb-sg", 80, IpRanges=[{"CidrIp": "10.9.0.0/16"}]),
        "access",
        "flask-api-alb-sg-dev lets 10.9.0.0/16 in on tcp 80",
    ),
    "the default security group is open": Fault(
        lambda broken: broken.let_in("default-sg", 22),
        "access",
        "flask-api-default-sg-dev lets 0.0.0.0/0 in on tcp 22",
    ),
    "a security group by hand": Fault(
        _add_group, "access", "the load balancer has the security group sg-"
    ),
    "a route by hand": Fault(
        _add_route, "access", "flask-api-private-routes-1-dev has a route to 192.168.0.0/16 by igw-"
    ),
    "a private subnet made public": Fault(
        _swap_table,
        "access",
        "the subnet flask-api-private-subnet-1-dev has the route table flask-api-public-routes-dev",
    ),
    "a role allows more": Fault(
        lambda broken: broken.put_policy("task-role", "by-hand", "s3:*"),
        "access",
        "flask-api-task-role-dev allows more than the program gave it",
    ),
    "a role has an administrator's policy": Fault(
        _attach_policy,
        "access",
        "flask-api-task-role-dev has the policy arn:aws:iam::aws:policy/AdministratorAccess",
    ),
    "a role may be taken by everybody": Fault(
        _open_trust, "access", "flask-api-task-role-dev may be taken by others: sts:AssumeRole"
    ),
    "the secret is shared": Fault(
        _share_secret, "access", "flask-api-db-password-dev has a resource policy"
    ),
    "the images are shared": Fault(
        _share_images, "access", "flask-api-repo-dev has a resource policy"
    ),
}
