"""The service, where ECS can't change it in place."""

import pulumi
import pulumi_aws as aws

from lib.lookups import ask
from lib.scope import Scope
from lib.settings.schema import TaskSettings


def warn_of_replacement(
    scope: Scope, settings: TaskSettings, options: pulumi.InvokeOptions
) -> None:
    """Warn where the service runs on Fargate Spot, and is not to any more.

    Another capacity provider is a new deployment, but the way back to a launch type replaces the
    service. A look-up that fails says nothing.
    """
    if settings.spot:
        return
    living, _ = ask(
        lambda: aws.ecs.get_service(
            cluster_arn=scope.name("cluster"), service_name=scope.name("service"), opts=options
        )
    )
    # ECS shows a service for a while after it was deleted; with a strategy, it has no launch type.
    if living and living.status == "ACTIVE" and not living.launch_type:
        pulumi.log.warn(
            "The service runs on Fargate Spot, and tap:spot is false: it is replaced, because ECS "
            "can't change that in place. No task answers for some minutes.",
            scope.parent,
        )
