"""An emulated AWS for the tests of a module."""

from tests.unit.emulator.conftest import _aws, _clients, _server

__all__ = ["_aws", "_clients", "_server"]
