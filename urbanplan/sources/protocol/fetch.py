"""Download a file within bounds of time, size, tries and hosts; it is whole and checked, or it is not there."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
from urllib3.exceptions import HTTPError

from urbanplan.base.errors import FetchError, UrbanPlanError
from urbanplan.base.io import atomic_path
from urbanplan.base.io import sha256 as checksum
from urbanplan.sources.protocol.answers import MAX_TRIES, REDIRECTS, broken, refused, sent_on
from urbanplan.sources.protocol.guard import Line, Session, shown
from urbanplan.sources.protocol.transfer import Draft, Incomplete, receive

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

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
    failures : int
        How many requests failed before it came.
    """

    path: Path
    url: str
    size: int
    sha256: str
    failures: int = 0


def fetch(
    url: str,
    target: str | Path,
    *,
    data: Mapping[str, str] | bytes | None = None,
    sha256: str | None = None,
    max_bytes: int = 5_000_000_000,
    deadline_s: float = 1800.0,
    tries: int = MAX_TRIES,
    failed_before: int = 0,
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
    failed_before : int
        How many requests to the same service have failed already; they count, though one more is always sent.
    pause_s : float
        Seconds before the second try; doubled each time, with jitter, unless the server names a time.
    allowed_hosts : collection of str, optional
        Hosts (and their subdomains) that may be asked, also after a redirect; any public host by default.
    allow_private : bool
        Whether the address may be of a private machine or this one; `URBANPLAN_PRIVATE_HOSTS` names such that may be
        asked always. No answer leads to another private machine than the one that was asked.
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
    failed_before = min(max(failed_before, 0), MAX_TRIES - 1)
    tries = max(min(tries, MAX_TRIES - failed_before), 1)
    job = _Job(url, data, max_bytes, deadline_s, started, tries, failed_before, pause_s)
    draft = Draft(target, url)
    line = Line(url, allow_private=allow_private, allowed_hosts=allowed_hosts)
    line.hang_up_after(deadline_s)
    try:
        with Session(line, url) as session:
            page_wanted = target.suffix in {".html", ".htm"}
            final, failures = _download(job, session, line, draft, progress, page_wanted=page_wanted)
        return _accepted(draft, target, final, sha256, validate, failures)
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
    failed_before: int
    pause_s: float

    def left_s(self) -> float:
        return self.deadline_s - (time.monotonic() - self.started)


def _download(
    job: _Job,
    session: Session,
    line: Line,
    draft: Draft,
    progress: Callable[[int, int | None], None] | None,
    *,
    page_wanted: bool,
) -> tuple[str, int]:
    """Ask until the answer is whole; return the address that it came from, and how many requests failed."""
    url, data, reason, led = job.url, job.data, "was not asked", 0
    for attempt in range(job.tries):
        line.lead_to(url)
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
                        return url, attempt - led
                elif status in REDIRECTS and "Location" in response.headers:
                    url, data = (
                        sent_on(url, response.headers["Location"]),
                        data if status in _KEEP_METHOD else None,
                    )
                    reason, wait_s, led = "only sends on to other addresses", 0.0, led + 1
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
    raise _UnfinishedError(f"{shown(url)} {reason}; gave up after {job.failed_before + job.tries} requests")


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
    draft: Draft,
    target: Path,
    url: str,
    expected: str | None,
    validate: Callable[[Path], object] | None,
    failures: int,
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
    return Fetched(target, url, size, found, failures)
