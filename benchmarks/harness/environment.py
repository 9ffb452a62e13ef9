"""An environment of its own for peers that are measured against but never depended on (pandana is AGPL)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PEERS = ("pandana>=0.8", "networkx>=3.4", "numpy", "scipy>=1.15")
FOLDER = Path(__file__).resolve().parents[2] / ".venv" / "peers"
PYTHONS = ("python3.11", "python3.12", "python3.13", sys.executable)


def peers_python() -> str | None:
    """Return a Python that has the peers, made at the first call; None where they cannot be installed.

    The environment variable URBANPLAN_PEERS names one that is there already.
    """
    given = os.environ.get("URBANPLAN_PEERS")
    if given:
        return given
    python = FOLDER / "bin" / "python"
    if _has_peers(python):
        return str(python)
    for base in PYTHONS:
        found = shutil.which(base)
        if found and _make(found, python):
            return str(python)
    return None


def _has_peers(python: Path) -> bool:
    words = [str(python), "-c", "import pandana, networkx, scipy"]
    return python.exists() and subprocess.run(words, capture_output=True, check=False).returncode == 0


def _make(base: str, python: Path) -> bool:
    shutil.rmtree(FOLDER, ignore_errors=True)
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv:
        steps = [
            [uv, "venv", "-q", "--python", base, str(FOLDER)],
            [uv, "pip", "install", "-q", "--python", str(python), *PEERS],
        ]
    else:
        steps = [[base, "-m", "venv", str(FOLDER)], [str(python), "-m", "pip", "install", "-q", *PEERS]]
    print(f"making an environment for {', '.join(PEERS)} with {base} ...", file=sys.stderr, flush=True)
    return all(subprocess.run(step, check=False).returncode == 0 for step in steps) and _has_peers(python)
