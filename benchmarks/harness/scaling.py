"""From a town to a million nodes: one graph laid next to itself again and again, and the sample metro as it is."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from graphs import tile

NODES = 1_000_000
TASKS = (("a1", 1), ("a5", 1), ("b", 1), ("b", 2), ("d", 1))
EACH = ("a1", "a5", "b")
"""Tasks that answer for every node: their cost an origin should not depend on how many there are."""
HEAD = f"\n{'nodes':>10}{'task':>6}{'threads':>9}{'CPU s':>9}{'wall s':>9}{'us a node':>11}{'build CPU':>11}{'peak MB':>9}"


def measure_scaling(graph, folder):
    """Print what each task takes from one copy of a graph to about a million nodes, and how flat that is."""
    most = max(1, round((NODES / len(graph["x"])) ** 0.5))
    sides = sorted({1, max(1, most // 4), max(1, most // 2), most})
    print(HEAD)
    took = {}
    for side in sides:
        for task, threads in TASKS:
            took[side, task, threads] = _measured(tile(graph, side), task, threads, side * side, folder)
    nodes = len(graph["x"])
    for task in EACH:
        first, last = (took[side, task, 1] for side in (sides[0], sides[-1]))
        if first and last:
            ratio = (last["cpu"] / last["nodes"]) / (first["cpu"] / first["nodes"])
            print(f"RATIO {task}-per-origin {last['nodes']}-to-{nodes}-nodes {ratio:.2f}", flush=True)
    if took[sides[-1], "a5", 1] and took[sides[-1], "a1", 1]:
        ratio = took[sides[-1], "a5", 1]["cpu"] / took[sides[-1], "a1", 1]["cpu"]
        print(f"RATIO a5-to-a1 self {ratio:.2f}", flush=True)


def measure_metro(graph, folder):
    """Print what each task takes on the sample metro."""
    print(f"\nsample metro: {len(graph['x']):,} nodes{HEAD}")
    for task, threads in TASKS:
        _measured(graph, task, threads, max(1, round(len(graph["x"]) / 16_000)), folder)


def _measured(graph, task, threads, copies, folder):
    """Measure one task in a process of its own, print what it took and return it; nothing where it failed."""
    path = Path(folder) / "tiled.npz"
    np.savez(path, **graph)
    words = [sys.executable, __file__, task, str(path), str(threads), str(copies)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{task}: {done.stderr.strip().splitlines()[-1]}")
        return {}
    took = json.loads(done.stdout.splitlines()[-1])
    print(
        f"{took['nodes']:10,}{task:>6}{threads:9}{took['cpu']:9.2f}{took['wall']:9.2f}"
        f"{took['cpu'] / took['nodes'] * 1e6:11.2f}{took['build_cpu']:11.2f}{took['peak_mb']:9.0f}",
        flush=True,
    )
    return took


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
