"""The life of a pull request's environment, as it was recorded in the emulated AWS."""

import json
from collections.abc import Iterator

import pytest

from dev.program import tap_program
from emulator.program.deployment import Deployment
from emulator.server.server import Server
from ops.commands.policy import Who, policies
from tests.support.in_process import in_process
from tests.support.recorded import Recorder, recording
from tests.unit.ops.policy.asked import SCOPE


@pytest.fixture(name="life", scope="module")
def life_of_pr7() -> Iterator[Recorder]:
    """All that is asked of AWS while pr7 is made and removed."""
    with in_process(Server(SCOPE.region)) as server:
        # ECS asks what the execution role may do, within the boundary that the bootstrap made.
        [boundary] = policies(Who.BOUNDARY, SCOPE)
        name = SCOPE.boundary.rpartition("/")[2]
        server.aws().call("iam.create_policy", PolicyName=name, PolicyDocument=json.dumps(boundary))
        recorder, aws = recording(server.aws())
        deployment = Deployment(aws)
        given = {"tap:permissionsBoundary": SCOPE.boundary}
        deployment.up(tap_program(), stack="pr7", config=given)
        deployment.destroy()
        yield recorder
