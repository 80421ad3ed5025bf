"""The recorder: what is kept of a program's resources and look-ups, and what is refused."""

import pulumi
import pulumi_aws as aws
import pulumi_random as random
import pytest

from emulator.program.evaluate import attempt, evaluate
from emulator.program.graph import Lookup, Options
from emulator.program.mocks import AwsMocks
from emulator.program.recorder import DuplicateResourceError

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
SHOP = "shop:index:Shop"
VERSIONS = "aws:rds/getEngineVersion:getEngineVersion"


class Shop(pulumi.ComponentResource):
    """A component with a VPC and a subnet of its own."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(SHOP, name, None, opts)
        mine = pulumi.ResourceOptions(parent=self)
        self.vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=mine)
        self.subnet = aws.ec2.Subnet("subnet", vpc_id=self.vpc.id, opts=mine)
        self.register_outputs({"vpc_id": self.vpc.id})


def test_resources_have_inputs_outputs_and_dependencies() -> None:
    """Dependencies are explicit or through properties; values read the same each time.

    On the wire 5000 is a float and keys have no order; text made of inputs has neither fault.
    """

    def program() -> None:
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
        gateway = aws.ec2.InternetGateway("gateway")
        options = pulumi.ResourceOptions(depends_on=[gateway])
        aws.lb.TargetGroup(
            "tg", vpc_id=vpc.id, port=5000, health_check={"interval": 30}, opts=options
        )
        pulumi.export("numbers", [1, 2.5])

    graph = evaluate(program)
    vpc, gateway = graph.one(VPC), graph.one("aws:ec2/internetGateway:InternetGateway")
    group = graph.one("aws:lb/targetGroup:TargetGroup")
    assert (vpc.type, vpc.name, vpc.custom) == (VPC, "vpc", True)
    assert vpc.urn == "urn:pulumi:dev::project::aws:ec2/vpc:Vpc::vpc"
    assert (vpc.inputs, vpc.secret_inputs) == ({"cidrBlock": "10.0.0.0/16"}, frozenset())
    assert vpc.outputs["cidrBlock"] == "10.0.0.0/16"
    assert vpc.outputs["id"].startswith("vpc-")
    assert vpc.options == Options()
    assert group.dependencies == {vpc.urn, gateway.urn}
    assert group.property_dependencies["vpcId"] == {vpc.urn}
    assert graph.ancestors(group) == (gateway, vpc)
    assert graph.completed[-1] == group.urn
    inputs = {"healthCheck": {"interval": 30}, "port": 5000, "vpcId": vpc.outputs["id"]}
    assert repr(group.inputs) == repr(inputs)
    assert repr(graph.exports["numbers"]) == "[1, 2.5]"


def test_components_have_children_and_outputs() -> None:
    def program() -> None:
        Shop("outer", pulumi.ResourceOptions(parent=Shop("shop")))
        aws.ec2.Vpc("vpc")

    graph = evaluate(program)
    shop = graph.one(SHOP, "shop")
    outer = graph.one(SHOP, "outer")
    assert outer.parent == shop.urn
    assert shop.parent == "urn:pulumi:dev::project::pulumi:pulumi:Stack::project-dev"
    assert outer.urn == f"urn:pulumi:dev::project::{SHOP}${SHOP}::outer"
    assert {child.urn for child in graph.children(outer)} == {
        f"urn:pulumi:dev::project::{SHOP}${SHOP}${VPC}::vpc",
        f"urn:pulumi:dev::project::{SHOP}${SHOP}${SUBNET}::subnet",
    }
    vpc = next(child for child in graph.children(outer) if child.type == VPC)
    assert (outer.custom, outer.outputs) == (False, {"vpc_id": vpc.outputs["id"]})
    # The same name under another parent is another resource.
    assert len(graph.of_type(VPC)) == 3


def test_options_are_those_that_the_engine_is_told() -> None:
    def program() -> None:
        options = pulumi.ResourceOptions(
            ignore_changes=["cidr_block"],
            protect=True,
            delete_before_replace=True,
            custom_timeouts=pulumi.CustomTimeouts(create="40m", delete="10m"),
            additional_secret_outputs=["main_route_table_id"],
            retain_on_delete=True,
            aliases=[pulumi.Alias(name="old")],
        )
        aws.ec2.Vpc("vpc", opts=options)

    assert evaluate(program).one(VPC).options == Options(
        ignore_changes=("cidrBlock",),
        protect=True,
        delete_before_replace=True,
        custom_timeouts={"create": "40m", "delete": "10m"},
        additional_secret_outputs=("mainRouteTableId",),
        retain_on_delete=True,
        aliases=({"spec": {"name": "old", "parentUrn": ""}},),
    )


def test_providers_of_resources_and_lookups_are_known() -> None:
    """A provider is known by its URN, whether it was given or came with the parent."""

    def program() -> None:
        provider = aws.Provider("there", region="us-west-2")
        shop = Shop("shop", pulumi.ResourceOptions(provider=provider))
        aws.get_region(opts=pulumi.InvokeOptions(parent=shop))
        aws.get_caller_identity()
        aws.ec2.InternetGateway("gateway")

    graph = evaluate(program)
    provider = graph.one("pulumi:providers:aws").urn
    assert graph.one(SUBNET).provider == provider
    assert graph.one("aws:ec2/internetGateway:InternetGateway").provider == ""
    assert graph.lookups == (
        Lookup("aws:index/getRegion:getRegion", {}, provider),
        Lookup("aws:index/getCallerIdentity:getCallerIdentity", {}, ""),
    )


def test_secrets_are_unwrapped_and_stay_secret() -> None:
    """Through nested inputs, outputs, functions of them and exports; mocks may answer plainly.

    Secret inputs and additionalSecretOutputs make outputs secret.
    """

    def program() -> None:
        password = random.RandomPassword("password", length=32)
        cluster = aws.rds.Cluster("cluster", master_password=password.result, engine="e")
        tags = {"a": "plain", "b": pulumi.Output.secret("hidden")}
        vpc = aws.ec2.Vpc("vpc", tags=tags)
        pulumi.export("additional", password.result.apply(len))
        pulumi.export("function", cluster.master_password.apply(len))
        pulumi.export("input", vpc.tags)
        pulumi.export("plain", cluster.engine)

    tags = {"a": "plain", "b": "hidden"}
    graph = evaluate(program, mocks=AwsMocks(outputs={VPC: {"tags": tags}}))
    password = graph.one("random:index/randomPassword:RandomPassword").outputs["result"]
    cluster, vpc = graph.one("aws:rds/cluster:Cluster"), graph.one(VPC)
    assert cluster.inputs == {"engine": "e", "masterPassword": password}
    assert cluster.outputs["masterPassword"] == password
    assert (cluster.secret_inputs, vpc.secret_inputs) == ({"masterPassword"}, {"tags"})
    assert vpc.inputs == {"tags": tags}
    assert graph.exports == {"additional": 32, "function": 32, "input": tags, "plain": "e"}
    assert graph.secret_exports == {"additional", "function", "input"}


def test_a_refused_lookup_is_recorded_and_can_be_caught() -> None:
    def program() -> None:
        with pytest.raises(Exception) as caught:
            aws.rds.get_engine_version(engine="e", preferred_versions=["1"])
        pulumi.export("message", str(caught.value))

    graph = evaluate(program, mocks=AwsMocks(lookups={VERSIONS: ValueError("denied")}))
    reason = f"invocation of {VERSIONS} returned an error: denied"
    assert graph.exports == {"message": f"invoke of {VERSIONS} failed: {reason}"}
    assert graph.lookups == (Lookup(VERSIONS, {"engine": "e", "preferredVersions": ["1"]}, ""),)


def test_a_resource_that_can_not_be_made_is_the_error() -> None:
    mocks = AwsMocks(outputs={VPC: ValueError("quota")})
    outcome = attempt(lambda: Shop("shop") and None, mocks=mocks)
    assert str(outcome.error) == "quota"
    assert outcome.graph.one(VPC).outputs == {}
    assert not outcome.graph.of_type(SUBNET)
    assert outcome.graph.one(VPC).urn not in outcome.graph.completed


def test_two_resources_of_one_type_and_name_are_refused() -> None:
    def program() -> None:
        aws.ec2.Vpc("vpc")
        aws.ec2.Vpc("vpc")

    with pytest.raises(DuplicateResourceError) as caught:
        evaluate(program)
    said, _, places = str(caught.value).partition(": ")
    assert said == (
        f"two resources of type {VPC} are named 'vpc' (urn:pulumi:dev::project::{VPC}::vpc)"
    )
    line = program.__code__.co_firstlineno
    assert set(places.split(" and ")) == {f"{__file__}:{line + number}" for number in (1, 2)}
