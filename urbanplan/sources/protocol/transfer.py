"""One answer of a server, written to disk: bounded in size also after unpacking, resumable, never mistaken for data."""

from __future__ import annotations

import json
import re
import zlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.base.errors import FetchError
from urbanplan.sources.protocol.answers import whole_number
from urbanplan.sources.protocol.guard import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CHUNK = 1 << 16
_MAX_RATIO = 300
_BOMB_FLOOR = 50_000_000
_PARTIAL = 206
_PACKED = {"gzip", "x-gzip", "deflate"}
_UNPACKED = {"", "identity", "none", "utf-8", "binary", "aws-chunked"}  # what servers write who pack nothing
_PAGES = {"text/html", "application/xhtml+xml"}
_PAGE = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html)",
    re.IGNORECASE | re.DOTALL,
)
_PAGE_WITHIN = 1024
CONTENT_RANGE = re.compile(r"^bytes (\d{1,18})-(\d{1,18})/(\d{1,18})$")
"""Which part of a file an answer is: first and last byte, and the size of the whole."""


class Incomplete(Exception):  # noqa: N818 - not an error of ours: the caller tries again
    """The connection broke off; what came so far may be kept."""


class Draft:
    """A download on its way: the bytes so far, and what lets the server continue them."""

    def __init__(self, target: Path, url: str) -> None:
        self.path = target.parent / f".{target.name}.part"
        self._note = target.parent / f".{target.name}.part.json"
        self._url = url
        self.whole: int | None = None
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
        strong = strong_tag(response)
        if response.status_code == _PARTIAL:
            match = CONTENT_RANGE.match(response.headers.get("Content-Range", ""))
            same = not (self.tag and strong) or strong == self.tag
            if match and same and self.size and int(match.group(1)) == self.size:
                self.whole = int(match.group(3))
                return True
            self.forget()
            raise Incomplete(
                "the server answered with another part of the file than was asked for"
                if same
                else "the file changed on the server meanwhile"
            )
        self.forget()
        packed = response.headers.get("Content-Encoding", "identity") != "identity"
        if strong and not packed and "bytes" in response.headers.get("Accept-Ranges", ""):
            self.tag = strong
            self._note.write_text(json.dumps({"url": self._url, "etag": strong}), encoding="utf-8")
        return False

    def keep_or_forget(self) -> None:
        """Keep the bytes for a later call only where the server can continue them."""
        if self.tag is None:
            self.forget()

    def forget(self) -> None:
        """Throw away what came so far."""
        self.tag = self.whole = None
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


def strong_tag(response: Any) -> str | None:
    """Return what names this edition of a file, byte for byte; None where the server does not say it."""
    tag = str(response.headers.get("ETag", ""))
    return tag if tag.startswith('"') else None


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
    length = whole_number(response.headers.get("Content-Length"))
    packed = _packed(response, url)
    start = draft.size if resumed else 0
    if length is not None and start + length > max_bytes:
        raise FetchError(f"{shown(url)}: {start + length:,} bytes are more than the {max_bytes:,} allowed")
    total = start + length if length is not None and not packed else None
    kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if kind in _PAGES and not page_wanted:
        raise FetchError(
            f"{shown(url)}: answered with a web page, not with data; open it in a browser to see why"
        )
    came = _stored(response, draft, url, (start, total, max_bytes), packed=packed, progress=progress)
    if length is not None and came < length:
        raise Incomplete(f"the connection broke off after {came:,} of {length:,} bytes")
    if draft.size == 0:
        raise Incomplete("the answer is empty")
    if draft.whole is not None and draft.size != draft.whole:
        raise Incomplete(f"only {draft.size:,} of {draft.whole:,} bytes came")
    if not page_wanted and _is_page(draft.path):
        raise FetchError(
            f"{shown(url)}: answered with a web page, not with data; open it in a browser to see why"
        )


def _stored(
    response: Any,
    draft: Draft,
    url: str,
    bounds: tuple[int, int | None, int],
    *,
    packed: bool,
    progress: Callable[[int, int | None], None] | None,
) -> int:
    """Write what comes behind what is there, within bounds; return how many bytes came over the line."""
    start, total, max_bytes = bounds
    counter = _Counter()
    with draft.path.open("ab" if start else "wb") as out:
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
    return counter.count


class _Counter:
    """How many bytes came over the line."""

    count = 0


def _pieces(response: Any, counter: _Counter) -> Iterator[bytes]:
    while piece := response.raw.read(_CHUNK, decode_content=False):
        counter.count += len(piece)
        yield piece


def _packed(response: Any, url: str) -> bool:
    """Tell whether an answer must be unpacked; refuse a packing that was not asked for and cannot be undone here."""
    given = response.headers.get("Content-Encoding", "").strip().lower()
    if given in _UNPACKED:
        return False
    if given not in _PACKED:
        raise FetchError(
            f"{shown(url)}: answered in the packing {given[:20]!r}, which was not asked for; download it by hand"
        )
    return True


def _unpacked(pieces: Iterator[bytes], *, packed: bool) -> Iterator[bytes]:
    """Unpack gzip in bounded steps, so that a bomb is noticed before it has filled the memory."""
    if not packed:
        yield from pieces
        return
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    for piece in pieces:
        rest = piece
        while rest:
            if unpacker.eof:  # one packed file behind another is one file
                unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
            try:
                yield unpacker.decompress(rest, _CHUNK)
            except zlib.error as error:
                raise Incomplete(f"the answer is not packed as it says ({error})") from error
            rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    yield unpacker.flush()
    if not unpacker.eof:
        raise Incomplete("the packed answer broke off")


def _is_page(path: Path) -> bool:
    with path.open("rb") as stream:
        return _PAGE.match(stream.read(_PAGE_WITHIN)) is not None
