"""How what goes wrong before an `up` is made, in the emulated AWS and its backend."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.rds.models import rds_backends

from emulator.resources.aws import ACCOUNT
from lib.names import alb_log_group
from tests.support.images import push_image
from tests.unit.ops.doctor.world import World
from tests.unit.ops.support import WHERE

NEW, OLD = "new", "old"

TERRAFORM = [{"Key": "ManagedBy", "Value": "terraform"}]
_TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
_BOUNDARY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}],
    }
)


def nothing(_world: World) -> Mapping[str, str]:
    """Have all as it is."""
    return {}


def does(act: Callable[[World], Any]) -> Callable[[World], Mapping[str, str]]:
    """Return what does something to the world, and leaves the settings as they are."""

    def make(world: World) -> Mapping[str, str]:
        act(world)
        return {}

    return make


def quota(service: str, code: str, value: float) -> Callable[[World], Mapping[str, str]]:
    """Have the account have so much of a quota."""
    return does(lambda world: world.server.quotas.__setitem__((service, code), value))


def region_is(status: str) -> Callable[[World], Mapping[str, str]]:
    """Have the account have the region in this status."""
    return does(lambda world: world.server.regions.__setitem__(WHERE.name, status))


def foreign_role(world: World) -> None:
    """Have another program own the execution role's name."""
    world.clients("iam").create_role(
        RoleName="flask-api-execution-role-new", AssumeRolePolicyDocument=_TRUST, Tags=TERRAFORM
    )


def foreign_target_group(world: World) -> None:
    """Have somebody own the target group's name."""
    world.clients("elbv2").create_target_group(
        Name="flask-api-tg-new", Protocol="HTTP", Port=80, VpcId=_default_vpc(world)
    )


def _default_vpc(world: World) -> str:
    return world.clients("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]


def forgotten_repository(world: World) -> None:
    """Have an `up` that was broken off leave its repository."""
    world.clients("ecr").create_repository(
        repositoryName="flask-api-repo-new", tags=[{"Key": "EnvironmentSuffix", "Value": "new"}]
    )


def log_group_again(world: World) -> None:
    """Have a log group come back after a `destroy`."""
    world.clients("logs").create_log_group(logGroupName=alb_log_group(NEW))


def secret_waits(world: World) -> None:
    """Have the secret's name wait for the end of its recovery window."""
    client = world.clients("secretsmanager")
    client.create_secret(Name="flask-api-db-password-new", SecretString="{}")
    client.delete_secret(SecretId="flask-api-db-password-new")


def secret(world: World, text: str = '{"KEY": "x"}', **more: Any) -> str:
    """Make a secret of the tasks; return its ARN."""
    client = world.clients("secretsmanager")
    return client.create_secret(Name="payment", SecretString=text, **more)["ARN"]


def refers(reference: str) -> Mapping[str, str]:
    """Return the settings that hand a secret to the tasks."""
    return {"secrets": json.dumps({"PAYMENT": reference})}


def absent_secret(world: World) -> Mapping[str, str]:
    """Have the tasks get a secret that there is not."""
    return refers(secret(world).replace("payment-", "paiment-"))


def secret_of_task_waits(world: World) -> Mapping[str, str]:
    """Have the tasks get a secret that waits for its deletion."""
    arn = secret(world)
    world.clients("secretsmanager").delete_secret(SecretId=arn)
    return refers(arn)


def secret_with_key(world: World) -> Mapping[str, str]:
    """Have the tasks get a secret with a KMS key of its own."""
    key = world.clients("kms").create_key()["KeyMetadata"]
    return refers(secret(world, KmsKeyId=key["KeyId"]))


def secret_with_dead_key(world: World) -> Mapping[str, str]:
    """Have the tasks get a secret whose KMS key is disabled."""
    key = world.clients("kms").create_key()["KeyMetadata"]
    settings = {**refers(secret(world, KmsKeyId=key["KeyId"])), "decryptionKeys": key["Arn"]}
    world.clients("kms").disable_key(KeyId=key["KeyId"])
    return settings


def narrow_boundary(world: World) -> Mapping[str, str]:
    """Have the roles get a permissions boundary that knows no secrets."""
    policy = world.clients("iam").create_policy(PolicyName="narrow", PolicyDocument=_BOUNDARY)
    return {"permissionsBoundary": policy["Policy"]["Arn"]}


def denying_policy(world: World) -> Mapping[str, str]:
    """Have the living execution role be denied every secret."""
    denial = {"Effect": "Deny", "Action": "secretsmanager:*", "Resource": "*"}
    world.clients("iam").put_role_policy(
        RoleName="flask-api-execution-role-old",
        PolicyName="denies",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [denial]}),
    )
    return refers(secret(world))


def lock(world: World, suffix: str, minutes: float, host: str = "ci-7", pid: int = 7) -> None:
    """Have an `up` hold the stack of an environment, in the backend's folder."""
    folder = world.project.parent / ".pulumi" / "locks" / "organization" / "tap" / suffix
    folder.mkdir(parents=True)
    since = (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()
    held = {"pid": pid, "username": "jane", "hostname": host, "timestamp": since}
    (folder / "1.json").write_text(json.dumps(held), encoding="utf-8")


def not_logged_in(world: World) -> None:
    """Have the backend not answer."""
    said = "error: could not reach s3://key:hush@states?x=1: no such host\n"
    world.pulumi.answer("whoami", code=255, err=said)


def foreign_pulumi_update(world: World) -> None:
    """Have an update run in Pulumi Cloud."""
    world.backend_is("https://app.pulumi.com/jane")
    stacks = [{"name": "acme/new", "updateInProgress": True}]
    world.pulumi.holds({"acme/new": {}})
    world.pulumi.answer("stack ls", out=json.dumps(stacks))


def arm_image(world: World) -> Mapping[str, str]:
    """Push an image for ARM64 alone."""
    push_image(world.server.aws(), "flask-api-repo-old", "v2", "arm64")
    return {"image": "v2"}


def other_user(_world: World) -> None:
    """Have the living database have another master user."""
    clusters = rds_backends[ACCOUNT][WHERE.name].clusters
    clusters["flask-api-aurora-old"].master_username = "admin1"
