"""Environments of their own for peers that are measured against but never depended on (pandana is AGPL)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PEERS = {
    "routing": ("pandana>=0.8", "networkx>=3.4", "numpy", "scipy>=1.15"),
    "pyrosm": ("pyrosm>=0.25",),
}
LOADED = {"routing": "pandana, networkx, scipy", "pyrosm": "pyrosm"}
VARIABLES = {"routing": "URBANPLAN_PEERS", "pyrosm": "URBANPLAN_PYROSM"}
FOLDERS = {"routing": "peers", "pyrosm": "pyrosm"}
HOME = Path(__file__).resolve().parents[2] / ".venv"
PYTHONS = ("python3.11", "python3.12", "python3.13", sys.executable)


def peers_python(name: str = "routing") -> str | None:
    """Return a Python that has the peers, made at the first call; None where they cannot be installed.

    The environment variables URBANPLAN_PEERS and URBANPLAN_PYROSM name one that is there already.
    """
    given = os.environ.get(VARIABLES[name])
    if given:
        return given
    python = HOME / FOLDERS[name] / "bin" / "python"
    if _has_peers(python, name):
        return str(python)
    for base in PYTHONS:
        found = shutil.which(base)
        if found and _make(found, python, name):
            return str(python)
    return None


def _has_peers(python: Path, name: str) -> bool:
    words = [str(python), "-c", f"import {LOADED[name]}"]
    return python.exists() and subprocess.run(words, capture_output=True, check=False).returncode == 0


def _make(base: str, python: Path, name: str) -> bool:
    folder, peers = python.parents[1], PEERS[name]
    shutil.rmtree(folder, ignore_errors=True)
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv:
        steps = [
            [uv, "venv", "-q", "--python", base, str(folder)],
            [uv, "pip", "install", "-q", "--python", str(python), *peers],
        ]
    else:
        steps = [[base, "-m", "venv", str(folder)], [str(python), "-m", "pip", "install", "-q", *peers]]
    print(f"making an environment for {', '.join(peers)} with {base} ...", file=sys.stderr, flush=True)
    return all(subprocess.run(step, check=False).returncode == 0 for step in steps) and _has_peers(
        python, name
    )
