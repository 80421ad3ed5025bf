"""The base of what `--json` prints, and of what the files in the tree have."""

from pydantic import BaseModel, ConfigDict


class FrozenModel(BaseModel):
    """What a file or `--json` has: fixed fields, and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid")
