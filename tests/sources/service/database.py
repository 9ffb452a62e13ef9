"""A PostgreSQL server of the tests' own: a fresh folder, a private socket, no port; run by a user who is not root."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
EXTENSIONS = sorted(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))
AS_ROOT = os.geteuid() == 0


def here():
    """Tell whether a server with PostGIS can be started."""
    return bool(BINARIES and EXTENSIONS and (not AS_ROOT or shutil.which("setpriv")))


def _run(*words):
    switch = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if AS_ROOT else []
    done = subprocess.run(
        [*switch, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def running():
    """Start a server and give the address of its database; stop it and remove all at the end."""
    tools = BINARIES[0].parent
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    try:
        if AS_ROOT:
            shutil.chown(folder, "nobody", "nogroup")
        data = folder / "data"
        _run(tools / "initdb", "-D", data, "-U", "clerk", "--auth=trust", "-E", "UTF8", "--no-sync")
        options = (
            f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=8"
        )
        _run(tools / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://clerk:geheim@/postgres?host={folder}"
        finally:
            _run(tools / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
