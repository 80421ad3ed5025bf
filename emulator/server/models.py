"""botocore's models, read once in a process: by all sessions of boto3, and once more by moto.

Each session would search the folders of all 400 services and parse anew what it needs, and moto
would for each service: a second of CPU before anything is made.
"""

import gzip
import json
from functools import cache
from typing import Any

import botocore.session
from botocore.loaders import JSONFileLoader, Loader, create_loader
from moto.core import loaders, utils

_OPENERS = ((".json", open), (".json.gz", gzip.open))


class PlainFileLoader(JSONFileLoader):
    """Reads models as plain dicts, which keep their order too; OrderedDict takes twice the time."""

    def load_file(self, file_path: str) -> Any:
        """Return the content of a file, named without its extension; None where there is none."""
        for extension, opener in _OPENERS:
            try:
                with opener(f"{file_path}{extension}", "rb") as file:
                    return json.loads(file.read())
            except FileNotFoundError:
                continue
        return None


@cache
def share_models() -> None:
    """Have sessions and moto share what was read, from now on and for as long as Python runs."""
    Loader.FILE_LOADER_CLASS = PlainFileLoader
    botocore.session.create_loader = cache(create_loader)
    utils.create_loader = cache(loaders.create_loader)
