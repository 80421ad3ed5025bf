"""The placeholder, where it is about to take the place of an image that runs."""

import pulumi
import pulumi_aws as aws

from lib.lookups import ask
from lib.scope import Scope
from lib.service.container import CONTAINER_NAME, PLACEHOLDER_IMAGE
from lib.settings.schema import ContainerSettings


def warn_of_placeholder(
    scope: Scope, settings: ContainerSettings, options: pulumi.InvokeOptions
) -> None:
    """Warn where no image is given and the newest task definition in AWS has one.

    An environment that is made has no task definition, so that an answer that fails says nothing.
    """
    if settings.image is not None:
        return
    living, _ = ask(
        lambda: (
            aws.ecs.get_container_definition(
                task_definition=scope.name("task"), container_name=CONTAINER_NAME, opts=options
            ).image
        )
    )
    if living and living != PLACEHOLDER_IMAGE:
        pulumi.log.warn(
            f"No tap:image is given, so that the placeholder takes the place of {living}. "
            "To keep what runs, set tap:image to it.",
            scope.parent,
        )
