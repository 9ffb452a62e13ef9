"""From a town to a million nodes: one graph laid next to itself again and again."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from graphs import tile

NODES = 1_000_000


def measure_scaling(graph, folder):
    """Print what each task takes from one copy of a graph to about a million nodes."""
    most = max(1, round((NODES / len(graph["x"])) ** 0.5))
    sides = sorted({1, max(1, most // 4), max(1, most // 2), most})
    print(
        f"\n{'nodes':>10}{'task':>6}{'threads':>9}{'CPU s':>9}{'wall s':>9}{'us a node':>11}{'build CPU':>11}{'peak MB':>9}"
    )
    for side in sides:
        path = Path(folder) / "tiled.npz"
        np.savez(path, **tile(graph, side))
        for task, threads in (("a1", 1), ("a5", 1), ("b", 1), ("b", 2), ("d", 1)):
            words = [sys.executable, __file__, task, str(path), str(threads), str(side * side)]
            done = subprocess.run(words, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{task}: {done.stderr.strip().splitlines()[-1]}")
                continue
            took = json.loads(done.stdout.splitlines()[-1])
            print(
                f"{took['nodes']:10,}{task:>6}{threads:9}{took['cpu']:9.2f}{took['wall']:9.2f}"
                f"{took['cpu'] / took['nodes'] * 1e6:11.2f}{took['build_cpu']:11.2f}{took['peak_mb']:9.0f}",
                flush=True,
            )


def main(task, graph, threads, copies):
    """Measure one task once, in a process of its own."""
    sys.argv[4] = threads
    from ours import answer, network, prepare, warm  # noqa: PLC0415 - it reads the threads from the command
    from question import Clock, Question, peak_mb  # noqa: PLC0415

    asked = Question(graph, int(copies))
    warm(task)
    with Clock() as build:
        engine = prepare(task, network(asked.x, asked.y, asked.u, asked.v, asked.mm))
    with Clock() as query:
        answer(task, engine, asked, int(threads))
    took = {
        "nodes": asked.n,
        "cpu": query.cpu,
        "wall": query.wall,
        "build_cpu": build.cpu,
        "peak_mb": peak_mb(),
    }
    sys.stdout.write(json.dumps(took) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
