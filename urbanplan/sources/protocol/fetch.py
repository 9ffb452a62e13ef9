"""Download a file within bounds of time, size, tries and hosts; it is whole and checked, or it is not there."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from urbanplan.base.errors import FetchError, UrbanPlanError
from urbanplan.base.io import atomic_path
from urbanplan.base.io import sha256 as checksum
from urbanplan.sources.protocol.answers import broken, refused
from urbanplan.sources.protocol.guard import Line, Session, check_url, shown
from urbanplan.sources.protocol.transfer import Draft, Incomplete, receive

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

MAX_TRIES = 5
"""A server that refused five times is not asked again: it is a public service, and it has said no."""
_REDIRECTS = {301, 302, 303, 307, 308}
_KEEP_METHOD = {307, 308}
_GOOD = {200, 206}
_LONGEST_PAUSE_S = 60.0
_SILENCE_S = 60.0


@dataclass(frozen=True)
class Fetched:
    """A file that was downloaded.

    Attributes
    ----------
    path : Path
        Where it lies.
    url : str
        The address that it came from in the end, after redirects.
    size : int
        Bytes.
    sha256 : str
        Its checksum.
    """

    path: Path
    url: str
    size: int
    sha256: str


def fetch(
    url: str,
    target: str | Path,
    *,
    data: Mapping[str, str] | bytes | None = None,
    sha256: str | None = None,
    max_bytes: int = 5_000_000_000,
    deadline_s: float = 1800.0,
    tries: int = MAX_TRIES,
    pause_s: float = 1.0,
    allowed_hosts: Collection[str] | None = None,
    allow_private: bool = False,
    validate: Callable[[Path], object] | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Fetched:
    """Download a file, or say in one sentence why not.

    Parameters
    ----------
    url : str
        An http or https address.
    target : path
        Where the file goes; it appears there whole and checked, and an older file stays until then.
    data : mapping or bytes, optional
        What to send; the request is a POST then.
    sha256 : str, optional
        The checksum that it must have.
    max_bytes : int
        How large it may be, also after unpacking.
    deadline_s : float
        Seconds for everything: waiting, retries, transfer.
    tries : int
        How many requests may be sent at most, redirects included; 5 at most.
    pause_s : float
        Seconds before the second try; doubled each time, with jitter, unless the server names a time.
    allowed_hosts : collection of str, optional
        Hosts (and their subdomains) that may be asked, also after a redirect; any public host by default.
    allow_private : bool
        Whether private and loopback addresses may be asked.
    validate : callable, optional
        Looks at the file before it is put in place; raises an error of ours or a ValueError to refuse it.
    progress : callable, optional
        Takes bytes so far, and bytes in all where known.

    Returns
    -------
    Fetched
        What came, and from where.

    Raises
    ------
    FetchError
        For every way in which this can go wrong; nothing is left at `target` that was not there before.
    """
    started = time.monotonic()
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    job = _Job(
        url, data, max_bytes, deadline_s, started, tries=min(max(tries, 1), MAX_TRIES), pause_s=pause_s
    )
    draft = Draft(target, url)
    line = Line(allow_private=allow_private)
    line.hang_up_after(deadline_s)
    try:
        with Session(line, url) as session:
            final = _download(
                job,
                session,
                line,
                draft,
                allowed_hosts,
                progress,
                page_wanted=target.suffix in {".html", ".htm"},
            )
        return _accepted(draft, target, final, sha256, validate)
    except (_UnfinishedError, KeyboardInterrupt):
        draft.keep_or_forget()
        raise
    except BaseException:
        draft.forget()
        raise
    finally:
        line.close()


class _UnfinishedError(FetchError):
    """The time or the tries were used up; what came so far is good and may be continued."""


@dataclass(frozen=True)
class _Job:
    """What was asked for, and within which bounds."""

    url: str
    data: Mapping[str, str] | bytes | None
    max_bytes: int
    deadline_s: float
    started: float
    tries: int
    pause_s: float

    def left_s(self) -> float:
        return self.deadline_s - (time.monotonic() - self.started)


def _download(
    job: _Job,
    session: Session,
    line: Line,
    draft: Draft,
    allowed_hosts: Collection[str] | None,
    progress: Callable[[int, int | None], None] | None,
    *,
    page_wanted: bool,
) -> str:
    """Ask until the answer is whole; return the address that it came from."""
    url, data, reason = job.url, job.data, "was not asked"
    for attempt in range(job.tries):
        check_url(url, allowed_hosts=allowed_hosts, allow_private=line.allow_private)
        wait_s = None
        try:
            with _request(session, url, data, draft, job.left_s()) as response:
                status = response.status_code
                if status in _GOOD:
                    receive(
                        response,
                        draft,
                        url=url,
                        max_bytes=job.max_bytes,
                        page_wanted=page_wanted,
                        progress=progress,
                    )
                    if not line.overdue:  # else the end of the answer is only our own hanging up
                        return url
                elif status in _REDIRECTS and "Location" in response.headers:
                    onward = data if status in _KEEP_METHOD else None
                    url, data = _redirected(url, response.headers["Location"], onward)
                    reason, wait_s = "only sends on to other addresses", 0.0
                else:
                    reason, wait_s = refused(response, draft, url)
        except Incomplete as error:
            reason = f"failed: {error}"
        except (requests.RequestException, HTTPError, OSError) as error:
            if isinstance(error, FetchError):
                raise
            if line.refusal is not None:
                raise FetchError(line.refusal) from error
            reason = broken(error, url)
        _pause(job, line, attempt, wait_s, url, reason)
    raise _UnfinishedError(f"{shown(url)} {reason}; gave up after {job.tries} requests")


def _request(
    session: Session, url: str, data: Mapping[str, str] | bytes | None, draft: Draft, left_s: float
) -> Any:
    silence = max(min(_SILENCE_S, left_s), 0.01)
    return session.request(
        "GET" if data is None else "POST",
        url,
        data=data,
        headers=draft.headers() if data is None else {"Accept-Encoding": "gzip"},
        stream=True,
        allow_redirects=False,
        timeout=(silence, silence),
    )


def _redirected(
    url: str, location: str, data: Mapping[str, str] | bytes | None
) -> tuple[str, Mapping[str, str] | bytes | None]:
    onward = urljoin(url, location)
    if urlsplit(url).scheme == "https" and urlsplit(onward).scheme != "https":
        raise FetchError(f"refused: {shown(url)} sends on to an address without encryption, {shown(onward)}")
    return onward, data


def _pause(job: _Job, line: Line, attempt: int, wait_s: float | None, url: str, reason: str) -> None:
    """Wait before the next try, if there is one and the time allows it."""
    if line.overdue or job.left_s() <= 0:
        raise _UnfinishedError(
            f"{shown(url)}: not finished within {job.deadline_s:g} s; try again later or allow more time"
        )
    if attempt + 1 >= job.tries:
        return
    if wait_s is None:
        wait_s = min(job.pause_s * 2**attempt, _LONGEST_PAUSE_S) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, no secret
    if wait_s >= job.left_s():
        raise FetchError(
            f"{shown(url)} {reason} and asks to wait {wait_s:,.0f} s, longer than the time allowed; try again later"
        )
    time.sleep(wait_s)


def _accepted(
    draft: Draft, target: Path, url: str, expected: str | None, validate: Callable[[Path], object] | None
) -> Fetched:
    """Check a complete download and put it in place."""
    found = checksum(draft.path)
    if expected is not None and found != expected:
        draft.forget()
        raise FetchError(
            f"{shown(url)}: the file is not the one expected: its SHA-256 is {found[:12]}…, not {expected[:12]}…; it may have been replaced by a newer one"
        )
    if validate is not None:
        try:
            validate(draft.path)
        except (UrbanPlanError, ValueError) as error:
            draft.forget()
            raise FetchError(f"{shown(url)}: what came cannot be used: {error}") from error
    size = draft.size
    with atomic_path(target) as path:
        draft.path.replace(path)
    draft.finish()
    return Fetched(target, url, size, found)
