"""Which machines may be spoken to, and for how long: checked where the connection is really made."""

from __future__ import annotations

import ipaddress
import socket
import threading
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from urbanplan.base.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Collection

_SCHEMES = {"http", "https"}


class Line:
    """The open sockets of one download, and whether they may lead to private machines."""

    def __init__(self, *, allow_private: bool) -> None:
        self.allow_private = allow_private
        self.overdue = False
        self.refusal: str | None = None
        self._sockets: list[socket.socket] = []
        self._timer: threading.Timer | None = None

    def register(self, opened: socket.socket) -> None:
        """Check whom a new connection reaches, and remember it."""
        if not self.allow_private:
            address = opened.getpeername()[0]
            if not is_public(address):
                opened.close()
                self.refusal = (
                    f"refused: {address} is not a public address; allow private hosts if this is meant"
                )
                raise FetchError(self.refusal)  # the libraries above wrap it, so that it is kept here too
        self._sockets.append(opened)

    def hang_up_after(self, seconds: float) -> None:
        """Close all connections when the time is over, even in the middle of a read."""
        self._timer = threading.Timer(max(seconds, 0.0), self._hang_up)
        self._timer.daemon = True
        self._timer.start()

    def close(self) -> None:
        """Stop the clock."""
        if self._timer is not None:
            self._timer.cancel()

    def _hang_up(self) -> None:
        self.overdue = True
        for opened in self._sockets:
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)


class Session(requests.Session):  # type: ignore[misc]  # requests has no types
    """A session that retries nothing by itself, follows nothing by itself, and only reaches machines that it may."""

    def __init__(self, line: Line, url: str) -> None:
        super().__init__()
        self.headers.update({"User-Agent": f"urbanplan/{_version()}", "Accept-Encoding": "identity"})
        if is_literal_private(urlsplit(url).hostname or ""):
            self.trust_env = False  # a proxy has no business with this machine's own addresses
        adapter = _Adapter(line)
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    def __enter__(self) -> Self:
        return self


class _Adapter(HTTPAdapter):  # type: ignore[misc]  # requests has no types
    def __init__(self, line: Line) -> None:
        self._line = line
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._line)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        own = Line(allow_private=True)  # the proxy itself may be private; it decides whom it reaches
        own._sockets = self._line._sockets  # noqa: SLF001 - both are hung up together
        manager.pool_classes_by_scheme = _pools(own)
        return manager


def _pools(line: Line) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            line.register(self.sock)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            opened = super()._new_conn()
            if not line.allow_private and not is_public(opened.getpeername()[0]):
                line.register(opened)  # refuses, before any secret handshake
            return opened

        def connect(self) -> None:
            super().connect()
            line.register(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def check_url(url: str, *, allowed_hosts: Collection[str] | None, allow_private: bool) -> None:
    """Refuse an address that may not be opened, before anything is sent.

    Raises
    ------
    FetchError
        If it is not http or https, carries a password, or names a host that is not allowed or not public.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower().rstrip(".")
    if parts.scheme not in _SCHEMES or not host:
        raise FetchError(f"refused: {shown(url)} is not an http or https address")
    if parts.username or parts.password:
        raise FetchError(f"refused: the address of {host} carries a user name or password; leave them out")
    if allowed_hosts is not None and not any(
        host == each or host.endswith(f".{each}") for each in allowed_hosts
    ):
        raise FetchError(
            f"refused: {host} is not among the hosts that may be asked ({', '.join(sorted(allowed_hosts))})"
        )
    if allow_private:
        return
    if is_literal_private(host):
        raise FetchError(f"refused: {host} is not a public address; allow private hosts if this is meant")
    if get_environ_proxies(url):
        return  # names are the proxy's to resolve
    try:
        found = socket.getaddrinfo(
            host, parts.port or (443 if parts.scheme == "https" else 80), type=socket.SOCK_STREAM
        )
    except OSError as error:
        raise FetchError(
            f"no machine is called {host}, or there is no network; check the address and the connection"
        ) from error
    for entry in found:
        if not is_public(str(entry[4][0])):
            raise FetchError(
                f"refused: {host} leads to {entry[4][0]}, which is not a public address; allow private hosts if this is meant"
            )


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the public network."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None) or parsed
    return bool(inner.is_global and not inner.is_multicast)


def is_literal_private(host: str) -> bool:
    """Tell whether a host is written as a private address, or as this machine itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    for read in (
        str,
        lambda text: socket.inet_ntoa(socket.inet_aton(text)),
    ):  # 127.1 and 2130706433 are loopback too
        with suppress(ValueError, OSError):
            return not is_public(read(host.strip("[]")))
    return False


def shown(url: str) -> str:
    """Return an address as it may stand in a message: without what follows the question mark, and without names."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


def _version() -> str:
    try:
        return version("urbanplan")
    except PackageNotFoundError:
        return "0"
