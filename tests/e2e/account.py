"""A real account, with E2E=aws: a suffix and a stack of its own, and nothing of others is touched.

Demanded are AWS credentials, PULUMI_BACKEND_URL and a passphrase: the state has to outlive a run
that is broken off, since nothing else knows what it has made.
"""

import random
import shutil
import string
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from dev.workplace import Workplace, make_workplace
from lib.names import may_hold
from ops.errors import CommandError
from ops.inventory.environment import Discovery
from ops.job import PASSPHRASE
from ops.request import short_name

_BACKEND = "PULUMI_BACKEND_URL"
_FLEETING = ("/tmp", "/var/tmp", "/dev/shm", "/run", tempfile.gettempdir())


def own_suffix() -> str:
    """Return a suffix that nobody else has: `e2e` and six letters."""
    return "e2e" + "".join(random.SystemRandom().choices(string.ascii_lowercase, k=6))


def demand_what_lasts(variables: Mapping[str, str]) -> None:
    """Raise CommandError unless the shell names a backend that lasts, and a passphrase."""
    if problems := list(_problems(variables)):
        raise CommandError("E2E=aws begins nothing: " + "; ".join(problems))


def _problems(variables: Mapping[str, str]) -> Iterator[str]:
    backend = variables.get(_BACKEND, "")
    if not backend:
        yield f"{_BACKEND} is missing; it names where the state is kept, such as s3://BUCKET"
    elif backend.startswith("mem:") or _is_fleeting(backend):
        yield f"{_BACKEND} is {backend}, which does not last; allowed: a bucket, or a kept folder"
    if not any(variables.get(name) for name in PASSPHRASE):
        yield f"a passphrase is missing; set {' or '.join(PASSPHRASE)}"


def _is_fleeting(backend: str) -> bool:
    address = urlsplit(backend)
    if address.scheme != "file":
        return False
    folder = Path(address.netloc + address.path).expanduser().resolve()
    return any(folder.is_relative_to(Path(each).resolve()) for each in _FLEETING)


def refuse_what_is_there(suffix: str, stacks: Sequence[str], discovery: Discovery) -> None:
    """Raise CommandError where a stack may hold the environment, or AWS may have any of it.

    `stacks` are those of the backend; what could not be looked at may be there.
    """
    found = [f"the stack {name}" for name in stacks if may_hold(short_name(name), suffix)]
    found += map(str, discovery.found)
    found += (f"perhaps a {each.type} ({each.reason})" for each in discovery.unanswered)
    if found:
        raise CommandError(f"{suffix} is there already, and is not touched: {', '.join(found)}")


def make_workplace_in_aws(variables: Mapping[str, str]) -> Workplace:
    """Make a folder with a project file that has the providers themselves; the shell says the rest.

    Whoever removes the environment removes it.
    """
    folder = Path(tempfile.mkdtemp(prefix="flask-api-e2e-")).resolve()
    make_workplace(folder, {})
    file = folder / "Pulumi.yaml"
    settings = {**yaml.safe_load(file.read_text(encoding="utf-8")), "plugins": {}}
    file.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return Workplace(folder, {k: v for k, v in variables.items() if k.startswith("PULUMI_")})


def leave(place: Workplace, suffix: str, problem: str) -> None:
    """Remove the folder of an environment that is gone; `problem` is what kept it from going.

    Raises CommandError, which says where the folder is and what to type, where there is a problem.
    """
    if not problem:
        shutil.rmtree(place.folder)
        return
    raise CommandError(
        f"The environment {suffix} is not removed:\n{problem}\nIts project is kept. "
        "To go on, with the same passphrase:\n\n"
        f"  cd {place.folder}\n  export {_BACKEND}={place.variables[_BACKEND]}\n"
        f"  export ENVIRONMENT_SUFFIX={suffix}\n  pulumi destroy --stack {suffix}\n"
    )
