"""How fast the routing engine is, and whether it is right: beside pandana, scipy and networkx on the same graphs.

Usage: python benchmarks/routing.py [FILE.osm.pbf ...] [--tasks a1,b] [--peers pandana,scipy] [--repeat 3]
       python benchmarks/routing.py [FILE.osm.pbf ...] --scale   from one copy of each file to a million nodes
       python benchmarks/routing.py --metro                      on the sample metro, every vertex a node

Each measure runs in a process of its own, tools in turn within every repetition, one thread each; the medians of CPU seconds
are compared, building the graph not counted for anybody. Lines that begin with RATIO are `RATIO task peer value`: how many
times the peer's CPU seconds ours are; tasks on the graph that has every vertex of the streets as a node end in -unsimplified.
Without a file: every *.osm.pbf and *_osm.pbf under URBANPLAN_SHARED, else the sample city.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE / "harness"), str(HERE)]

from environment import peers_python  # noqa: E402 - the path comes first
from graphs import from_file  # noqa: E402
from inputs import osm_files, sample_city  # noqa: E402
from question import TASKS  # noqa: E402
from scaling import measure_metro, measure_scaling  # noqa: E402

PEERS = ("pandana", "scipy", "networkx")
WORDS = f"{'tool':12}{'CPU s':>9}{'wall s':>9}{'build CPU':>11}{'peak MB':>9}{'answered for':>14}   agrees"


def run(tool, task, graph, folder, threads, peers):
    """Measure one tool once; return what it took and its answers, or why it did not."""
    where = folder / f"{tool}.npy"
    if tool == "urbanplan":
        words = [sys.executable, str(HERE / "harness" / "ours.py"), task]
    else:
        words = [peers, str(HERE / "harness" / "peers.py"), tool, task]
    done = subprocess.run(
        [*words, str(graph), str(where), str(threads)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["no word of why"])[-1]}
    return json.loads(where.with_suffix(".json").read_text()) | {"answer": np.load(where)}


def agreement(ours, theirs):
    """Say how far two answers lie apart, where both answer."""
    rows = min(len(ours), len(theirs)) if ours.ndim == 2 else min(ours.shape[1], theirs.shape[1])
    one, other = (ours[:rows], theirs[:rows]) if ours.ndim == 2 else (ours[:, :rows], theirs[:, :rows])
    if one.shape != other.shape:
        return f"shapes {one.shape} and {other.shape}"
    lost = int((np.isnan(one) != np.isnan(other)).sum())
    apart = np.abs(one - other) / np.maximum(np.abs(one), 1.0)
    furthest = float(np.nanmax(apart, initial=0.0))
    return f"within {furthest:.1e}" + (f", {lost} of {one.size} reached by one only" if lost else "")


def compare(task, graph, name, tools, peers, options):
    """Measure every tool, print a table and the ratios."""
    print(f"\n{name}  {task}: {TASKS[task]}\n{WORDS}", flush=True)
    runs = {tool: [] for tool in tools}
    with tempfile.TemporaryDirectory() as folder:
        for repetition in range(options.repeat):
            for tool in tools:
                if (
                    tool == "urbanplan"
                    or repetition == 0
                    or runs[tool][-1].get("cpu", np.inf) < options.patience
                ):
                    runs[tool].append(run(tool, task, graph, Path(folder), options.threads, peers))
    ratios = []
    for tool, took in runs.items():
        if "failed" in took[-1]:
            print(f"{tool:12}  {took[-1]['failed'][:100]}")
            continue
        middle = {key: float(np.median([one[key] for one in took])) for key in took[0] if key != "answer"}
        words = "" if tool == "urbanplan" else agreement(runs["urbanplan"][-1]["answer"], took[-1]["answer"])
        print(
            f"{tool:12}{middle['cpu']:9.3f}{middle['wall']:9.3f}{middle['build_cpu']:11.3f}{middle['peak_mb']:9.0f}"
            f"{middle['share']:14.2%}   {words}",
            flush=True,
        )
        ratios.append((tool, middle["cpu"]))
    end = "-unsimplified" if name.endswith("unsimplified") else ""
    for tool, seconds in ratios[1:]:
        print(f"RATIO {task}{end} {tool} {seconds / ratios[0][1]:.1f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--graphs", default="simplified,unsimplified")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--patience", type=float, default=60.0, help="CPU seconds from which a tool runs once only"
    )
    parser.add_argument("--scale", action="store_true", help="only the scaling to a million nodes")
    parser.add_argument("--metro", action="store_true", help="only the sample metro")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.metro:
            measure_metro(from_file(sample_city(Path(folder), "metro"))["unsimplified"], Path(folder))
            return
        for file in options.files or osm_files(Path(folder)):
            graphs = from_file(file)
            for name, graph in graphs.items():
                print(
                    f"GRAPH {file.name} {name}: {len(graph['x']):,} nodes, {len(graph['u']):,} edges",
                    flush=True,
                )
            if not options.scale:
                wanted = [peer for peer in options.peers.split(",") if peer]
                peers = peers_python() if wanted else None
                if wanted and peers is None:
                    print("peers cannot be installed here; they are left out", file=sys.stderr)
                for name in options.graphs.split(","):
                    path = Path(folder) / f"{name}.npz"
                    np.savez(path, **graphs[name])
                    for task in options.tasks.split(","):
                        tools = ["urbanplan", *(wanted if peers else [])]
                        compare(task, path, f"{file.name} {name}", tools, peers, options)
            if options.scale:
                measure_scaling(graphs["simplified"], Path(folder))


if __name__ == "__main__":
    main()
