"""One answer of a server, written to disk: bounded in size also after unpacking, resumable, never mistaken for data."""

from __future__ import annotations

import json
import re
import zlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.base.errors import FetchError
from urbanplan.sources.protocol.guard import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CHUNK = 1 << 16
_MAX_RATIO = 300
_BOMB_FLOOR = 50_000_000
_PARTIAL = 206
_PAGE = re.compile(rb"^\s*(?:<!doctype html|<html)", re.IGNORECASE)
_CONTENT_RANGE = re.compile(r"^bytes (\d+)-\d+/(\d+|\*)$")


class Incomplete(Exception):  # noqa: N818 - not an error of ours: the caller tries again
    """The connection broke off; what came so far may be kept."""


class Draft:
    """A download on its way: the bytes so far, and what lets the server continue them."""

    def __init__(self, target: Path, url: str) -> None:
        self.path = target.parent / f".{target.name}.part"
        self._note = target.parent / f".{target.name}.part.json"
        self._url = url
        self.tag = self._known_tag()

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def headers(self) -> dict[str, str]:
        """Return the headers that ask for the rest, or none where there is nothing to continue."""
        if not self.size or self.tag is None:
            return {}
        return {"Range": f"bytes={self.size}-", "If-Range": self.tag, "Accept-Encoding": "identity"}

    def begin(self, response: Any) -> bool:
        """Prepare for an answer; return whether it continues what is there."""
        if response.status_code == _PARTIAL:
            match = _CONTENT_RANGE.match(response.headers.get("Content-Range", ""))
            if match and int(match.group(1)) == self.size:
                return True
            self.forget()
            raise Incomplete("the server answered with another part of the file than was asked for")
        self.forget()
        strong = response.headers.get("ETag", "")
        packed = response.headers.get("Content-Encoding", "identity") != "identity"
        if strong.startswith('"') and not packed and "bytes" in response.headers.get("Accept-Ranges", ""):
            self.tag = strong
            self._note.write_text(json.dumps({"url": self._url, "etag": strong}), encoding="utf-8")
        return False

    def keep_or_forget(self) -> None:
        """Keep the bytes for a later call only where the server can continue them."""
        if self.tag is None:
            self.forget()

    def forget(self) -> None:
        """Throw away what came so far."""
        self.tag = None
        for path in (self.path, self._note):
            path.unlink(missing_ok=True)

    def finish(self) -> None:
        """Remove the note beside a file that is complete."""
        self._note.unlink(missing_ok=True)

    def _known_tag(self) -> str | None:
        with suppress(OSError, ValueError, AttributeError):
            note = json.loads(self._note.read_text(encoding="utf-8"))
            if note.get("url") == self._url and isinstance(note.get("etag"), str) and self.path.is_file():
                return str(note["etag"])
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)
        return None


def receive(
    response: Any,
    draft: Draft,
    *,
    url: str,
    max_bytes: int,
    page_wanted: bool,
    progress: Callable[[int, int | None], None] | None,
) -> None:
    """Write the body of an answer to the draft.

    Raises
    ------
    FetchError
        If it is too large, a bomb, or a web page where data were asked for.
    Incomplete
        If it broke off or is empty.
    """
    resumed = draft.begin(response)
    stated = response.headers.get("Content-Length")
    length = int(stated) if stated is not None and stated.isdigit() else None
    packed = response.headers.get("Content-Encoding", "").lower() in {"gzip", "x-gzip", "deflate"}
    start = draft.size if resumed else 0
    if length is not None and start + length > max_bytes:
        raise FetchError(f"{shown(url)}: {start + length:,} bytes are more than the {max_bytes:,} allowed")
    total = start + length if length is not None and not packed else None
    kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if kind == "text/html" and not page_wanted:
        raise FetchError(
            f"{shown(url)}: answered with a web page, not with data; open it in a browser to see why"
        )
    counter = _Counter()
    with draft.path.open("ab" if resumed else "wb") as out:
        written = start
        for piece in _unpacked(_pieces(response, counter), packed=packed):
            written += len(piece)
            if written > max_bytes:
                raise FetchError(
                    f"{shown(url)}: more than the {max_bytes:,} bytes allowed came; it was stopped"
                )
            if packed and written > _BOMB_FLOOR and written > _MAX_RATIO * counter.count:
                raise FetchError(
                    f"{shown(url)}: unpacks {_MAX_RATIO}-fold and more, which data never do; it was stopped"
                )
            out.write(piece)
            if progress is not None:
                progress(written, total)
    if length is not None and counter.count < length:
        raise Incomplete(f"the connection broke off after {counter.count:,} of {length:,} bytes")
    if draft.size == 0:
        raise Incomplete("the answer is empty")
    if not page_wanted and _is_page(draft.path):
        raise FetchError(
            f"{shown(url)}: answered with a web page, not with data; open it in a browser to see why"
        )


class _Counter:
    """How many bytes came over the line."""

    count = 0


def _pieces(response: Any, counter: _Counter) -> Iterator[bytes]:
    while piece := response.raw.read(_CHUNK, decode_content=False):
        counter.count += len(piece)
        yield piece


def _unpacked(pieces: Iterator[bytes], *, packed: bool) -> Iterator[bytes]:
    """Unpack gzip in bounded steps, so that a bomb is noticed before it has filled the memory."""
    if not packed:
        yield from pieces
        return
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    for piece in pieces:
        rest = piece
        while rest:
            try:
                yield unpacker.decompress(rest, _CHUNK)
            except zlib.error as error:
                raise Incomplete(f"the answer is not packed as it says ({error})") from error
            rest = unpacker.unconsumed_tail
    yield unpacker.flush()
    if not unpacker.eof:
        raise Incomplete("the packed answer broke off")


def _is_page(path: Path) -> bool:
    with path.open("rb") as stream:
        return _PAGE.match(stream.read(256)) is not None
