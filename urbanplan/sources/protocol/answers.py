"""What a server's refusal or a broken connection means: worth another try, or final."""

from __future__ import annotations

import email.utils
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import NameResolutionError

from urbanplan.base.errors import FetchError
from urbanplan.sources.protocol.guard import shown

if TYPE_CHECKING:
    from urbanplan.sources.protocol.transfer import Draft


class NoSuchFileError(FetchError, FileNotFoundError):
    """The server has no file at the address."""


MAX_TRIES = 5
"""A server that refused five times is not asked again: it is a public service, and it has said no."""
_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_NONE_SUCH = {404, 410}
_RANGE_WRONG = 416
_MOST_DIGITS = 18
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_WORDS = {
    401: "asks for a password",
    403: "refuses access",
    404: "has no such file",
    410: "has removed the file",
    429: "is asked too often",
}


def refused(response: Any, draft: Draft, url: str) -> tuple[str, float | None]:
    """Say why an answer is no data; raise where asking again cannot help."""
    status = response.status_code
    words = _WORDS.get(status, "cannot answer now" if status in _AGAIN else "refuses the request")
    reason = f"{words} (HTTP {status})"
    if status == _RANGE_WRONG and draft.size:
        draft.forget()
        return reason, 0.0
    if status not in _AGAIN:
        kind = NoSuchFileError if status in _NONE_SUCH else FetchError
        raise kind(f"{shown(url)} {reason}; check the address")
    return reason, _retry_after(response.headers.get("Retry-After"))


def sent_on(url: str, location: str) -> str:
    """Return the address that a redirect leads to.

    Raises
    ------
    FetchError
        If it cannot be read, or gives up the encryption.
    """
    try:
        onward = urljoin(url, location)
    except ValueError as error:
        raise FetchError(f"refused: {shown(url)} sends on to an address that cannot be read") from error
    if urlsplit(url).scheme == "https" and not onward.lower().startswith("https:"):
        raise FetchError(f"refused: {shown(url)} sends on to an address without encryption, {shown(onward)}")
    return onward


def _retry_after(text: str | None) -> float | None:
    if text is None:
        return None
    if (seconds := whole_number(text)) is not None:
        return float(seconds)
    try:
        when = email.utils.parsedate_to_datetime(text)
        return max(when.timestamp() - time.time(), 0.0)
    except (TypeError, ValueError, OverflowError):
        return None


def whole_number(text: str | None) -> int | None:
    """Return the number in a header; None where there is none, or one that nobody can mean."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def broken(error: Exception, url: str) -> str:
    """Say in words how a connection failed; raise where asking again cannot help."""
    text = str(error)
    if isinstance(error, requests.exceptions.SSLError):
        raise FetchError(
            f"{shown(url)}: its certificate cannot be trusted; check the address and the clock of this machine"
        ) from error
    if isinstance(error, requests.exceptions.ProxyError):
        return "cannot be reached through the proxy"
    if NameResolutionError.__name__ in text or "Failed to resolve" in text:
        raise FetchError(
            f"no machine is called {urlsplit(url).hostname}, or there is no network; check the address and the connection"
        ) from error
    if isinstance(error, requests.exceptions.Timeout):
        return "does not answer"
    if "refused" in text:
        return "refuses the connection"
    return "failed: the connection broke off"
