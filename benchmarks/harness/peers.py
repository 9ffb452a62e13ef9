"""Answers of peers: python peers.py TOOL TASK GRAPH.npz ANSWER.npy THREADS. Runs in the peers' own environment.

Tools that would take hours answer for some origins only; their time is scaled up and the share is told.
"""

# ruff: noqa: PLC0415 - each tool imports only its own library, so that its memory is its own

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from question import CUTOFFS_M, Clock, Question, set_threads, tell

set_threads(sys.argv[5])

import numpy as np  # noqa: E402 - after the threads

FEW = {"scipy": 200, "networkx": 20}
"""Origins that slow tools answer for where they have no way to answer for all at once."""


def pandana(task, asked):
    import pandana as pdna
    import pandas as pd

    with Clock() as build:
        net = pdna.Network(
            pd.Series(asked.x), pd.Series(asked.y), pd.Series(asked.u), pd.Series(asked.v),
            pd.DataFrame({"metres": asked.mm / 1000}), twoway=True,
        )  # fmt: skip
    if task in {"b", "c"}:
        net.set(pd.Series(asked.places[4]), name="shops")
        net.set(pd.Series(np.arange(asked.n)), variable=pd.Series(asked.people), name="people")
    with Clock() as query:
        found = _pandana_answer(net, task, asked, pd)
    return found, build, query, 1.0


def _pandana_answer(net, task, asked, pd):
    if task in {"a1", "a5"}:
        k, found = int(task[1]), []
        for number, some in enumerate(asked.places):
            net.set_pois(str(number), 2000, k, pd.Series(asked.x[some]), pd.Series(asked.y[some]))
            found.append(net.nearest_pois(2000, str(number), num_pois=k).to_numpy()[asked.checked])
        return np.where(np.stack(found) >= 2000, np.nan, found)
    if task == "b":
        sums = [
            net.aggregate(cut, type=kind, decay="flat", name=name).to_numpy()
            for cut in CUTOFFS_M
            for kind, name in (("count", "shops"), ("sum", "people"))
        ]
        return np.stack(sums, axis=1)[asked.checked]
    if task == "c":
        return net.aggregate(1600, type="sum", decay="exp", name="people").to_numpy()[asked.checked, None]
    pairs = np.repeat(asked.origins, len(asked.goals)), np.tile(asked.goals, len(asked.origins))
    return np.array(net.shortest_path_lengths(*pairs)).reshape(len(asked.origins), -1)[:50, :200]


def _sums(task, asked, metres):
    """Answer b, c and a5 from distances between some origins and all nodes."""
    if task == "b":
        weights = np.stack([asked.shops, asked.people], axis=1)
        return np.concatenate([(metres <= cut) @ weights for cut in CUTOFFS_M], axis=1)
    if task == "c":
        return (np.where(metres <= 1600, np.exp(-metres / 1600), 0.0) @ asked.people)[:, None]
    near = np.stack([np.sort(metres[:, some], axis=1)[:, : int(task[1])] for some in asked.places])
    return np.where(near <= 2000, near, np.nan)


def scipy(task, asked):
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    with Clock() as build:
        metres = np.concatenate([asked.mm, asked.mm]) / 1000
        ends = np.concatenate([asked.u, asked.v]), np.concatenate([asked.v, asked.u])
        graph = coo_matrix((metres, ends), shape=(asked.n, asked.n)).tocsr()
    some = asked.checked[: FEW["scipy"]]
    with Clock() as query:
        if task == "a1":
            near = np.stack(
                [dijkstra(graph, indices=np.unique(at), min_only=True, limit=2000) for at in asked.places]
            )
            return_value = np.where(np.isinf(near), np.nan, near)[:, asked.checked, None]
        elif task == "d":
            return_value = dijkstra(graph, indices=asked.origins[:50])[:, asked.goals[:200]]
        else:
            return_value = _sums(task, asked, dijkstra(graph, indices=some, limit=2000.001))
    share = {"a1": 1.0, "d": 50 / len(asked.origins)}.get(task, len(some) / asked.n)
    return return_value, build, query, share


def networkx(task, asked):
    import networkx as nx

    with Clock() as build:
        graph = nx.Graph()
        graph.add_nodes_from(range(asked.n))
        graph.add_weighted_edges_from(
            zip(asked.u.tolist(), asked.v.tolist(), (asked.mm / 1000).tolist(), strict=True)
        )
    few = FEW["networkx"]
    with Clock() as query:
        if task == "a1":
            found = np.full((len(asked.places), asked.n), np.nan)
            for row, some in zip(found, asked.places, strict=True):
                near = nx.multi_source_dijkstra_path_length(graph, set(some.tolist()), cutoff=2000)
                row[list(near)] = list(near.values())
            answer = found[:, asked.checked, None]
        else:
            origins = asked.origins if task == "d" else asked.checked
            metres = np.full((min(few, len(origins)), asked.n), np.inf)
            for row, origin in zip(metres, origins.tolist(), strict=False):
                near = nx.single_source_dijkstra_path_length(
                    graph, origin, cutoff=None if task == "d" else 2000
                )
                row[list(near)] = list(near.values())
            answer = metres[:, asked.goals[:200]] if task == "d" else _sums(task, asked, metres)
    share = {"a1": 1.0, "d": few / len(asked.origins)}.get(task, few / asked.n)
    return answer, build, query, share


def main(tool, task, graph, where, _threads):
    asked = Question(graph)
    found, build, query, share = {"pandana": pandana, "scipy": scipy, "networkx": networkx}[tool](task, asked)
    tell(found, where, build=build, query=query, share=share)


if __name__ == "__main__":
    main(*sys.argv[1:])
