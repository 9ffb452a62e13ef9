"""Street networks of each mode from the ways of an OpenStreetMap file."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.notes import Note
from urbanplan.methods.simplification import Chains, chains, distinct
from urbanplan.model.network import TAG_COLUMNS, StreetNetwork
from urbanplan.model.network.tagging import KIND_COLUMNS
from urbanplan.model.quality import QualityRecord
from urbanplan.sources.osm.access import ModeRules, mode_rules
from urbanplan.sources.osm.alike import Alike
from urbanplan.sources.osm.cutting import Segments, street_segments
from urbanplan.sources.osm.detailing import Drawn, Known, details_of, known_of
from urbanplan.sources.osm.encounters import ENCOUNTER_KEYS

if TYPE_CHECKING:
    from urbanplan.sources.osm.reading import Objects

_OWN = {"osm_way", "stairs", "stairs_m", "name_en", "name_th"}
_TAGS = {"name_en": "name:en", "name_th": "name:th"} | {
    name: name for name, dtype in TAG_COLUMNS.items() if dtype == "str" and name not in _OWN
}
Words = dict[str, NDArray[np.object_]]

_NAMES = frozenset({"name", "name:en", "name:th"})
_WORDS = {name: tag for name, tag in _TAGS.items() if name != "osm_way"}


def street_networks(
    objects: Objects, modes: Iterable[str], *, clip: Any, crs: Any, driving_side: str = ""
) -> tuple[dict[str, StreetNetwork], QualityRecord]:
    """Build the network of each mode.

    Parameters
    ----------
    objects : Objects
        As read from the file.
    modes : iterable of str
        walk, bike, motorcycle, drive.
    clip : Polygon or MultiPolygon or None
        Area to keep, in `crs`; streets are cut at its edge.
    crs : CRS or str
        Projected CRS in metres.
    driving_side : str
        left or right; empty where not known.

    Returns
    -------
    tuple of (dict of str to StreetNetwork, QualityRecord)
        Networks by mode, and what was read, dropped and cut.
    """
    highway = np.flatnonzero(["highway" in tags for tags in objects.way_tags])
    segments = street_segments(objects, highway, clip=clip, crs=crs)
    record = QualityRecord(layer="streets", file="", read=len(highway))
    near = np.unique(segments.way)
    record.drop("outside_or_without_nodes", len(highway) - len(near))
    if segments.counts["segments_without_node"]:
        record.note("segments_without_node", count=segments.counts["segments_without_node"])
    modes = list(modes)
    alike = Alike.of(objects.way_tags, _keys(modes))
    words, known = _words(objects, alike), known_of(objects, segments, alike, driving_side)
    networks, used = {}, np.empty(0, dtype=np.int64)
    for mode in modes:
        networks[mode], ways, twice, said = _network(
            objects, segments, mode_rules(mode), alike, words, known, crs
        )
        used = np.union1d(used, ways)
        record.note(
            f"network_{mode}",
            ways=len(ways),
            edges=len(networks[mode].edge_u),
            nodes=len(networks[mode].node_id),
            twice=int(twice),
        )
        record.add(*said)
    record.kept = len(used)
    record.drop("not_open", len(near) - len(used))
    return networks, record


def _network(
    objects: Objects, segments: Segments, rules: ModeRules, alike: Alike, words: Words, known: Known, crs: Any
) -> tuple[StreetNetwork, NDArray[np.int64], int, list[Note]]:
    """Return the network of a mode, the rows of its ways, how many segments several ways shared, and what to say."""
    admitted = np.unique(segments.way)
    admitted = admitted[alike.each(rules.admits, np.bool_)[admitted]]
    is_open = np.zeros(len(objects.way_tags), dtype=bool)
    is_open[admitted] = True
    onward = alike.each(lambda tags: rules.directions(tags)[0], np.bool_)
    back = alike.each(lambda tags: rules.directions(tags)[1], np.bool_)
    speed = alike.each(rules.metres_per_second, np.float64)
    used = np.flatnonzero(is_open[segments.way])
    # of several ways along the same two nodes the one with the lowest id gives the tags, whatever their order
    used = used[np.argsort(objects.way_id[segments.way[used]], kind="stable")]
    kept, forward, backward = distinct(
        segments.u[used], segments.v[used], onward[segments.way[used]], back[segments.way[used]]
    )
    twice, used = len(used) - len(kept), used[kept]
    u, v, way = segments.u[used], segments.v[used], segments.way[used]
    length = np.hypot(*(segments.xy[v] - segments.xy[u]).T) if len(used) else np.empty(0)
    chained = chains(len(segments.node_id), u, v, forward, backward)
    seconds = _sums(length / speed[way], chained)
    nodes = np.unique(np.concatenate([chained.start, chained.end]))
    tags = _tags(objects, words, chained, way, length)
    drawn = Drawn(used, way, length, chained, nodes, tags["osm_way"].tolist())
    details, said = details_of(objects, segments, rules, known, drawn)
    network = StreetNetwork.assemble(
        mode=rules.mode,
        crs=crs,
        node_id=segments.node_id[nodes],
        node_x=segments.xy[nodes, 0],
        node_y=segments.xy[nodes, 1],
        edge_u=np.searchsorted(nodes, chained.start),
        edge_v=np.searchsorted(nodes, chained.end),
        forward=chained.forward,
        backward=chained.backward,
        lines=_drawing(chained, u, v, segments.xy),
        length_m=_sums(length, chained),
        seconds_forward=seconds,
        seconds_backward=seconds,
        tags=tags,
        details=details,
    )
    return network, admitted, twice, said


def _sums(values: NDArray[np.float64], chained: Chains) -> NDArray[np.float64]:
    if not len(chained.segment):
        return np.empty(0)
    return np.add.reduceat(values[chained.segment], chained.offsets[:-1])


def _drawing(
    chained: Chains, u: NDArray[np.int64], v: NDArray[np.int64], xy: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Draw each chain through the nodes at which its segments begin, and its last end."""
    m, s = len(chained.start), len(chained.segment)
    of = np.repeat(np.arange(m), np.diff(chained.offsets))
    nodes = np.empty(s + m, dtype=np.int64)
    nodes[np.arange(s) + of] = np.where(chained.reverse, v[chained.segment], u[chained.segment])
    nodes[chained.offsets[1:] + np.arange(m)] = chained.end
    return chained.offsets + np.arange(m + 1), xy[nodes]


def _keys(modes: Iterable[str]) -> frozenset[str]:
    """Return the keys of ways that count, but for names, of which there are too many to find ways that say the same."""
    rules = frozenset(key for mode in modes for key in mode_rules(mode).keys)
    return rules | frozenset(KIND_COLUMNS) | ENCOUNTER_KEYS | frozenset(_WORDS.values()) - _NAMES


def _words(objects: Objects, alike: Alike) -> Words:
    """Return what each way says, by column: looked up once for all modes."""
    words: Words = {}
    for name, tag in _WORDS.items():
        if tag in _NAMES:
            words[name] = np.array([tags.get(tag) for tags in objects.way_tags], dtype=object)
        else:
            words[name] = alike.each(operator.methodcaller("get", tag), object)
    return words


def _tags(
    objects: Objects, words: Words, chained: Chains, way: NDArray[np.int64], length: NDArray[np.float64]
) -> dict[str, NDArray[Any]]:
    """Return the words of each chain: those of the way that makes most of its length."""
    m = len(chained.start)
    of = np.repeat(np.arange(m), np.diff(chained.offsets))
    along = way[chained.segment]
    count = max(len(objects.way_tags), 1)
    key, first, member = np.unique(of * count + along, return_index=True, return_inverse=True)
    chain, part = np.divmod(key, count)
    share = np.bincount(member, weights=length[chained.segment], minlength=len(key))
    order = np.lexsort((objects.way_id[part], -share, chain))
    leading = part[order[np.searchsorted(chain[order], np.arange(m))]]
    stairs = words["highway"][part] == "steps"
    columns: dict[str, NDArray[Any]] = {"osm_way": _way_ids(objects.way_id[part], chain, first, m)}
    columns |= {name: values[leading] for name, values in words.items()}
    columns["stairs"] = np.bincount(chain[stairs], minlength=m) > 0
    columns["stairs_m"] = np.bincount(chain[stairs], weights=share[stairs], minlength=m)
    return columns


def _way_ids(
    ids: NDArray[np.int64], chain: NDArray[np.int64], first: NDArray[np.int64], m: int
) -> NDArray[np.object_]:
    """Return the ways of each chain in the order in which it meets them, `;` between."""
    order = np.lexsort((first, chain))
    begin = np.searchsorted(chain, np.arange(m + 1)).tolist()
    words = list(map(str, ids[order].tolist()))
    joined = [
        words[start] if stop - start == 1 else ";".join(words[start:stop]) for start, stop in pairwise(begin)
    ]
    return np.array(joined, dtype=object)
