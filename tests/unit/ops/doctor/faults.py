"""What goes wrong before an `up`, by the names that an operator has for it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.rds.models import rds_backends

from emulator.resources.aws import ACCOUNT
from emulator.services.rds.conditions import offers
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


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: how it is made, and which check tells it with which words.

    `make` returns more settings, by key of `tap:`; those in `aws` are by key of `aws:`.
    """

    name: str
    check: str
    words: str
    advice: str
    make: Callable[[World], Mapping[str, str]] = nothing
    suffix: str = NEW
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        """Return its name."""
        return self.name


def _does(act: Callable[[World], Any]) -> Callable[[World], Mapping[str, str]]:
    def make(world: World) -> Mapping[str, str]:
        act(world)
        return {}

    return make


def _quota(service: str, code: str, value: float) -> Callable[[World], Mapping[str, str]]:
    return _does(lambda world: world.server.quotas.__setitem__((service, code), value))


def _region_is(status: str) -> Callable[[World], Mapping[str, str]]:
    return _does(lambda world: world.server.regions.__setitem__(WHERE.name, status))


def _foreign_role(world: World) -> None:
    world.clients("iam").create_role(
        RoleName="flask-api-execution-role-new", AssumeRolePolicyDocument=_TRUST, Tags=TERRAFORM
    )


def _foreign_target_group(world: World) -> None:
    world.clients("elbv2").create_target_group(
        Name="flask-api-tg-new", Protocol="HTTP", Port=80, VpcId=_default_vpc(world)
    )


def _default_vpc(world: World) -> str:
    return world.clients("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]


def _forgotten_repository(world: World) -> None:
    world.clients("ecr").create_repository(
        repositoryName="flask-api-repo-new", tags=[{"Key": "EnvironmentSuffix", "Value": "new"}]
    )


def _log_group_again(world: World) -> None:
    world.clients("logs").create_log_group(logGroupName=alb_log_group(NEW))


def _secret_waits(world: World) -> None:
    client = world.clients("secretsmanager")
    client.create_secret(Name="flask-api-db-password-new", SecretString="{}")
    client.delete_secret(SecretId="flask-api-db-password-new")


def _secret(world: World, text: str = '{"KEY": "x"}', **more: Any) -> str:
    client = world.clients("secretsmanager")
    return client.create_secret(Name="payment", SecretString=text, **more)["ARN"]


def _refers(reference: str) -> Mapping[str, str]:
    return {"secrets": json.dumps({"PAYMENT": reference})}


def _absent_secret(world: World) -> Mapping[str, str]:
    return _refers(_secret(world).replace("payment-", "paiment-"))


def _secret_of_task_waits(world: World) -> Mapping[str, str]:
    arn = _secret(world)
    world.clients("secretsmanager").delete_secret(SecretId=arn)
    return _refers(arn)


def _secret_with_key(world: World) -> Mapping[str, str]:
    key = world.clients("kms").create_key()["KeyMetadata"]
    return _refers(_secret(world, KmsKeyId=key["KeyId"]))


def _secret_with_dead_key(world: World) -> Mapping[str, str]:
    key = world.clients("kms").create_key()["KeyMetadata"]
    settings = {**_refers(_secret(world, KmsKeyId=key["KeyId"])), "decryptionKeys": key["Arn"]}
    world.clients("kms").disable_key(KeyId=key["KeyId"])
    return settings


def _narrow_boundary(world: World) -> Mapping[str, str]:
    policy = world.clients("iam").create_policy(PolicyName="narrow", PolicyDocument=_BOUNDARY)
    return {"permissionsBoundary": policy["Policy"]["Arn"]}


def _denying_policy(world: World) -> Mapping[str, str]:
    denial = {"Effect": "Deny", "Action": "secretsmanager:*", "Resource": "*"}
    world.clients("iam").put_role_policy(
        RoleName="flask-api-execution-role-old",
        PolicyName="denies",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [denial]}),
    )
    return _refers(_secret(world))


def lock(world: World, suffix: str, minutes: float, host: str = "ci-7", pid: int = 7) -> None:
    """Have an `up` hold the stack of an environment, in the backend's folder."""
    folder = world.project.parent / ".pulumi" / "locks" / "organization" / "tap" / suffix
    folder.mkdir(parents=True)
    since = (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()
    held = {"pid": pid, "username": "jane", "hostname": host, "timestamp": since}
    (folder / "1.json").write_text(json.dumps(held), encoding="utf-8")


def _not_logged_in(world: World) -> None:
    said = "error: could not reach s3://key:hush@states?x=1: no such host\n"
    world.pulumi.answer("whoami", code=255, err=said)


def _foreign_pulumi_update(world: World) -> None:
    world.backend_is("https://app.pulumi.com/jane")
    stacks = [{"name": "acme/new", "updateInProgress": True}]
    world.pulumi.holds({"acme/new": {}})
    world.pulumi.answer("stack ls", out=json.dumps(stacks))


def _arm_image(world: World) -> Mapping[str, str]:
    push_image(world.server.aws(), "flask-api-repo-old", "v2", "arm64")
    return {"image": "v2"}


def _other_user(_world: World) -> None:
    clusters = rds_backends[ACCOUNT][WHERE.name].clusters
    clusters["flask-api-aurora-old"].master_username = "admin1"


FAULTS = (
    Fault(
        "token is not valid in the region",
        "account",
        "not valid in the region",
        "AWS_STS",
        _does(lambda world: world.server.refuse_tokens()),
    ),
    Fault(
        "region is not enabled",
        "region",
        "is not enabled in this account (DISABLED)",
        "aws account enable-region --region-name",
        _region_is("DISABLED"),
    ),
    Fault(
        "region is being enabled",
        "region",
        "still being enabled",
        "wait until",
        _region_is("ENABLING"),
    ),
    Fault(
        "other account than expected",
        "account",
        "aws:allowedAccountIds names 999999999999",
        "sign in",
        settings={"aws__allowedAccountIds": '["999999999999"]'},
    ),
    Fault(
        "account that is forbidden",
        "account",
        "aws:forbiddenAccountIds names it",
        "sign in",
        settings={"aws__forbiddenAccountIds": '["123456789012"]'},
    ),
    Fault(
        "setting that there is not",
        "settings",
        "unknown setting tap:immage",
        "did you mean tap:image?",
        settings={"tap__immage": "v1"},
    ),
    Fault(
        "zone that there is not",
        "zones",
        "tap:zones names eu-south-1x, which is not there",
        "allowed in",
        settings={"tap__zones": "eu-south-1a,eu-south-1x"},
    ),
    Fault(
        "version gone",
        "database",
        "does not offer Aurora PostgreSQL 15.12",
        "pulumi config set tap:databaseEngineVersion 15.19",
        _does(lambda _: offers(WHERE.name).withdraw("15.12")),
        settings={"tap__databaseEngineVersion": "15.12"},
    ),
    Fault(
        "class no longer offered with the version",
        "database",
        "db.t3.medium can't be ordered with Aurora PostgreSQL 15.10",
        "db.t4g.medium",
        _does(lambda _: offers(WHERE.name).withhold("db.t3.medium", "15.10")),
    ),
    Fault(
        "class that is not offered",
        "database",
        "db.r8g.large can't be ordered with Aurora PostgreSQL 15.10",
        "db.r6g.large",
        settings={"tap__databaseInstanceClass": "db.r8g.large"},
    ),
    Fault(
        "VPCs run out",
        "quotas",
        "VPCs: 2 of 2 in use, and 1 more needed",
        "--quota-code L-F678F1CE --desired-value 3",
        _quota("vpc", "L-F678F1CE", 2),
    ),
    Fault(
        "elastic IPs run out",
        "quotas",
        "elastic IPs: 2 of 3 in use, and 2 more needed",
        "--service-code ec2 --quota-code L-0263D0A3 --desired-value 4",
        _quota("ec2", "L-0263D0A3", 3),
    ),
    Fault(
        "NAT gateways run out",
        "quotas",
        "NAT gateways of a zone",
        "L-FE5A380F",
        _quota("vpc", "L-FE5A380F", 0),
    ),
    Fault(
        "load balancers run out",
        "quotas",
        "application load balancers",
        "L-53DA6B97",
        _quota("elasticloadbalancing", "L-53DA6B97", 0),
    ),
    Fault(
        "Fargate is too small for a deployment",
        "quotas",
        "in use, and 4 more needed",
        "L-3032A538 --desired-value 4",
        _quota("fargate", "L-3032A538", 3),
    ),
    Fault(
        "Fargate is too small for what lives",
        "quotas",
        "in use, and 2 more needed",
        "L-3032A538",
        _quota("fargate", "L-3032A538", 1),
        OLD,
    ),
    Fault(
        "Fargate Spot is too small for a deployment",
        "quotas",
        "Fargate vCPUs (Spot): not known how many of 1 in use, and 4 more needed",
        "L-36FBB829 --desired-value 4",
        _quota("fargate", "L-36FBB829", 1),
        settings={"tap__spot": "true"},
    ),
    Fault(
        "database clusters run out",
        "quotas",
        "DB clusters",
        "L-952B80B8",
        _quota("rds", "L-952B80B8", 0),
    ),
    Fault(
        "role of another owner",
        "names",
        "role flask-api-execution-role-new is somebody else's; its tags say ManagedBy=terraform (",
        "choose another SUFFIX",
        _does(_foreign_role),
    ),
    Fault(
        "target group of another owner",
        "names",
        "target group flask-api-tg-new is somebody else's; no tag says whose",
        "choose another SUFFIX",
        _does(_foreign_target_group),
    ),
    Fault(
        "repository that a broken-off up left",
        "names",
        "repo-new is there, and no stack holds it; its tags say EnvironmentSuffix=new",
        "ops leftovers --suffix new",
        _does(_forgotten_repository),
    ),
    Fault(
        "name reserved",
        "names",
        "flask-api-db-password-new is taken: the secret waits for its deletion",
        "--force-delete-without-recovery",
        _does(_secret_waits),
    ),
    Fault(
        "log group back",
        "names",
        "/aws/alb/flask-api-new is there, without tags and kept for ever",
        "aws logs delete-log-group --log-group-name /aws/alb/flask-api-new",
        _does(_log_group_again),
    ),
    Fault(
        "image before the repository",
        "image",
        "there is no repository flask-api-repo-new",
        "run that without tap:image",
        settings={"tap__image": "v1"},
    ),
    Fault(
        "image in a repository that there is not",
        "image",
        "there is no repository shop",
        "aws ecr create-repository --repository-name shop",
        settings={"tap__image": f"123456789012.dkr.ecr.{WHERE.name}.amazonaws.com/shop:v1"},
    ),
    Fault(
        "image that is not there",
        "image",
        "there is no image v9 in the repository flask-api-repo-old",
        "aws ecr describe-images",
        suffix=OLD,
        settings={"tap__image": "v9"},
    ),
    Fault(
        "image of another architecture",
        "image",
        "the image is for arm64, the tasks are X86_64",
        "--platform linux/amd64 …, or pulumi config set tap:cpuArchitecture ARM64",
        _arm_image,
        OLD,
    ),
    Fault(
        "secret that there is not",
        "secrets",
        "PAYMENT: there is no secret paiment-",
        "aws secretsmanager list-secrets",
        _absent_secret,
    ),
    Fault(
        "secret that waits for its deletion",
        "secrets",
        "waits for its deletion",
        "aws secretsmanager restore-secret",
        _secret_of_task_waits,
    ),
    Fault(
        "secret without its key",
        "secrets",
        "its value has no key TOKEN (secret payment-",
        "ARN:KEY::",
        lambda world: _refers(f"{_secret(world)}:TOKEN::"),
    ),
    Fault(
        "secret that is no JSON",
        "secrets",
        "its value is no JSON object",
        "add the key",
        lambda world: _refers(f"{_secret(world, 'hush')}:KEY::"),
    ),
    Fault(
        "secret without that version",
        "secrets",
        "has no such version",
        "put-secret-value",
        lambda world: _refers(f"{_secret(world)}:KEY:AWSOLDER:"),
    ),
    Fault(
        "parameter that there is not",
        "secrets",
        "there is no parameter /shop/key",
        "aws ssm put-parameter --name /shop/key",
        settings={
            "tap__secrets": json.dumps(
                {"PAYMENT": f"arn:aws:ssm:{WHERE.name}:123456789012:parameter/shop/key"}
            )
        },
    ),
    Fault(
        "key that the tasks may not use",
        "secrets",
        "the execution role may not call kms:Decrypt",
        "pulumi config set tap:decryptionKeys",
        _secret_with_key,
    ),
    Fault("key that is disabled", "secrets", "is Disabled", "enable-key", _secret_with_dead_key),
    Fault(
        "permissions boundary without the secret",
        "secrets",
        "DATABASE_URL: the execution role may not call secretsmanager:GetSecretValue",
        "permissions boundary",
        _narrow_boundary,
    ),
    Fault(
        "policy that denies the secret",
        "secrets",
        "(a policy denies it)",
        "take out the Deny",
        _denying_policy,
        OLD,
    ),
    Fault(
        "lock stale",
        "backend",
        "the stack new is locked, since 3 h, by jane on ci-7 (pid 7); the lock is stale",
        "pulumi cancel --stack new",
        _does(lambda world: lock(world, NEW, 200)),
    ),
    Fault(
        "lock of an up that is at work",
        "backend",
        "the stack new is locked, since 3 min, by jane on ci-7",
        "wait for it",
        _does(lambda world: lock(world, NEW, 3)),
    ),
    Fault(
        "update in progress in Pulumi Cloud",
        "backend",
        "an update of the stack acme/new is in progress",
        "wait for it",
        _does(_foreign_pulumi_update),
    ),
    Fault(
        "backend does not answer",
        "backend",
        "does not answer: error: could not reach s3://states",
        "pulumi login",
        _does(_not_logged_in),
    ),
    Fault(
        "two stacks may be meant",
        "backend",
        "2 stacks may be of the environment new",
        "see docs/operations.md",
        _does(lambda world: world.pulumi.holds({"a-new": {}, "b-new": {}})),
    ),
    Fault(
        "CLI too old",
        "tools",
        "the Pulumi CLI is v3.100.0",
        "make tools",
        _does(lambda world: world.pulumi.answer("version", out="v3.100.0\n")),
    ),
    Fault(
        "CLI missing",
        "tools",
        "there is no Pulumi CLI that works",
        "https://get.pulumi.com",
        _does(lambda world: (world.pulumi.folder / "pulumi").unlink()),
    ),
    Fault(
        "other network than it was made with",
        "living",
        "tap:vpcCidr is 10.9.0.0/16, but the environment old was made with 10.0.0.0/16",
        "allowed: 10.0.0.0/16",
        suffix=OLD,
        settings={"tap__vpcCidr": "10.9.0.0/16"},
    ),
    Fault(
        "pin behind what runs",
        "living",
        "Aurora runs 15.10, tap:databaseEngineVersion says 15.8",
        "allowed: 15.10 or later",
        suffix=OLD,
        settings={"tap__databaseEngineVersion": "15.8"},
    ),
    Fault(
        "other user than the program's",
        "living",
        "the master user of flask-api-aurora-old is admin1, the program's is flaskapi",
        "make another environment",
        _does(_other_user),
        OLD,
    ),
    Fault(
        "setting that was forgotten",
        "living",
        "was set to tap:maxTasks=4, which nothing says now",
        "DEFAULTS=1",
        suffix=OLD,
    ),
    Fault(
        "environment of another backend",
        "living",
        "no stack of this backend holds it",
        "pulumi login",
        _does(lambda world: world.pulumi.holds({})),
        OLD,
    ),
)
