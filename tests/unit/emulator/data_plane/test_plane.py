"""The whole data plane behind an environment of the program: it answers, and follows."""

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from dev.program import tap_program
from emulator.data_plane.images import Images
from emulator.data_plane.plane import DataPlane
from emulator.program.deployment import Deployment
from emulator.resources.aws import Aws
from emulator.server.server import Server
from lib.region import read_region
from tests.support.waiting import eventually

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Place:
    """An emulated AWS with a data plane, and the environment in it."""

    server: Server
    plane: DataPlane
    aws: Aws
    deployment: Deployment

    def made(self, name: str) -> str:
        """Return the id of what was made of a type, by its last name."""
        return next(
            each.state.id
            for each in self.deployment.resources
            if each.type.rpartition(":")[2] == name
        )

    @property
    def cluster(self) -> str:
        """The only database cluster's identifier."""
        (name,) = self.plane.databases()
        return name

    def get(self, url: str, **headers: str) -> str:
        """Return the body of an answer, which has to be 200."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with _OPENER.open(urllib.request.Request(url, headers=named), timeout=10) as answer:
            return answer.read().decode()

    def connect(self, password: str = "") -> psycopg.Connection:
        """Connect to the database as a task does: by its URL, and PGHOSTADDR."""
        secret = self.made("Secret")
        url = self.aws.call("secretsmanager.get_secret_value", SecretId=secret)["SecretString"]
        known = json.loads(url)
        address = self.plane.database_address({"DATABASE_URL": known["url"]})
        return psycopg.connect(
            known["url"],
            hostaddr=address,
            password=password or known["password"],
            connect_timeout=5,
            autocommit=True,
        )


@pytest.fixture(name="place", scope="module")
def _place() -> Iterator[Place]:
    plane = DataPlane(Images({}), speed=60)
    with Server(read_region(), data_plane=plane) as server:
        deployment = Deployment(server.aws())
        deployment.up(tap_program(), stack="dev")
        for each in plane.databases().values():
            each.wait_ready(60)
        yield Place(server, plane, server.aws(), deployment)


def test_the_load_balancer_answers_with_what_a_task_says(place: Place) -> None:
    assert "placeholder" in place.get(f"{place.plane.url()}/health")
    balancer = place.aws.call("elbv2.describe_load_balancers")["LoadBalancers"][0]
    assert place.plane.url(balancer["LoadBalancerArn"]) == place.plane.url()
    assert place.plane.url("another") == ""
    # The other way in.
    assert "placeholder" in place.get(f"{place.server.endpoint}/", Host=balancer["DNSName"])


def test_a_request_is_in_the_access_log_and_a_tasks_lines_are_in_its_own(place: Place) -> None:
    place.get(f"{place.plane.url()}/health", User_Agent="one-of-its-kind")

    def logged(group: str, pattern: str) -> Any:
        search = {"logGroupName": group, "filterPattern": f'"{pattern}"'}
        return place.aws.call("logs.filter_log_events", **search)["events"]

    assert eventually(lambda: logged("/aws/alb/flask-api-dev", "one-of-its-kind"))
    assert eventually(lambda: logged("/ecs/flask-api-dev", "/health"))


def test_clients_are_told_that_something_is_behind_it(place: Place) -> None:
    assert place.server.environment()["EMULATED_DATA_PLANE"] == "1"
    assert place.plane.variables()["AWS_ENDPOINT_URL"] == place.server.endpoint


def test_the_database_is_the_clusters(place: Place) -> None:
    with place.connect() as connection:
        found = connection.execute("select current_user, current_database()").fetchone()
        assert found == ("flaskapi", "flaskapi")
    # Of a single cluster, whatever the variables say; the address is not the machine's own.
    assert place.plane.database_address({}).startswith("127.")


def test_a_new_password_is_the_databases_and_connections_go_on(place: Place) -> None:
    with place.connect() as old:
        which = {"DBClusterIdentifier": place.cluster}
        place.aws.call("rds.modify_db_cluster", **which, MasterUserPassword="quite-another-1")

        def changed() -> bool:
            try:
                place.connect("quite-another-1").close()
                return True
            except psycopg.OperationalError:
                return False

        assert eventually(changed)
        assert old.execute("select 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            place.connect()
        secret = place.aws.call("secretsmanager.get_secret_value", SecretId=place.made("Secret"))
        before = json.loads(secret["SecretString"])["password"]
        place.aws.call("rds.modify_db_cluster", **which, MasterUserPassword=before)
        assert eventually(lambda: _connects(place))


def _connects(place: Place) -> bool:
    try:
        place.connect().close()
        return True
    except psycopg.OperationalError:
        return False


def test_a_failover_cuts_connections_and_comes_back(place: Place) -> None:
    with place.connect() as connection:
        place.aws.call("rds.failover_db_cluster", DBClusterIdentifier=place.cluster)

        def cut() -> bool:
            try:
                connection.execute("select 1")
                return False
            except psycopg.OperationalError:
                return True

        assert eventually(cut)
    assert eventually(lambda: _connects(place))


def test_rds_force_ssl_is_followed(place: Place) -> None:
    group = place.made("ClusterParameterGroup")
    parameter = {"ParameterName": "rds.force_ssl", "ApplyMethod": "immediate"}

    def set_to(value: str) -> None:
        place.aws.call(
            "rds.modify_db_cluster_parameter_group",
            DBClusterParameterGroupName=group,
            Parameters=[{**parameter, "ParameterValue": value}],
        )

    def connects_in_plain() -> bool:
        secret = place.aws.call("secretsmanager.get_secret_value", SecretId=place.made("Secret"))
        url = json.loads(secret["SecretString"])["url"]
        address = place.plane.database_address({})
        try:
            psycopg.connect(url, hostaddr=address, sslmode="disable").close()
            return True
        except psycopg.OperationalError as error:
            assert "no encryption" in str(error)
            return False

    assert not connects_in_plain()
    set_to("0")
    assert eventually(connects_in_plain)
    set_to("1")
    assert eventually(lambda: not connects_in_plain())
