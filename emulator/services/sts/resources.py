"""The look-ups of STS, which has no resource types: the account, and the partition it is in."""

from collections.abc import Mapping
from typing import Any

from emulator.resources.arguments import Inputs
from emulator.resources.aws import Aws

_SUFFIXES = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn"}


def _caller(aws: Aws, _args: Inputs) -> Mapping[str, Any]:
    answer = aws.call("sts.get_caller_identity")
    account = {"id": answer["Account"], "accountId": answer["Account"]}
    return {**account, "arn": answer["Arn"], "userId": answer["UserId"]}


def _partition(aws: Aws, _args: Inputs) -> Mapping[str, Any]:
    suffix = _SUFFIXES.get(aws.partition, "amazonaws.com")
    reverse = ".".join(reversed(suffix.split(".")))
    partition = {"id": aws.partition, "partition": aws.partition}
    return {**partition, "dnsSuffix": suffix, "reverseDnsPrefix": reverse}


LOOKUPS = {
    "aws:index/getCallerIdentity:getCallerIdentity": _caller,
    "aws:index/getPartition:getPartition": _partition,
}
