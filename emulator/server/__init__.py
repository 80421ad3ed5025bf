"""The emulated AWS as a server: moto on 127.0.0.1, and the interception of its calls."""

from emulator.server.models import share_models

# Here, because moto reads models as soon as it is imported.
share_models()
