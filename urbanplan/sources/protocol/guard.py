"""Which machines may be spoken to, and for how long: checked where the connection is really made."""

from __future__ import annotations

import ipaddress
import os
import socket
import threading
from contextlib import suppress
from http.cookiejar import DefaultCookiePolicy
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
    from collections.abc import Collection, Iterator

_PORTS = {"http": 80, "https": 443}
_OPEN_AT_ONCE = 4
PRIVATE_HOSTS = "URBANPLAN_PRIVATE_HOSTS"
"""Environment variable: the private hosts, separated by commas, that whoever runs this means to be asked."""
_MEANT = f"if this is meant, name it in the environment variable {PRIVATE_HOSTS}"
_NEVER = "a server may not send on to one"


class Line:
    """The open sockets of one download, and whether they may lead to private machines.

    A private machine is asked only where the caller, or whoever runs this, named it; and then only that very place:
    no answer, of a public machine or a private one, leads to another machine of the network behind the firewall.

    Parameters
    ----------
    url : str
        What is asked for first.
    allow_private : bool
        Whether that may be a private machine though `URBANPLAN_PRIVATE_HOSTS` does not name it.
    allowed_hosts : collection of str, optional
        Hosts (and their subdomains) that may be asked; any public host by default.
    """

    def __init__(
        self, url: str, *, allow_private: bool, allowed_hosts: Collection[str] | None = None
    ) -> None:
        self.overdue = False
        self.refusal: str | None = None
        self._first, self._hosts = url, allowed_hosts
        self._permitted = allow_private or _named_private(url)
        self._private = False
        self._sockets: list[socket.socket] = []
        self._timer: threading.Timer | None = None

    def lead_to(self, url: str) -> None:
        """Check the address that is asked next, before anything is sent.

        Raises
        ------
        FetchError
            As `check_url`.
        """
        self._private = self._permitted and _same_place(self._first, url)
        check_url(
            url,
            allowed_hosts=self._hosts,
            allow_private=self._private,
            mend=_MEANT if url == self._first else _NEVER,
        )

    def register(self, opened: socket.socket) -> None:
        """Check whom a new connection reaches, and remember it."""
        address = opened.getpeername()[0]
        if not (self._private or is_public(address)):
            opened.close()
            self.refusal = f"refused: {address} is not a public address; {_MEANT}"
            raise FetchError(self.refusal)  # the libraries above wrap it, so that it is kept here too
        while len(self._sockets) >= _OPEN_AT_ONCE:
            self._sockets.pop(0).close()
        self._sockets.append(opened.dup())  # a handle of our own: encryption takes the other one over
        if self.overdue:
            self._hang_up()

    def to_proxy(self) -> Line:
        """Return the line to a proxy: it may itself be private, and decides whom it reaches; both are hung up together."""
        own = Line(self._first, allow_private=True)
        own._private, own._sockets = True, self._sockets
        return own

    def hang_up_after(self, seconds: float) -> None:
        """Close all connections when the time is over, even in the middle of a read."""
        self._timer = threading.Timer(max(seconds, 0.0), self._hang_up)
        self._timer.daemon = True
        self._timer.start()

    def close(self) -> None:
        """Stop the clock, and let go of the connections."""
        if self._timer is not None:
            self._timer.cancel()
        while self._sockets:
            self._sockets.pop().close()

    def _hang_up(self) -> None:
        self.overdue = True
        for opened in list(self._sockets):
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)


class Session(requests.Session):  # type: ignore[misc]  # requests has no types
    """A session that retries nothing, follows nothing and keeps nothing by itself, and only reaches machines that it may."""

    def __init__(self, line: Line, url: str) -> None:
        super().__init__()
        self.headers.update({"User-Agent": f"urbanplan/{_version()}", "Accept-Encoding": "identity"})
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.auth = _unchanged  # nor any password that lies about on this machine
        if is_literal_private(_host(url)):
            self.trust_env = False  # a proxy has no business with this machine's own addresses
        adapter = _Adapter(line)
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    def __enter__(self) -> Self:
        return self

    def resolve_redirects(self, *_: Any, **__: Any) -> Iterator[Any]:
        """Do nothing: the library reads the whole body of a redirect to find out where it would lead, however long it is."""
        return iter(())


def _unchanged(request: Any) -> Any:
    return request


class _Adapter(HTTPAdapter):  # type: ignore[misc]  # requests has no types
    def __init__(self, line: Line) -> None:
        self._line = line
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._line)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        own = self._line.to_proxy()
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
            line.register(opened)  # before the handshake, which tells whom we want, and may take for ever
            return opened

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def check_url(
    url: str, *, allowed_hosts: Collection[str] | None, allow_private: bool, mend: str = _MEANT
) -> None:
    """Refuse an address that may not be opened, before anything is sent.

    Raises
    ------
    FetchError
        If it is not http or https, carries a password, or names a host that is not allowed or not public.
    """
    try:
        parts = urlsplit(url)
        host, port = _host(url), parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise FetchError("refused: it is not an address that can be read; check it") from error
    if parts.scheme not in _PORTS or not host:
        raise FetchError(f"refused: {shown(url)} is not an http or https address")
    if parts.username or parts.password:
        raise FetchError(f"refused: the address of {host} carries a user name or password; leave them out")
    if allowed_hosts is not None and not any(
        host == each or host.endswith(f".{each}") for each in allowed_hosts
    ):
        raise FetchError(
            f"refused: {host} is not among the hosts that may be asked ({', '.join(sorted(allowed_hosts))})"
        )
    if not allow_private:
        _check_public(url, host, port, mend)


def _check_public(url: str, host: str, port: int, mend: str) -> None:
    if is_literal_private(host):
        raise FetchError(f"refused: {host} is not a public address; {mend}")
    if get_environ_proxies(url):
        return  # names are the proxy's to resolve
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(
            f"no machine is called {host}, or there is no network; check the address and the connection"
        ) from error
    for entry in found:
        if not is_public(str(entry[4][0])):
            raise FetchError(f"refused: {host} leads to {entry[4][0]}, which is not a public address; {mend}")


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower().rstrip(".")


def _named_private(url: str) -> bool:
    """Tell whether whoever runs this named the host of an address as one that is meant."""
    named = {name.strip().lower().rstrip(".") for name in os.environ.get(PRIVATE_HOSTS, "").split(",")} - {""}
    with suppress(ValueError):
        return _host(url) in named
    return False


def _same_place(first: str, url: str) -> bool:
    """Tell whether an address is of the machine and port asked first, or of its encrypted twin."""
    try:
        one, other = urlsplit(first), urlsplit(url)
        ports = [part.port or _PORTS.get(part.scheme, 0) for part in (one, other)]
    except ValueError:
        return False
    return _host(first) == _host(url) and (
        ports[0] == ports[1] or [one.scheme, other.scheme, *ports] == ["http", "https", *_PORTS.values()]
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
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an address that cannot be read"
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


def _version() -> str:
    try:
        return version("urbanplan")
    except PackageNotFoundError:
        return "0"
