"""Ask one service many times, within bounds that hold for all answers together, and never anybody else."""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from xml.etree import ElementTree as ET

from urbanplan.base.errors import FetchError
from urbanplan.sources.protocol.guard import shown
from urbanplan.sources.protocol.local import brief

Fetch = Callable[..., object]
"""Like `urbanplan.sources.protocol.fetch.fetch`."""

DEADLINE_S = 900.0
MAX_BYTES = 1_000_000_000
MAX_ANSWERS = 5_000
MAX_FEATURES = 500_000
_UNFOLDS = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)|^.{0,3}\0|^\xff\xfe|^\xfe\xff", re.IGNORECASE | re.DOTALL)
"""Declarations that let a short text grow, and the encodings in which they would not be seen here."""
_LONGEST = 200


class Client:
    """A service at one address.

    Parameters
    ----------
    address : str
        Where it answers; what follows the question mark is kept in every request.
    fetch : callable, optional
        Brings one answer; by default the bounded client of `urbanplan.sources.protocol`.
    deadline_s : float
        Seconds for all answers together. Requests that fail are counted together too: after five the service is left alone.
    """

    def __init__(self, address: str, *, fetch: Fetch | None = None, deadline_s: float = DEADLINE_S) -> None:
        if fetch is None:
            from urbanplan.sources.protocol import fetch as home  # noqa: PLC0415 - only where the network is used

            fetch = home.fetch
        self.address = address
        self.name = shown(address)
        self._fetch = fetch
        self._until = time.monotonic() + deadline_s
        self._bytes, self._answers, self._failures = 0, 0, 0

    def url(self, path: str = "", /, **query: object) -> str:
        """Return the address with a path behind it and a query; a word that is asked for replaces one of the address."""
        parts = urlsplit(self.address)
        asked = {key: str(value) for key, value in query.items() if value is not None}
        kept = [
            pair for pair in parse_qsl(parts.query) if pair[0].lower() not in {key.lower() for key in asked}
        ]
        return urlunsplit(
            (
                parts.scheme,
                parts.netloc,
                parts.path.rstrip("/") + path,
                urlencode([*kept, *asked.items()]),
                "",
            )
        )

    def read(self, url: str) -> bytes:
        """Return one answer.

        Raises
        ------
        FetchError
            If it does not come, leads to another host, or all answers together are too many.
        """
        here, there = urlsplit(self.address), urlsplit(url)
        if (there.scheme, there.netloc) != (here.scheme, here.netloc):
            raise FetchError(
                f"{self.name}: sends on to {there.netloc or 'another address'}, which was not asked for"
            )
        self._answers += 1
        left_s, left = self._until - time.monotonic(), MAX_BYTES - self._bytes
        if self._answers > MAX_ANSWERS or left <= 0 or left_s <= 0:
            raise FetchError(
                f"{self.name}: not done after {self._answers - 1:,} answers and {self._bytes:,} bytes; ask for a smaller area"
            )
        with tempfile.TemporaryDirectory(prefix="urbanplan-service-") as folder:
            target = Path(folder) / "answer"
            came = self._fetch(
                url,
                target,
                deadline_s=left_s,
                max_bytes=left,
                allowed_hosts=[str(here.hostname)],
                failed_before=self._failures,
            )
            answer = target.read_bytes()
        self._failures += int(getattr(came, "failures", 0))
        self._bytes += len(answer)
        return answer

    def json(self, url: str) -> dict[str, Any]:
        """Return an answer in JSON, which must be an object.

        Raises
        ------
        FetchError
            If it is something else.
        """
        raw = self.read(url)
        try:
            found = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise FetchError(
                f"{self.name}: answered with text that is not JSON, or was cut off{_said(raw)}"
            ) from error
        if not isinstance(found, dict):
            raise FetchError(f"{self.name}: answered with JSON of another kind; check the address")
        return found

    def xml(self, url: str) -> ET.Element:
        """Return an answer in XML.

        Raises
        ------
        FetchError
            If it is something else, or reports an exception.
        """
        return self.parsed(self.read(url))

    def parsed(self, raw: bytes) -> ET.Element:
        """Return the root of an answer in XML; entities are refused, and what an exception says is told."""
        if _UNFOLDS.search(raw):
            raise FetchError(
                f"{self.name}: its answer declares entities or is in UTF-16, which no map service needs; check the address"
            )
        try:
            root = ET.fromstring(raw)  # noqa: S314 - entities are refused above
        except (ET.ParseError, ValueError, LookupError) as error:
            raise FetchError(
                f"{self.name}: answered with text that is not XML, or was cut off: {brief(error)}"
            ) from error
        if tag(root) in {"ExceptionReport", "ServiceExceptionReport"}:
            text = " ".join(" ".join(root.itertext()).split())[:_LONGEST]
            raise FetchError(
                f"{self.name}: refuses: {text or 'without a reason'}; check the layer and the address"
            )
        return root

    def short(self, got: int, stated: int) -> FetchError:
        """Return the error for a service that gave less than it has."""
        return FetchError(
            f"{self.name}: gave {got:,} of {stated:,} features; nothing was kept, since a part would look like the whole: "
            "try again later, or ask its office for a file"
        )

    def many(self, stated: int) -> FetchError:
        """Return the error for a layer that is too large to be asked for piece by piece."""
        return FetchError(
            f"{self.name}: has {stated:,} features in the area, more than the {MAX_FEATURES:,} that are asked for; "
            "ask its office for a file"
        )


def tag(element: ET.Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _said(raw: bytes) -> str:
    """Return what an exception in XML says, where JSON was asked for."""
    try:
        root = ET.fromstring(raw) if not _UNFOLDS.search(raw) else None  # noqa: S314 - entities are refused
    except (ET.ParseError, ValueError, LookupError):
        root = None
    text = "" if root is None else " ".join(" ".join(root.itertext()).split())
    return f": {text[:_LONGEST]}" if text else ""
