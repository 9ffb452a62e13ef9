"""Our answers: python ours.py TASK GRAPH.npz ANSWER.npy THREADS."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]

from question import CUTOFFS_M, Clock, Question, set_threads, tell  # noqa: E402 - the path comes first

set_threads(sys.argv[4])

import numpy as np  # noqa: E402 - after the threads

from urbanplan.methods import decay  # noqa: E402
from urbanplan.methods.engine import Engine, matrix, nearest, reach  # noqa: E402
from urbanplan.model.network import StreetNetwork  # noqa: E402


def network(x, y, u, v, mm):
    return StreetNetwork.assemble(
        mode="walk", crs="EPSG:32647", node_id=np.arange(len(x)), node_x=x, node_y=y, edge_u=u, edge_v=v, length_m=mm / 1000
    )  # fmt: skip


def answer(task, engine, asked, threads):
    everywhere = engine.at_nodes(np.arange(asked.n))
    if task in {"a1", "a5"}:
        places = engine.at_nodes(np.concatenate(asked.places))
        kind = np.repeat(np.arange(len(asked.places)), [len(some) for some in asked.places])
        return nearest(
            engine, everywhere, places, category=kind, k=int(task[1]), limit=2000, threads=threads
        ).cost
    if task == "b":
        weights = np.stack([asked.shops, asked.people], axis=1)
        return reach(engine, everywhere, everywhere, weights, cutoffs=CUTOFFS_M, threads=threads).within
    if task == "c":
        curve = [decay.exponential(rate=1 / 1600)]
        return reach(
            engine, everywhere, everywhere, asked.people, decays=curve, limit=1600, threads=threads
        ).decayed
    return matrix(engine, engine.at_nodes(asked.origins), engine.at_nodes(asked.goals), threads=threads)


def at_checked(task, found, asked):
    if task in {"a1", "a5"}:
        return found[:, asked.checked]
    if task == "d":
        return found[:50, :200]
    return found[asked.checked].reshape(len(asked.checked), -1)


def prepare(task, streets):
    engine = Engine.build(streets)
    if task in {"a1", "a5"}:
        engine.reversed  # noqa: B018 - worked out at its first use
    if task == "d":
        engine.hierarchy  # noqa: B018
    return engine


def warm(task):
    """Let every loop be compiled, or read from the cache, before the clock starts."""

    class Small:
        n, shops, people = 3, np.ones(3), np.ones(3)
        places = (np.arange(2),) * 5
        origins = goals = np.arange(3)

    corner = network(
        np.array([0.0, 1, 0]), np.array([0.0, 0, 1]), np.array([0, 1]), np.array([1, 2]), np.array([9, 9])
    )
    answer(task, prepare(task, corner), Small, 1)


def main(task, graph, where, threads):
    asked = Question(graph)
    warm(task)
    streets = network(asked.x, asked.y, asked.u, asked.v, asked.mm)
    with Clock() as build:
        engine = prepare(task, streets)
    with Clock() as query:
        found = answer(task, engine, asked, int(threads))
    tell(at_checked(task, found, asked), where, build=build, query=query)


if __name__ == "__main__":
    main(*sys.argv[1:])
