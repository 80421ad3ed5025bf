"""Requests through the load balancer on this machine, as a customer sends them."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# A proxy of the shell's must not stand between.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))

_SECONDS = 10.0
_PAUSE = 0.05


def answer_of(url: str) -> tuple[int, str]:
    """Return the status code and the text that a URL answers, 0 and why where nothing does."""
    try:
        with _OPENER.open(url, timeout=_SECONDS) as answer:
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
    except OSError as error:
        return 0, str(getattr(error, "reason", error))


@dataclass
class Shop:
    """The sample application behind the load balancer; `find` says where that answers, if it does.

    `is_well` says whether the latest visit went well.
    """

    find: Callable[[], str]
    is_well: bool = False

    def visit(self) -> Iterator[str]:
        """Ask whether it can work, and for its products; give a line about each."""
        self.is_well = False
        url = self._wait_for_url()
        if not url:
            yield f"The load balancer answers nowhere, after {_SECONDS:.0f} s."
            return
        code, text = self._wait_for(f"{url}/ready")
        yield f"GET {url}/ready: {code or text}"
        if code != 200:
            yield from _shortened(text) if code else ()
            return
        code, text = answer_of(f"{url}/products")
        try:
            count = len(json.loads(text)["products"])
        except (ValueError, KeyError, TypeError):
            yield f"GET {url}/products: {code}"
            yield from _shortened(text)
            return
        self.is_well = code == 200 and count > 0
        yield f"GET {url}/products: {code}, {count} products from the database"

    def _wait_for_url(self) -> str:
        deadline = time.monotonic() + _SECONDS
        while not (url := self.find()) and time.monotonic() < deadline:
            time.sleep(_PAUSE)
        return url

    def _wait_for(self, url: str) -> tuple[int, str]:
        """Ask again while the load balancer has not yet found its targets."""
        deadline = time.monotonic() + _SECONDS
        while (found := answer_of(url))[0] in (0, 502, 503) and time.monotonic() < deadline:
            time.sleep(_PAUSE)
        return found


def _shortened(text: str) -> Iterator[str]:
    if text.strip():
        yield f"  {text.strip()[:300]}"
