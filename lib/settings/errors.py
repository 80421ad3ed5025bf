"""The one error that this program raises for what its user gave it."""

from collections.abc import Iterable


class SettingsError(ValueError):
    """Settings that can't be used; `problems` tells each one in the user's words.

    A problem names the setting, the value (never a secret's) and what is allowed. tap.py alone
    turns this error into `pulumi.RunError`, which the engine prints without a traceback.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))
