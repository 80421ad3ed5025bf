"""Calls: what reaches moto on its way to be answered, in AWS's own terms, and what stands between.

moto answers every operation of every service in `BaseResponse.call_action`. While `Interception` is
installed, a call passes the validators, which may refuse it, and the patches, which answer it in
moto's place or put right what moto did; all of it one call at a time.
"""

import threading
import traceback
import warnings
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, MutableMapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any

from moto.backends import get_backend
from moto.core import errors, responses
from moto.core.exceptions import ServiceException
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import camelcase_to_underscores, get_service_model
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, get_prefix
from moto.utilities.utils import get_partition


class AwsError(ServiceException):
    """AWS refuses a call: its error code, and what it says."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)


@dataclass(frozen=True)
class Call:
    """One call of an operation: boto3's name of the service, AWS's name of the operation.

    `params` are those of the API reference, as the client sent them; `endpoint` is where to (a
    URL), empty for a call that nobody sent.
    """

    service: str
    operation: str
    params: Mapping[str, Any]
    account: str
    region: str
    endpoint: str = ""

    def backend(self, service: str) -> Any:
        """Return moto's state of a service in the account and region that the call is for."""
        regions = get_backend(service)[self.account]  # type: ignore[arg-type]
        return regions[self.region if self.region in regions else get_partition(self.region)]


# The operations of what looks at every call of its service; it comes before others.
ANY = ("*",)

Check = Callable[[Call], None]
Answer = Callable[[Call], Mapping[str, Any] | None]
Fill = Callable[[Call, MutableMapping[str, Any]], None]


@dataclass(frozen=True)
class Validator:
    """Refuses, as AWS does, calls of some operations of a service that moto would let pass.

    `check` raises AwsError.
    """

    service: str
    operations: tuple[str, ...]
    check: Check


@dataclass(frozen=True)
class Patch:
    """Puts right what moto lacks or gets wrong in some operations of a service; `reason` says what.

    `answer` answers in moto's place, unless it gives None; `fill` puts into the parameters that
    moto has parsed what AWS takes where a call has nothing; `after` changes moto's state after it
    has done what was asked, before the client gets to know.
    """

    service: str
    operations: tuple[str, ...]
    reason: str
    answer: Answer | None = None
    fill: Fill | None = None
    after: Check | None = None


def _own_tags(resource: Any) -> list[dict[str, str]]:
    """Return the tags of a resource of EC2, as moto has them."""
    own = resource.ec2_backend.tags.get(resource.id, {}) if resource.id else {}
    type_of = EC2_PREFIX_TO_RESOURCE.get(get_prefix(resource.id), "") if own else ""
    return [
        {"resource_id": resource.id, "key": key, "value": value, "resource_type": type_of}
        for key, value in own.items()
    ]


class Interception:
    """The validators and patches between clients and moto, and a log.

    `calls` holds the operations that were called, in order. `come` gets to know of each operation
    before its turn, while others may be answered; `check` comes before all validators.
    """

    def __init__(
        self,
        validators: Iterable[Validator],
        patches: Collection[Patch],
        come: Callable[[str], None] = lambda _operation: None,
        check: Check = lambda _call: None,
    ) -> None:
        self.calls: list[str] = []
        self._come, self._check = come, check
        self._functions = {
            "check": _by_operation((each, each.check) for each in validators),
            "answer": _by_operation((each, each.answer) for each in patches if each.answer),
            "fill": _by_operation((each, each.fill) for each in patches if each.fill),
            "after": _by_operation((each, each.after) for each in patches if each.after),
        }
        self._lock = threading.RLock()
        self._originals = (
            BaseResponse.call_action,
            responses.method_names_from_class,
            errors.ErrorLookupFactory,
            TaggedEC2Resource.get_tags,
        )

    @property
    def lock(self) -> AbstractContextManager:
        """Held while a call is answered; whatever else changes moto's state has to hold it too."""
        return self._lock

    def install(self) -> None:
        """Put everything between moto and its clients."""
        (original, method_names, lookups, _), intercept = self._originals, self._intercept
        BaseResponse.call_action = lambda response: intercept(response, original)
        # moto lists the methods of the service's class for each call: a tenth of its time.
        responses.method_names_from_class = cache(method_names)
        # moto makes one for each refusal, and with it the list of all errors of the service.
        errors.ErrorLookupFactory = cache(lookups)
        # moto goes through all tags of the region for those of one resource: a listing that is
        # filtered by a tag would take minutes in an account of thousands.
        TaggedEC2Resource.get_tags = _own_tags

    def remove(self) -> None:
        """Leave moto as it was."""
        (
            BaseResponse.call_action,
            responses.method_names_from_class,
            errors.ErrorLookupFactory,
            TaggedEC2Resource.get_tags,
        ) = self._originals

    def clear(self) -> None:
        """Forget the log."""
        with self._lock:
            self.calls.clear()

    def _intercept(self, response: BaseResponse, proceed: Callable[[BaseResponse], Any]) -> Any:
        try:
            call = _read(response)
            self._come(call.operation)
            with self._lock:
                return self._answered(response, call, proceed)
        except ServiceException as refusal:
            return _serialize(response, refusal)
        # What moto can't do ends in whatever error; AWS's clients shall be told which.
        except Exception as error:  # pylint: disable=broad-exception-caught
            failure = "".join(traceback.format_exception_only(error)).strip()
            return _serialize(response, AwsError("InternalFailure", failure))

    def _answered(
        self, response: BaseResponse, call: Call, proceed: Callable[[BaseResponse], Any]
    ) -> Any:
        self.calls.append(call.operation)
        answer = self._answer(call)
        if answer is not None:
            return _serialize(response, answer)
        for fill in self._for(call, "fill"):
            fill(call, response.params)
        _follow(response, call, self._for(call, "after"))
        return proceed(response)

    def _answer(self, call: Call) -> Mapping[str, Any] | None:
        self._check(call)
        for check in self._for(call, "check"):
            check(call)
        answers = (answer(call) for answer in self._for(call, "answer"))
        return next((answer for answer in answers if answer is not None), None)

    def _for(self, call: Call, what: str) -> list[Callable]:
        """Return what there is of one sort for a call, that of all operations first."""
        functions = self._functions[what]
        return [*functions[call.service, ANY[0]], *functions[call.service, call.operation]]


def _by_operation(entries: Iterable[tuple[Any, Callable]]) -> defaultdict[tuple[str, str], list]:
    found: defaultdict[tuple[str, str], list] = defaultdict(list)
    for each, function in entries:
        for operation in each.operations:
            found[each.service, operation].append(function)
    return found


def _read(response: BaseResponse) -> Call:
    """Return the call that moto is about to answer, parsed by botocore's model of it."""
    request = response.normalized_request
    operation = response._get_action()  # pylint: disable=protected-access  # moto's only way
    service = get_service_model(response.boto3_service_name)
    parser = PROTOCOL_PARSERS[determine_request_protocol(service, request.content_type)]
    params = parser(service.operation_model(operation)).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": response.uri_match,
        }
    )
    return Call(
        service=response.boto3_service_name,
        operation=operation,
        params=params or {},
        account=response.current_account,
        region=response.region,
        endpoint=request.host_url.rstrip("/"),
    )


def _serialize(response: BaseResponse, result: Any) -> tuple[int, Mapping[str, Any], Any]:
    """Return an answer, or an error, on the wire of the service's own protocol."""
    with warnings.catch_warnings():
        # moto warns of error codes that the model of the service does not have; AWS has many.
        warnings.simplefilter("ignore")
        status, headers, body = response.serialized(ActionResult(result))
    return status, {**headers, "status": str(status)}, body


def _follow(response: BaseResponse, call: Call, afters: Iterable[Check]) -> None:
    """Have moto's own method for this one call be followed by `afters`."""
    if not afters:
        return
    name = camelcase_to_underscores(call.operation)
    method = getattr(response, name)

    def followed() -> Any:
        result = method()
        for after in afters:
            after(call)
        return result

    setattr(response, name, followed)
