"""Run every benchmark: python benchmarks/run.py [FILE.osm.pbf ...].

Without a file, on those under URBANPLAN_SHARED, or on the sample city.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE / "harness")]

from graphs import utm_zone  # noqa: E402 - the path comes first
from inputs import osm_files  # noqa: E402


def arguments(benchmark, files):
    """Return the command lines of a benchmark: one a file for those that read one."""
    if benchmark == "osm_read":
        return [[str(file), f"EPSG:{utm_zone(file)}"] for file in files]
    if benchmark == "graph":
        return [[str(file)] for file in files]
    if benchmark == "routing":
        # scaling once, from the largest file: the others would say the same
        return [*([str(file)] for file in files), [str(files[0]), "--scale"], ["--metro"]]
    return [[]]


def main():
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(name) for name in sys.argv[1:]] or osm_files(Path(folder))
        for path in sorted(HERE.glob("*.py")):
            if path.name == Path(__file__).name:
                continue
            for words in arguments(path.stem, files):
                print(f"\n== {path.stem} {' '.join(words)}", flush=True)
                if subprocess.run([sys.executable, str(path), *words], check=False).returncode:
                    failed.append(" ".join([path.stem, *words]))
    if failed:
        sys.exit("these benchmarks failed: " + "; ".join(failed))


if __name__ == "__main__":
    main()
