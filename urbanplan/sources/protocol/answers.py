"""What a server's refusal or a broken connection means: worth another try, or final."""

from __future__ import annotations

import email.utils
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import NameResolutionError

from urbanplan.base.errors import FetchError
from urbanplan.sources.protocol.guard import shown

if TYPE_CHECKING:
    from urbanplan.sources.protocol.transfer import Draft

_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_RANGE_WRONG = 416
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
        raise FetchError(f"{shown(url)} {reason}; check the address")
    return reason, _retry_after(response.headers.get("Retry-After"))


def _retry_after(text: str | None) -> float | None:
    if text is None:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        when = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return max(when.timestamp() - time.time(), 0.0)


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
