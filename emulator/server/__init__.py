"""The emulated AWS as a server: moto on 127.0.0.1, and the interception of its calls."""

from emulator.server.variables import moto_variables

# moto reads some of its variables when it is imported, and reads models as well.
with moto_variables({}):
    from emulator.server.models import share_models

    share_models()
