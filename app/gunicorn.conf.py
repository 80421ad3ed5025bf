"""How gunicorn runs the shop; `gunicorn` alone, in this folder, reads it.

https://gunicorn.org/reference/settings/
"""

import os
import sys
import tempfile
from typing import Any

from shop.logs import LOGGING
from shop.migrate import run

wsgi_app = "shop.main:create_app()"
bind = f"{os.environ.get('HOST') or '0.0.0.0'}:{os.environ.get('PORT') or '5000'}"

# WEB_CONCURRENCY, gunicorn's own variable, is another number of processes. At most five threads of
# each work with the database; the rest are for what can be answered without it.
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
worker_class = "gthread"
threads = 16

# Longer than the load balancer keeps a connection without a request (60 seconds), or it would send
# a request into one that is being closed, and answer 502.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
keepalive = 75

# Shorter than ECS waits between SIGTERM and SIGKILL (30 seconds).
graceful_timeout = 25

# The root file system may be read-only. The control socket would be made in the home directory.
worker_tmp_dir = tempfile.gettempdir()
control_socket_disable = True

logconfig_dict = LOGGING


def on_starting(_server: Any) -> None:
    """Migrate before anything listens or forks; a task that can't must not get requests."""
    if code := run():
        sys.exit(code)
