"""What the first use of the routing engine costs: compiling once, loading ever after.

Usage: python benchmarks/first_use.py

Seconds of a process of its own that warms the engine up, imports not counted: with an empty cache of machine code, and with
a full one (median of three).
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
CODE = """
import json, resource, sys, time
import numpy, numba, shapely, geopandas, scipy.sparse.csgraph
from urbanplan.methods.engine import warm_up
wall, cpu = time.perf_counter(), time.process_time()
warm_up()
print(json.dumps({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}))
"""


def warmed(cache):
    """Warm up in a process of its own and return what it took."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache), "PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def main():
    with tempfile.TemporaryDirectory() as cache:
        first = warmed(cache)
        later = [warmed(cache) for _ in range(3)]
    print(f"{'':12}{'CPU s':>9}{'wall s':>9}")
    print(f"{'first use':12}{first['cpu']:9.2f}{first['wall']:9.2f}")
    again = {key: float(np.median([one[key] for one in later])) for key in first}
    print(f"{'later':12}{again['cpu']:9.2f}{again['wall']:9.2f}")
    print(f"RATIO first-use later {first['cpu'] / again['cpu']:.1f}")


if __name__ == "__main__":
    main()
