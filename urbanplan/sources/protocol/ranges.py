"""A file on a server, of which only the parts that are looked at come over the network."""

from __future__ import annotations

import io
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import requests
from urllib3.exceptions import HTTPError

from urbanplan.base.errors import FetchError
from urbanplan.sources.protocol.answers import MAX_TRIES, REDIRECTS, broken, refused, sent_on
from urbanplan.sources.protocol.guard import Line, Session, shown
from urbanplan.sources.protocol.transfer import CONTENT_RANGE, strong_tag

if TYPE_CHECKING:
    from collections.abc import Collection

BLOCK = 1 << 16
_PARTIAL, _WHOLE = 206, 200
_SILENCE_S = 60.0
_MOST_PAUSE_S = 30.0
_KEPT_BLOCKS = 1024


class RangeFile(io.RawIOBase):
    """A file at an address, read by parts; to readers it is an open file.

    Parameters
    ----------
    url : str
        An http or https address.
    max_bytes : int
        How much may come over the network in all.
    deadline_s : float
        Seconds for everything.
    pause_s : float
        Seconds before a second try; doubled each time, unless the server names a time.
    allowed_hosts : collection of str, optional
        Hosts that may be asked; any public host by default.
    allow_private : bool
        Whether the address may be of a private machine or this one, as for `fetch`.

    Raises
    ------
    NoSuchFileError
        If the server has no such file.
    FetchError
        If it cannot be reached, does not answer parts of files, changes the file while it is read, or sends
        more than allowed; at most five failed requests are made.
    """

    def __init__(
        self,
        url: str,
        *,
        max_bytes: int = 500_000_000,
        deadline_s: float = 600.0,
        pause_s: float = 1.0,
        allowed_hosts: Collection[str] | None = None,
        allow_private: bool = False,
    ) -> None:
        super().__init__()
        self.url, self.received, self.requests = url, 0, 0
        self._max_bytes, self._pause_s = max_bytes, pause_s
        self._ends = time.monotonic() + deadline_s
        self._failures = 0
        self._place = 0
        self._tag: str | None = None
        self.size = -1
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._line = Line(url, allow_private=allow_private, allowed_hosts=allowed_hosts)
        self._line.hang_up_after(deadline_s)
        self._session = Session(self._line, url)
        try:
            self._load(0, 0)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        if not self.closed:
            self._line.close()
            self._session.close()
        super().close()

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be read at any place."""
        return True

    def tell(self) -> int:
        """Return the place that is read next."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.size}[whence]
        self._place = max(base + offset, 0)
        return self._place

    def readinto(self, buffer: Any) -> int:
        """Read from the present place on."""
        wanted = max(min(len(buffer), self.size - self._place), 0)
        if wanted == 0:
            return 0
        first, last = self._place // BLOCK, (self._place + wanted - 1) // BLOCK
        missing = [block for block in range(first, last + 1) if block not in self._blocks]
        if missing:
            self._load(missing[0], missing[-1])
        parts = b"".join(self._block(block) for block in range(first, last + 1))
        start = self._place - first * BLOCK
        buffer[:wanted] = parts[start : start + wanted]
        self._place += wanted
        return wanted

    def _block(self, number: int) -> bytes:
        if number not in self._blocks:  # pushed out by its neighbours in one very long read
            self._load(number, number)
        self._blocks.move_to_end(number)
        return self._blocks[number]

    def _load(self, first: int, last: int) -> None:
        """Fetch some neighbouring blocks in one request, and try again where that may help."""
        begin, end = first * BLOCK, (last + 1) * BLOCK - 1
        end = min(end, self.size - 1) if self.size >= 0 else end
        while True:
            self._line.lead_to(self.url)
            wait_s: float | None = None
            try:
                body, reason, wait_s = self._ask(begin, end)
            except (requests.RequestException, HTTPError, OSError) as error:
                if isinstance(error, FetchError):
                    raise
                if self._line.refusal is not None:
                    raise FetchError(self._line.refusal) from error
                body, reason = None, broken(error, self.url)
            if body is not None:
                self._keep(first, body)
                return
            self._wait(reason, wait_s)

    def _ask(self, begin: int, end: int) -> tuple[bytes | None, str, float | None]:
        """Make one request: what came, or why nothing came and how long the server asks to wait."""
        left = min(_SILENCE_S, max(self._ends - time.monotonic(), 0.01))
        headers = {"Range": f"bytes={begin}-{end}", "Accept-Encoding": "identity"}
        if self._tag is not None:
            headers["If-Range"] = self._tag
        self.requests += 1
        with self._session.request(
            "GET", self.url, headers=headers, stream=True, allow_redirects=False, timeout=(left, left)
        ) as answer:
            status = answer.status_code
            if status in REDIRECTS and "Location" in answer.headers:
                self.url = sent_on(self.url, answer.headers["Location"])
                return None, "only sends on to other addresses", 0.0
            if status == _WHOLE and self._tag is not None:
                raise FetchError(f"{shown(self.url)}: the file changed while it was read; run again")
            if status == _WHOLE:
                raise FetchError(
                    f"{shown(self.url)}: the server does not give parts of files; download the file whole"
                )
            if status != _PARTIAL:
                reason, wait_s = refused(answer, _NOTHING, self.url)
                return None, reason, wait_s
            return self._part(answer, begin, end)

    def _part(self, answer: Any, begin: int, end: int) -> tuple[bytes | None, str, float | None]:
        found = CONTENT_RANGE.match(answer.headers.get("Content-Range", ""))
        packed = answer.headers.get("Content-Encoding", "identity") != "identity"
        if found is None or packed or int(found[1]) != begin:
            raise FetchError(
                f"{shown(self.url)}: the server answered with another part of the file than was asked for"
            )
        size = int(found[3])
        wanted = min(end, size - 1) - begin + 1
        tag = strong_tag(answer)
        if self.size >= 0 and (size != self.size or (self._tag and tag and tag != self._tag)):
            raise FetchError(f"{shown(self.url)}: the file changed while it was read; run again")
        if self.received + wanted > self._max_bytes:
            raise FetchError(
                f"{shown(self.url)}: more than {self._max_bytes:,} bytes would be needed; use a smaller area, or download the file"
            )
        body = bytearray()
        while len(body) < wanted and (piece := answer.raw.read(wanted - len(body), decode_content=False)):
            body += piece
        self.received += len(body)
        if len(body) < wanted:
            return None, "failed: the connection broke off", None
        self.size, self._tag = size, self._tag or tag
        return bytes(body), "", None

    def _keep(self, first: int, body: bytes) -> None:
        for place in range(0, len(body), BLOCK):
            self._blocks[first + place // BLOCK] = body[place : place + BLOCK]
        while len(self._blocks) > _KEPT_BLOCKS:
            self._blocks.popitem(last=False)

    def _wait(self, reason: str, wait_s: float | None) -> None:
        self._failures += 1
        left = self._ends - time.monotonic()
        if self._line.overdue or left <= 0:
            raise FetchError(f"{shown(self.url)}: not finished within the time allowed; try again later")
        if self._failures >= MAX_TRIES:
            raise FetchError(f"{shown(self.url)} {reason}; gave up after {self._failures} failed requests")
        if wait_s is None:
            wait_s = min(self._pause_s * 2 ** (self._failures - 1), _MOST_PAUSE_S)
        if wait_s >= left:
            raise FetchError(
                f"{shown(self.url)} {reason} and asks to wait {wait_s:,.0f} s, longer than the time allowed; try again later"
            )
        time.sleep(wait_s)


class _Nothing:
    """A download of which nothing is kept: what `refused` asks of a draft."""

    size = 0

    def forget(self) -> None:
        """There is nothing to forget."""


_NOTHING: Any = _Nothing()
