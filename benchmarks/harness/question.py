"""What every tool is asked, and how it is timed. Needs numpy alone, so that it runs beside any peer."""

import json
import os
import resource
import time
from pathlib import Path

import numpy as np

TASKS = {
    "a1": "nearest of 5 categories within 2 km, from every node",
    "a5": "5 nearest of 5 categories within 2 km, from every node",
    "b": "places and people within 500, 1,000 and 1,600 m, from every node",
    "c": "people within 1,600 m, weighted exp(-d / 1,600), from every node",
    "d": "distances between 1,000 and 1,000 nodes",
}
CUTOFFS_M = (500, 1000, 1600)
SIZES = (40, 150, 600, 2500, 6000)
CHECKED = 200


class Question:
    """A graph with places and people on it, drawn from a fixed seed."""

    def __init__(self, path, copies=1):
        with np.load(path) as held:
            self.x, self.y, self.u, self.v, self.mm = (held[name] for name in ("x", "y", "u", "v", "mm"))
        rng = np.random.default_rng(7)
        self.n = len(self.x)
        self.places = [rng.integers(0, self.n, size * copies) for size in SIZES]
        self.people = rng.integers(0, 50, self.n).astype(float)
        self.shops = np.bincount(self.places[4], minlength=self.n).astype(float)
        pair = min(1000, self.n)
        self.origins, self.goals = (rng.choice(self.n, pair, replace=False) for _ in range(2))
        self.checked = rng.choice(self.n, min(CHECKED, self.n), replace=False)


class Clock:
    """CPU (all threads) and wall seconds of a block of code."""

    def __enter__(self):
        self._wall, self._cpu = time.perf_counter(), cpu()
        return self

    def __exit__(self, *_):
        self.wall, self.cpu = time.perf_counter() - self._wall, cpu() - self._cpu


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_mb():
    """Return the most memory that this process ever held, its libraries included."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux counts what the parent held as well, but for here
        held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(held.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def set_threads(count):
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ[name] = str(count)
    os.environ["OMP_WAIT_POLICY"] = (
        "passive"  # threads that spin while they wait would count against their tool
    )


def tell(answer, where, *, build, query, share=1.0):
    """Keep the answers at the checked nodes, and beside them what they took: tools write to the output themselves."""
    np.save(where, np.asarray(answer, dtype=float))
    took = {
        "wall": query.wall / share,
        "cpu": query.cpu / share,
        "build_wall": build.wall,
        "build_cpu": build.cpu,
        "peak_mb": peak_mb(),
        "share": share,
    }
    Path(where).with_suffix(".json").write_text(json.dumps(took))
