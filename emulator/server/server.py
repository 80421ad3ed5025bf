"""The server: moto on this machine, corrected, with a clean state at each start."""

from collections.abc import Collection
from contextlib import AbstractContextManager, ExitStack
from functools import cache
from typing import Any, Protocol

from moto.moto_api import state_manager
from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from emulator.credentials import CREDENTIAL_VARIABLES
from emulator.resources.aws import ACCOUNT, Aws
from emulator.server.interception import AwsError, Interception, Patch
from emulator.server.listener import HOST, Listener
from emulator.server.load_balancers import with_load_balancers
from emulator.server.orders import Action, Orders
from emulator.server.variables import DATA_PLANE_VARIABLE, moto_variables
from emulator.services.account.regions import REGION_STATUSES, RegionStatuses
from emulator.services.corrections import PATCHES, QUOTAS, VALIDATORS
from emulator.services.ecs.controller import CONTROLLER, Controller
from emulator.services.service_quotas.quotas import APPLIED_QUOTAS, AppliedQuotas

# AWS's machine images would take most of a second to make, and its policies, in each of six
# partitions, several: a patch makes those that are asked for.
_SETTINGS = {"MOTO_IAM_LOAD_MANAGED_POLICIES": "false", "MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}

_FOREVER = 10**9

# moto's state is the process's: a second server would share it, and its start would clear it.
_RUNNING: list["Server"] = []


class _Dispatcher(DomainDispatcherApplication):
    """Finds the application of a service; moto's own lists its folders for every request."""

    def __init__(self) -> None:
        super().__init__(create_backend_app)
        self._find = cache(super().get_backend_for_host)

    def get_backend_for_host(self, host: str | None) -> Any:
        """Return moto's name of the service at a host."""
        return self._find(host)


# An application holds no state, and takes a while to make: all servers of a process use the same.
_DISPATCHER = _Dispatcher()


class DataPlaneProtocol(Protocol):
    """What is behind the API, if anything; see emulator/data_plane/plane.py."""

    @property
    def patches(self) -> Collection[Patch]:
        """What the interception needs for it."""

    def start(self, server: "Server") -> None:
        """Begin to follow a server that listens."""

    def stop(self) -> None:
        """End all that runs."""

    def port_of(self, balancer: str, port: int) -> int | None:
        """Return the port of 127.0.0.1 at which a load balancer's listener answers, if any."""


class Server:  # pylint: disable=too-many-instance-attributes  # all that it is put together from
    """The emulated AWS, listening on 127.0.0.1: a context manager.

    `port` 0 takes a free one; `account` is the id of the AWS account that every client is in;
    `quotas` has it keep to those of a new account; `data_plane` is what is behind the API. Raises
    OSError when the port is taken, RuntimeError when this process has one running already.
    """

    def __init__(
        self,
        region: str,
        port: int = 0,
        *,
        account: str = ACCOUNT,
        quotas: bool = False,
        data_plane: DataPlaneProtocol | None = None,
    ) -> None:
        self.region = region
        self.account = account
        self._port = port
        self._data_plane = data_plane
        self._orders = Orders()
        self._interception = Interception(
            (*VALIDATORS, *(QUOTAS if quotas else ())),
            (*PATCHES, *(data_plane.patches if data_plane else ())),
            self._orders.come,
            self._orders.check,
        )
        self._listener: Any = None
        self._running = ExitStack()

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    @property
    def endpoint(self) -> str:
        """The URL that clients use, from `start` to `stop`."""
        return f"http://{HOST}:{self._listener.port}"

    @property
    def lock(self) -> AbstractContextManager:
        """Held while a call is answered."""
        return self._interception.lock

    @property
    def calls(self) -> list[str]:
        """The operations that were called so far, in order."""
        return self._interception.calls

    @property
    def ecs(self) -> Controller:
        """What runs the tasks of ECS's services: set its `runner` and its `clock` at any time."""
        return CONTROLLER

    @property
    def quotas(self) -> AppliedQuotas:
        """What the account has of each quota, `["vpc", "L-F678F1CE"]`: set it at any time."""
        return APPLIED_QUOTAS

    @property
    def regions(self) -> RegionStatuses:
        """The regions' statuses: set `["af-south-1"]` to `DISABLED`, and it answers nobody."""
        return REGION_STATUSES

    def aws(self) -> Aws:
        """Return clients of it."""
        return Aws(self.endpoint, self.region, self.account)

    def environment(self) -> dict[str, str]:
        """Return the environment variables with which any AWS client uses this one alone."""
        return {
            **CREDENTIAL_VARIABLES,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            **({DATA_PLANE_VARIABLE: "1"} if self._data_plane else {}),
        }

    def start(self) -> None:
        """Listen, with a clean state."""
        if _RUNNING:
            raise RuntimeError("this process runs an emulated AWS already; one at a time")
        with ExitStack() as started:
            _RUNNING.append(self)
            started.callback(_RUNNING.remove, self)
            started.enter_context(moto_variables({**_SETTINGS, "MOTO_ACCOUNT_ID": self.account}))
            CONTROLLER.use(self._interception.lock)
            self.regions.home = self.region
            self.reset()
            started.callback(moto_api_backend.reset)
            started.callback(CONTROLLER.stop)
            self._interception.install()
            started.callback(self._interception.remove)
            application = with_load_balancers(
                _DISPATCHER,
                self._interception.lock,
                *([self._data_plane.port_of] if self._data_plane else ()),
            )
            self._listener = Listener(application, self._port)
            self._listener.start()
            started.callback(self._listener.stop)
            if self._data_plane is not None:
                started.callback(self._data_plane.stop)
                self._data_plane.start(self)
            self._running = started.pop_all()

    def stop(self) -> None:
        """Stop listening and forget everything; a server that does not run stays as it is."""
        self._running.close()

    def reset(self) -> None:
        """Forget all that was made, set and ordered, and the log of calls."""
        with self._interception.lock:
            CONTROLLER.end_tasks()
            moto_api_backend.reset()
        self.clear_faults()
        # A task that runs goes on running, however often it is asked.
        state_manager.set_transition("ecs::task", {"progression": "time", "seconds": _FOREVER})

    def fail_once(
        self,
        operation: str,
        code: str = "InternalError",
        message: str = "A failure that was ordered.",
    ) -> None:
        """Have the next call of an operation (`CreateNatGateway`), of any service, fail."""
        self._orders.fail_once(operation, AwsError(code, message))

    def deny(self, action: str, resource: str = "") -> None:
        """Refuse each call of an action of IAM (`rds:Describe*`), as the service itself does.

        `resource` is the ARN that the refusal names, if any.
        """
        self._orders.deny(action, resource)

    def throttle(self, action: str, times: int) -> None:
        """Refuse so many calls of an action of IAM (`rds:Describe*`), one too many each."""
        self._orders.throttle(action, times)

    def refuse_tokens(self) -> None:
        """Take credentials for none, but in global services, as an opt-in region may."""
        self._orders.tokens_are_refused = True

    def before(self, operation: str, action: Action, *, call: int = 1) -> None:
        """Have `action()` happen right before an operation's next call, or its `call`-th.

        So `before("DescribeLogGroups", …, call=2)` shows what the second listing is first to list.
        The action may call this AWS.
        """
        self._orders.before(operation, call, action)

    def after(self, seconds: float, action: Action) -> None:
        """Have `action()` happen once `pass_time` has let so many seconds pass."""
        self._orders.after(seconds, action)

    def pass_time(self, seconds: float) -> None:
        """Let seconds pass, in ECS too: in place of the sleep of what is tested."""
        CONTROLLER.move(seconds)
        self._orders.pass_time(seconds)

    def clear_faults(self) -> None:
        """Forget all faults, what waits, what quotas and regions are set to, and the log."""
        self._orders.clear()
        self.quotas.reset()
        self.regions.clear()
        self._interception.clear()
