"""Orders: what a test has the emulated AWS do wrong, or do later."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from botocore.model import OperationModel
from moto.core.utils import get_service_model

from emulator.credentials import CREDENTIALS
from emulator.server.interception import AwsError, Call
from emulator.services.account.regions import REGION_STATUSES, is_regional
from emulator.services.iam.actions import action_of
from emulator.services.iam.patterns import like

Action = Callable[[], object]

_INVALID_TOKEN = "The security token included in the request is invalid."
_TOO_FAST = "Rate exceeded"

# The errors of each sort of API: a call that is not allowed, one too many, a token that is none.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
_XML = ("AccessDenied", ("Throttling", _TOO_FAST), ("InvalidClientTokenId", _INVALID_TOKEN))
_JSON = (
    "AccessDeniedException",
    ("ThrottlingException", _TOO_FAST),
    ("UnrecognizedClientException", _INVALID_TOKEN),
)
_ERRORS: Mapping[str, tuple[str, tuple[str, str], tuple[str, str]]] = {
    "ec2": (
        "UnauthorizedOperation",
        ("RequestLimitExceeded", "Request limit exceeded."),
        ("AuthFailure", "AWS was not able to validate the provided access credentials"),
    ),
    "query": _XML,
    "rest-xml": _XML,
}

# What those say of too many calls whose model has it.
_TOO_MANY = "TooManyRequestsException"


@dataclass
class _Throttle:
    pattern: str
    times: int


@dataclass
class _Later:
    """An action that waits: for so many calls of an operation, or for seconds to pass."""

    action: Action
    before: str = ""
    calls: int = 0
    seconds: float = 0.0


class Orders:
    """The faults that are ordered, and the actions that wait. `clear` forgets them all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: dict[str, AwsError] = {}
        self._denied: dict[str, str] = {}
        self._throttled: list[_Throttle] = []
        self._later: list[_Later] = []
        self.tokens_are_refused = False

    def fail_once(self, operation: str, error: AwsError) -> None:
        """Have the next call of an operation, of whatever service, fail."""
        with self._lock:
            self._faults[operation] = error

    def deny(self, action: str, resource: str) -> None:
        """Refuse all calls of an action of IAM, which may have wildcards."""
        with self._lock:
            self._denied[action] = resource

    def throttle(self, action: str, times: int) -> None:
        """Refuse the next calls of an action of IAM, which may have wildcards, as too many."""
        with self._lock:
            self._throttled.append(_Throttle(action, times))

    def before(self, operation: str, number: int, action: Action) -> None:
        """Have an action happen right before the `number`-th call, from now, of an operation."""
        with self._lock:
            self._later.append(_Later(action, before=operation, calls=number))

    def after(self, seconds: float, action: Action) -> None:
        """Have an action happen when so many seconds have passed."""
        with self._lock:
            self._later.append(_Later(action, seconds=seconds))

    def clear(self) -> None:
        """Forget what did not happen yet, and what goes on."""
        with self._lock:
            self.tokens_are_refused = False
            for each in (self._faults, self._denied, self._throttled, self._later):
                each.clear()

    def pass_time(self, seconds: float) -> None:
        """Have happen what is due once seconds have passed."""
        with self._lock:
            for each in self._later:
                each.seconds -= seconds
            due = self._take(lambda each: not each.before and each.seconds <= 0)
        _do(sorted(due, key=lambda each: each.seconds))

    def come(self, operation: str) -> None:
        """Have happen what is due before a call; what happens may call this AWS itself."""
        with self._lock:
            for each in self._later:
                each.calls -= each.before == operation
            due = self._take(lambda each: each.before == operation and each.calls <= 0)
        _do(due)

    def _take(self, is_due: Callable[[_Later], bool]) -> list[_Later]:
        due = [each for each in self._later if is_due(each)]
        self._later = [each for each in self._later if each not in due]
        return due

    def check(self, call: Call) -> None:
        """Raise the AwsError that is ordered for a call, if there is one."""
        with self._lock:
            if call.operation in self._faults:
                raise self._faults.pop(call.operation)
            refused = self.tokens_are_refused or REGION_STATUSES.is_off(call.region)
            if refused and is_regional(call):
                raise AwsError(*_errors(call)[2])
            action = action_of(call)
            self._check_rate(call, action)
            for pattern, resource in self._denied.items():
                if like(pattern.lower(), action.lower()):
                    raise _denial(call, action, resource)

    def _check_rate(self, call: Call, action: str) -> None:
        for each in self._throttled:
            if each.times > 0 and like(each.pattern.lower(), action.lower()):
                each.times -= 1
                raise AwsError(*_errors(call)[1])


def _do(due: list[_Later]) -> None:
    for each in due:
        each.action()


def _errors(call: Call) -> tuple[str, tuple[str, str], tuple[str, str]]:
    """Return a service's code for what is not allowed, and its errors of rate and of token."""
    service = get_service_model(call.service)
    # Such an API speaks JSON by now, in the words of the XML that it spoke before.
    if "awsQueryCompatible" in service.metadata:
        return _XML
    denied, throttled, token = _ERRORS.get(service.metadata["protocol"], _JSON)
    if _declares(service.operation_model(call.operation), _TOO_MANY):
        throttled = (_TOO_MANY, _TOO_FAST)
    return denied, throttled, token


def _declares(operation: OperationModel, code: str) -> bool:
    return code in {each.name for each in operation.error_shapes}


def _denial(call: Call, action: str, resource: str) -> AwsError:
    """Return AWS's refusal: who may not do what, on what, and that no policy of theirs says so."""
    key = CREDENTIALS["aws_access_key_id"]
    _, user, _ = call.backend("sts").get_caller_identity(key, call.region)
    where = f" on resource: {resource}" if resource else ""
    words = (
        f"User: {user} is not authorized to perform: {action}{where} because no identity-based "
        f"policy allows the {action} action"
    )
    if call.service == "ec2":
        words = f"You are not authorized to perform this operation. {words}"
    return AwsError(_errors(call)[0], words)
