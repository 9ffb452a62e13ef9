"""Words on a terminal: progress that does not get in the way, and text from data that cannot play tricks."""

from __future__ import annotations

import unicodedata
from typing import TextIO

_CLEAR_LINE = "\r\x1b[2K"
_MAX_STATUS = 100


def plain(text: object) -> str:
    r"""Return a text in which nothing can steer a terminal: control and direction characters are written out.

    Line ends stay, because some messages have one line per mistake.

    Examples
    --------
    >>> plain("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    return "".join(
        char
        if char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        else _written(char)
        for char in str(text)
    )


def _written(char: str) -> str:
    if char == "\t":
        return " "
    if char in "\u200b\u200c\u200d":  # no-break marks that Thai and other scripts use between words
        return char
    return char.encode("unicode_escape").decode("ascii")


def write(stream: TextIO, text: str) -> None:
    """Write a text at once, with what the stream's encoding does not have written out."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


class Progress:
    """Lines of finished steps on a stream, and on a terminal a last line with what is going on.

    Parameters
    ----------
    stream : text stream
        Mostly standard error.
    lively : bool, optional
        Whether to show what is going on; default: if the stream is a terminal.
    """

    def __init__(self, stream: TextIO, *, lively: bool | None = None) -> None:
        self.stream = stream
        self.lively = stream.isatty() if lively is None else lively
        self._status = ""

    def line(self, text: str) -> None:
        """Write a line that stays."""
        self._write(f"{_CLEAR_LINE if self._status else ''}{plain(text)}\n{self._status}")

    def status(self, text: str) -> None:
        """Show what is going on, in place of what was shown before; nothing where the stream is no terminal."""
        status = plain(text).replace("\n", " ")[:_MAX_STATUS]
        if self.lively and status != self._status:
            self._write(f"{_CLEAR_LINE}{status}")
            self._status = status

    def _write(self, text: str) -> None:
        write(self.stream, text)
