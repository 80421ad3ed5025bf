"""What all tests of properties share: a shell without an environment of its own."""

from tests.support.shell import without_the_shells_environment

__all__ = ["without_the_shells_environment"]
