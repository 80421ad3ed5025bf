"""The error of a command that can't be carried out."""


class CommandError(Exception):
    """What keeps a command from being carried out, and what to do about it, in words."""
