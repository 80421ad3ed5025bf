"""The faults that `verify` has to find, each by itself, named as an operator would call them."""

from collections.abc import Mapping

from tests.support import deployments
from tests.unit.ops.verify.breaking import (
    add_group,
    add_listener,
    add_listener_rule,
    add_route,
    attach_policy,
    change_password,
    close_trust,
    declare_and_not_deploy,
    delete_instances,
    deploy_the_old_one_again,
    deregister_targets,
    detach_policy,
    expect_another_status,
    fixed_response,
    open_trust,
    order,
    remove_route,
    schedule_deletion,
    share_images,
    share_secret,
    spoil_secret,
    swap_table,
    take_policy_away,
)
from tests.unit.ops.verify.support import Fault

_ROLLED_BACK = (
    "flask-api-task-dev:2 was rolled back; flask-api-task-dev:1 runs: Service deployment "
)
_DIED = (
    "EssentialContainerExited: Essential container in task exited; flask-api: exit code 1",
    "ImportError: no module named app",
)


FAULTS: Mapping[str, Fault] = {
    "a deployment is in progress": Fault(
        order(deployments.begin_deployment),
        "deployment",
        "the deployment of flask-api-task-dev:2 is in progress since ",
    ),
    "a deployment is stuck": Fault(
        order(deployments.get_stuck),
        "deployment",
        "the deployment of flask-api-task-dev:2 is in progress since ",
        _DIED,
    ),
    "rolled back, and green": Fault(
        order(deployments.roll_back),
        "deployment",
        f"the deployment of {_ROLLED_BACK}rolled back because the circuit breaker threshold was ",
        ("circuit breaker: 4 failed, at 3 it ends", *_DIED),
    ),
    "a rollback is in progress": Fault(
        order(deployments.begin_rollback),
        "deployment",
        "the deployment of flask-api-task-dev:2 is being rolled back: Service deployment rolled ",
        _DIED,
    ),
    "rolled back late, by an alarm": Fault(
        order(deployments.roll_back_late),
        "deployment",
        f"the deployment of {_ROLLED_BACK}rolled back because the deployment alarms detected ",
        ("alarms that went off: flask-api-errors",),
    ),
    "the first deployment stopped": Fault(
        order(deployments.first_deployment_stops, rollback=False),
        "deployment",
        "the deployment of flask-api-task-dev:2 was stopped before any had come up, so that there ",
        _DIED,
    ),
    "the first deployment could not be rolled back": Fault(
        order(deployments.first_deployment_stops),
        "deployment",
        "the deployment of flask-api-task-dev:2 was stopped before any had come up, so that there ",
        _DIED,
    ),
    "somebody stopped the deployment": Fault(
        order(deployments.stop_deployment),
        "deployment",
        "the deployment of flask-api-task-dev:2 was stopped by a user: ",
    ),
    "somebody rolled the deployment back": Fault(
        order(deployments.stop_deployment, "ROLLBACK"),
        "deployment",
        "the deployment of flask-api-task-dev:2 was rolled back by a user; flask-api-task-dev:1 ",
    ),
    "another deployment took over": Fault(
        order(deployments.take_over),
        "deployment",
        "another deployment took over from that of flask-api-task-dev:2: of flask-api-task-dev:1, ",
    ),
    "rolled back, then the old one deployed again": Fault(
        deploy_the_old_one_again,
        "deployment",
        "the deployment of flask-api-task-dev:2 was rolled back; a later one, at ",
    ),
    "the wrong revision runs": Fault(
        declare_and_not_deploy,
        "deployment",
        "flask-api-task-dev:2 is declared and was never deployed; flask-api-task-dev:1 was, at ",
    ),
    "scaled to nothing": Fault(
        order(deployments.scale_to_nothing),
        "deployment",
        "the service is scaled to nothing: no task is wanted (autoscaling's minimum is 2)",
    ),
    "a task short": Fault(
        order(deployments.lose_task), "tasks", "1 of 2 tasks run, 1 start", _DIED
    ),
    "no image to pull": Fault(
        order(deployments.fail_to_start, "CannotPullContainerError: v1: not found"),
        "tasks",
        "1 of 2 tasks run, ",
        ("CannotPullContainerError: v1: not found",),
    ),
    "no capacity of Fargate": Fault(
        order(deployments.fail_to_start, "Capacity is unavailable at this time"),
        "tasks",
        "1 of 2 tasks run, ",
        ("was unable to place a task. Reason: Capacity is unavailable at this time",),
    ),
    "a target is unhealthy": Fault(
        order(deployments.turn_unhealthy, "500"),
        "tasks",
        "is unhealthy (Target.ResponseCodeMismatch: Health checks failed with these codes: [500])",
    ),
    "no target is registered": Fault(
        deregister_targets, "tasks", "no task is registered with the target group"
    ),
    "tasks with the old password": Fault(
        change_password, "tasks", "tasks of flask-api-task-dev:1 started with an earlier version"
    ),
    "the database has no instances": Fault(
        delete_instances, "parts", "no Aurora instance of environment dev"
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
        spoil_secret, "secret", "flask-api-db-password-dev: is not a JSON object"
    ),
    "the secret waits for its deletion": Fault(
        schedule_deletion, "secret", "flask-api-db-password-dev waits for its deletion"
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
        lambda broken: remove_route(broken, "private-routes-1"),
        "network",
        "the tasks can't reach AWS: subnet-",
    ),
    "the load balancer's way to the internet is gone": Fault(
        lambda broken: remove_route(broken, "public-routes"),
        "network",
        "no client reaches the load balancer: subnet-",
    ),
    "the listener is gone": Fault(
        lambda broken: broken.call("elbv2.delete_listener", ListenerArn=broken.listener),
        "listener",
        "the load balancer has no listener on port 80",
    ),
    "the listener answers by itself": Fault(
        fixed_response, "listener", "the listener HTTP:80 does not forward to flask-api-tg-dev"
    ),
    "a listener rule by hand": Fault(
        add_listener_rule,
        "listener",
        "has a rule that the program did not make: path-pattern /admin*",
    ),
    "a listener by hand": Fault(
        add_listener, "listener", "the load balancer has another listener, HTTP:8080"
    ),
    "another answer than the health check wants": Fault(
        expect_another_status, "answers", "; the health check wants 204"
    ),
    "the execution role may not read the secret": Fault(
        take_policy_away,
        "rights",
        "flask-api-execution-role-dev lacks secretsmanager:GetSecretValue on arn:aws:",
    ),
    "the execution role lost AWS's policy": Fault(
        detach_policy, "rights", "AmazonECSTaskExecutionRolePolicy: ECS can't start tasks"
    ),
    "ECS may not take the execution role": Fault(
        close_trust,
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
        add_group, "access", "the load balancer has the security group sg-"
    ),
    "a route by hand": Fault(
        add_route, "access", "flask-api-private-routes-1-dev has a route to 192.168.0.0/16 by igw-"
    ),
    "a private subnet made public": Fault(
        swap_table,
        "access",
        "the subnet flask-api-private-subnet-1-dev has the route table flask-api-public-routes-dev",
    ),
    "a role allows more": Fault(
        lambda broken: broken.put_policy("task-role", "by-hand", "s3:*"),
        "access",
        "flask-api-task-role-dev allows more than the program gave it",
    ),
    "a role has an administrator's policy": Fault(
        attach_policy,
        "access",
        "flask-api-task-role-dev has the policy arn:aws:iam::aws:policy/AdministratorAccess",
    ),
    "a role may be taken by everybody": Fault(
        open_trust, "access", "flask-api-task-role-dev may be taken by others: sts:AssumeRole"
    ),
    "the secret is shared": Fault(
        share_secret, "access", "flask-api-db-password-dev has a resource policy"
    ),
    "the images are shared": Fault(
        share_images, "access", "flask-api-repo-dev has a resource policy"
    ),
}
