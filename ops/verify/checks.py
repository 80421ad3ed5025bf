"""The checks of `verify`, and what each may be the effect of."""

from collections.abc import Callable
from functools import partial

from ops.checks import Check, Results
from ops.inventory.environment import NotFound
from ops.verify.access import check_access
from ops.verify.answer import check_answers
from ops.verify.database import check_database
from ops.verify.deployment import check_deployment
from ops.verify.live_environment import LiveEnvironment
from ops.verify.network import check_listener, check_network
from ops.verify.parts import check_parts
from ops.verify.rights import check_rights
from ops.verify.secret import check_secret
from ops.verify.tasks import check_tasks

_Look = Callable[[LiveEnvironment, Results], None]


def _check(name: str, look: _Look, *causes: str) -> Check[LiveEnvironment]:
    return Check(name, partial(_look, look), causes)


def _look(look: _Look, live: LiveEnvironment, results: Results) -> None:
    """Look at an environment of which a part may not be there."""
    try:
        look(live, results)
    except NotFound as error:
        # That it is not there, `parts` finds.
        results.summary = ""
        results.miss(str(error))


# The cause that lies deepest comes first. What is wider than it should be is no cause: `access`.
CHECKS = (
    _check("parts", check_parts),
    _check("network", check_network, "parts"),
    _check("rights", check_rights, "parts"),
    _check("database", check_database, "parts"),
    _check("secret", check_secret, "parts"),
    _check("deployment", check_deployment, "parts", "rights", "network", "secret", "database"),
    _check("tasks", check_tasks, "parts", "rights", "network", "secret", "database", "deployment"),
    _check("listener", check_listener, "parts"),
    _check("answers", check_answers, "parts", "listener", "network", "tasks", "deployment"),
    _check("access", check_access, "parts"),
)
