"""The roles of an environment: IAM is global, so another region's may have the same names."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from ops.clients import Clients, answers

_REGION = re.compile(r"arn:[\w-]+:(?:secretsmanager|logs):(?P<region>[\w-]+):")


def regions_of_roles(clients: Clients, names: Iterable[str]) -> frozenset[str]:
    """Return the regions that the own policies of roles name; empty where they name none.

    The execution role may read secrets of its region, the flow-log role write to a log group of it.
    Raises ClientError where AWS refuses.
    """
    texts = (text for name in names for text in _documents(clients, name))
    return frozenset(found["region"] for text in texts for found in _REGION.finditer(text))


def _documents(clients: Clients, role: str) -> Iterator[str]:
    iam = clients("iam")
    for page in answers(iam, "list_role_policies", {"RoleName": role}):
        for name in page["PolicyNames"]:
            document: Any = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            yield unquote(str(document))
