"""What `make up`, preview and destroy do with care, in an environment `dev` of a stack `shop-dev`.

A test finds the environment up; whoever removes it leaves it to the next one to make it again.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from dev.isolation import isolated
from lib.names import resource_name
from lib.region import read_region
from ops.clients import Clients
from ops.inventory.environment import Environment, discover
from ops.pulumi_cli import ROOT, PulumiCli
from ops.region import Region
from tests.e2e.conftest import emulated_only
from tests.e2e.served import Served

pytestmark = emulated_only

_FILE = "Pulumi.shop-dev.yaml"
_OTHER_REGION = "ap-south-1"


@dataclass(frozen=True)
class Shop:
    """The environment `dev`: how it is worked on, and clients of where it is."""

    served: Served
    clients: Clients

    @property
    def environment(self) -> Environment:
        """What the environment has now."""
        return Environment(self.clients, "dev")

    @property
    def file(self) -> Path:
        """The file with the stack's settings."""
        return self.served.place.folder / _FILE

    @property
    def cli(self) -> PulumiCli:
        """The CLI where the stack is."""
        place = self.served.place
        return PulumiCli(place.folder, {"PATH": "/usr/bin:/bin", **place.variables})

    def works(self, job: str, *words: str) -> str:
        """Have `make` do what has to work; return what it printed."""
        code, output = self.served.make(job, "SUFFIX=dev", *words)
        assert code == 0, output
        return output

    def fails(self, job: str, *words: str, folder: Path = ROOT) -> str:
        """Have `make` try what it has to refuse; return what it printed."""
        code, output = self.served.make(job, "SUFFIX=dev", *words, folder=folder)
        assert code != 0, output
        assert "Traceback" not in output
        return output

    @contextmanager
    def file_as(self, change: Callable[[Path], object]) -> Iterator[None]:
        """Change the stack's file, and put it back as it was."""
        before = self.file.read_bytes()
        change(self.file)
        yield
        self.file.write_bytes(before)


@pytest.fixture(name="shop")
def _shop(served: Served, monkeypatch: pytest.MonkeyPatch) -> Shop:
    for name, value in served.place.variables.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    shop = Shop(served, Clients(Region(read_region(), "lib/AWS_REGION")))
    if discover(shop.clients, "dev").proves_absence:
        shop.file.unlink(missing_ok=True)
        given = "ARGS=--skip-preview --config tap:maxTasks=9"
        assert "69 created" in shop.works("up", "STACK=shop-dev", given, "DEFAULTS=1")
    return shop


def _stacks_and_files(shop: Shop) -> tuple[list[str], list[Path], list[str]]:
    """Return the stacks, all files beside the program, and what is selected."""
    folder = shop.served.place.folder
    selected = [each.read_text() for each in sorted(folder.glob("home/workspaces/*"))]
    return sorted(shop.cli.stacks()), sorted(folder.glob("*")), selected


def test_a_preview_of_what_is_not_there_leaves_nothing(shop: Shop) -> None:
    before = _stacks_and_files(shop)
    code, output = shop.served.make("preview", "SUFFIX=pr9")
    assert (code, "69 to create" in output) == (0, True), output
    assert _stacks_and_files(shop) == before


def test_a_forgotten_setting_stops_up_until_the_defaults_are_asked_for(shop: Shop) -> None:
    """By the stack that holds `dev`, which is not named after it; no other one is made."""
    with shop.file_as(Path.unlink):
        refused = shop.fails("up")
        assert "stack shop-dev\n" in refused
        assert "tap:maxTasks is 9\n" in refused
        assert "make up SUFFIX=dev DEFAULTS=1" in refused
        [target] = shop.environment.all("scaling target")
        assert target.description["MaxCapacity"] == 9
        assert "1 updated" in shop.works("up", "ARGS=--skip-preview", "DEFAULTS=1")
        [target] = shop.environment.all("scaling target")
        assert target.description["MaxCapacity"] == 10
        assert not {"dev", "TapStackdev"} & set(shop.cli.stacks())
    assert "1 updated" in shop.works("up", "ARGS=--skip-preview")


def _tree_in_another_region(folder: Path) -> Path:
    """Copy the tree, but for what `make` made in it, and edit the file that names the region."""
    made = (".venv", ".tools", ".emulated")
    tree = shutil.copytree(
        ROOT, folder / "tree", ignore=shutil.ignore_patterns(*made, ".git", "__pycache__", "tests")
    )
    for name in made:
        (tree / name).symlink_to(ROOT / name)
    (tree / "lib" / "AWS_REGION").write_text(f"{_OTHER_REGION}\n", encoding="utf-8")
    return tree


def test_an_edited_region_moves_nothing(shop: Shop, tmp_path: Path) -> None:
    region = read_region()
    pinned = yaml.safe_load(shop.file.read_text())["config"]["aws:region"]
    assert pinned == region != _OTHER_REGION
    tree = _tree_in_another_region(tmp_path)
    refusal = f"aws:region is '{region}', but lib/AWS_REGION names {_OTHER_REGION}"
    for job in ("preview", "up"):
        assert refusal in shop.fails(job, folder=tree)
    assert refusal in _up_by_hand(shop, tree)
    assert not Environment(Clients(Region(_OTHER_REGION, "here")), "dev").find("VPC")
    assert "69 unchanged" in shop.works("up", "ARGS=--skip-preview")


def _up_by_hand(shop: Shop, tree: Path) -> str:
    """Run plain `pulumi up` with the program of a tree; return what it says against it."""
    project = yaml.safe_load((shop.served.place.folder / "Pulumi.yaml").read_text())
    project["main"] = str(tree / "tap.py")
    folder = tree.parent
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project), encoding="utf-8")
    shutil.copy(shop.file, folder)
    variables = {**isolated(os.environ), **shop.served.place.variables, "ENVIRONMENT_SUFFIX": "dev"}
    options = ("--stack", "shop-dev", "--yes", "--skip-preview")
    return PulumiCli(folder, variables).tried("up", *options) or ""


def _add_by_hand(shop: Shop) -> list[str]:
    """Add to what the environment has; return the words with which destroy names what it takes."""
    clients, environment = shop.clients, shop.environment
    balancer, secret = environment.load_balancer, environment.secret
    clients("secretsmanager").replicate_secret_to_regions(
        SecretId=secret.id, AddReplicaRegions=[{"Region": _OTHER_REGION}]
    )
    clients("elbv2").create_listener(
        LoadBalancerArn=balancer.id,
        Protocol="HTTP",
        Port=8080,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": environment.target_group.id}],
    )
    clients("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=balancer.id,
        Attributes=[{"Key": "deletion_protection.enabled", "Value": "true"}],
    )
    clients("rds").create_db_instance(
        DBInstanceIdentifier="by-hand",
        DBInstanceClass="db.t3.medium",
        Engine="aurora-postgresql",
        DBClusterIdentifier=environment.database.id,
    )
    running = environment.service.description
    clients("ecs").create_service(
        cluster=environment.cluster.name,
        serviceName="by-hand",
        taskDefinition=running["taskDefinition"],
        desiredCount=1,
        launchType="FARGATE",
        networkConfiguration=running["networkConfiguration"],
    )
    clients("iam").attach_role_policy(
        RoleName=resource_name("task-role", "dev"),
        PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess",
    )
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json"}
    clients("ecr").put_image(
        repositoryName=resource_name("repo", "dev"),
        imageManifest=json.dumps(manifest),
        imageTag="by-hand",
    )
    return [
        f"the secret {secret.name} has replicas in {_OTHER_REGION}",
        f"the load balancer {balancer.name} is protected from deletion",
        f"the cluster {environment.database.id} has another instance, by-hand",
        f"the cluster {environment.cluster.name} has another service, by-hand",
    ]


def _group_of_others(shop: Shop) -> str:
    return shop.clients("ec2").create_security_group(
        GroupName="theirs", Description="Of others", VpcId=shop.environment.vpc.id
    )["GroupId"]


def _refused_setting(file: Path) -> None:
    settings = yaml.safe_load(file.read_text(encoding="utf-8"))
    settings["config"]["tap:minTasks"] = "few"
    file.write_text(yaml.safe_dump(settings), encoding="utf-8")


def test_destroy_goes_past_what_hands_did_and_stops_at_what_is_of_others(shop: Shop) -> None:
    """By the state, since the program refuses a setting; and goes on once the others are gone."""
    added, group = _add_by_hand(shop), _group_of_others(shop)
    _refused_setting(shop.file)
    stopped = shop.fails("destroy", "ARGS=--skip-preview")
    assert "tap:minTasks is 'few'; allowed: a whole number" in stopped
    assert [words for words in added if f"  {words}\n" not in stopped] == []
    assert f"the security group {group} in the VPC {shop.environment.vpc.id}" in stopped
    assert "`make destroy SUFFIX=dev` goes on from here" in stopped
    # The engine begins nothing more once AWS has refused to remove the VPC.
    left = {each.type for each in discover(shop.clients, "dev").found}
    assert left <= {"VPC", "secret", "security group", "log group"}
    shop.clients("ec2").delete_security_group(GroupId=group)
    shop.works("destroy", "ARGS=--skip-preview")
    assert discover(shop.clients, "dev").proves_absence


def _writer(shop: Shop) -> str:
    members = shop.environment.database.description["DBClusterMembers"]
    (writer,) = (each["DBInstanceIdentifier"] for each in members if each["IsClusterWriter"])
    return writer


def test_another_instance_class_comes_one_instance_after_the_other(shop: Shop) -> None:
    """Readers first, a failover, the old writer; the engine then finds it done. And back."""
    wanted = "ARGS=--yes --skip-preview --config tap:databaseInstanceClass=db.r6g.large"
    with shop.file_as(lambda _file: None):
        writer = _writer(shop)
        assert "69 unchanged" in shop.works("up", wanted)
        instances = shop.environment.all("Aurora instance")
        assert {each.description["DBInstanceClass"] for each in instances} == {"db.r6g.large"}
        assert _writer(shop) != writer
    writer = _writer(shop)
    assert "69 unchanged" in shop.works("up", "ARGS=--yes --skip-preview", "DEFAULTS=1")
    assert _writer(shop) != writer
