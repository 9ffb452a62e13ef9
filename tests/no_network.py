"""A process that cannot reach beyond this machine, and tells of every attempt: for tests of `--offline`."""

import os
from pathlib import Path

GUARD = """\
import os, socket
_told = os.environ.get("URBANPLAN_TEST_GUARD")
if _told:
    def _tell(what):
        with open(_told, "a") as log:
            log.write(f"{what}\\n")
    _tell(f"guarded {os.getpid()}")
    _connect, _look_up = socket.socket.connect, socket.getaddrinfo
    def _here(host):
        return host in (None, "", "localhost", "::1") or str(host).startswith("127.")
    def connect(self, address, *more):
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _here(address[0]):
            _tell(f"connect {address}")
            raise OSError("no network in this test")
        return _connect(self, address, *more)
    def getaddrinfo(host, *more, **options):
        if not _here(host.decode() if isinstance(host, bytes) else host):
            _tell(f"look up {host}")
            raise socket.gaierror("no network in this test")
        return _look_up(host, *more, **options)
    socket.socket.connect, socket.getaddrinfo = connect, getaddrinfo
"""


class Guard:
    """Shuts processes in; every Python process that is started with `environment` is one of them."""

    def __init__(self, folder: Path) -> None:
        (folder / "guard").mkdir(parents=True)
        (folder / "guard" / "sitecustomize.py").write_text(GUARD)
        self.log, self.folder = folder / "guard.log", folder / "guard"

    def environment(self, *paths: Path) -> dict[str, str]:
        return {
            "PYTHONPATH": os.pathsep.join(map(str, [self.folder, *paths])),
            "URBANPLAN_TEST_GUARD": str(self.log),
        }

    @property
    def guarded(self) -> int:
        """How many processes were shut in."""
        return len({line for line in self._lines() if line.startswith("guarded")})

    @property
    def attempts(self) -> list[str]:
        """What was tried to reach."""
        return [line for line in self._lines() if not line.startswith("guarded")]

    def _lines(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.is_file() else []
