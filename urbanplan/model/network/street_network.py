"""The street network of one mode of travel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbanplan.base.errors import LayerError
from urbanplan.model.layers import MODES
from urbanplan.model.network.framed import Columns, framed

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from geopandas import GeoDataFrame, GeoSeries
    from networkx import MultiDiGraph
    from shapely import STRtree

    from urbanplan.model.network.details import StreetDetails
    from urbanplan.model.network.surroundings import Surroundings
    from urbanplan.model.network.turn_table import TurnTable


@framed("tags")
@dataclass(frozen=True, eq=False)
class StreetNetwork:
    """Streets that are open to one mode of travel, as flat arrays.

    One row of the edge arrays is one physical street segment between two end points (junctions, dead ends,
    places where one-way traffic begins or ends, cuts at the edge of the data), whichever way it may be travelled.

    Attributes
    ----------
    mode : str
        walk, bike, motorcycle or drive.
    crs : str
        Projected CRS in metres.
    node_id : ndarray of int64, shape (n,)
        OpenStreetMap id, ascending; negative where a street was cut at the edge of the data.
    node_x, node_y : ndarray of float64, shape (n,)
        Coordinates in metres.
    edge_u, edge_v : ndarray of int32, shape (m,)
        Node numbers (not ids) of the two ends; the geometry runs from u to v.
    length_m : ndarray of float64, shape (m,)
        Length in metres, in the CRS.
    forward, backward : ndarray of bool, shape (m,)
        Whether the mode may travel from u to v, and from v to u.
    seconds_forward, seconds_backward : ndarray of float64, shape (m,)
        Travel time in seconds; infinite where that direction is closed.
    geom_offsets : ndarray of int64, shape (m + 1,)
        Edge i is drawn by `geom_xy[geom_offsets[i]:geom_offsets[i + 1]]`.
    geom_xy : ndarray of float64, shape (k, 2)
        Vertices of the edges in metres.
    tags : DataFrame
        One row an edge, columns of `TAG_COLUMNS`; where an edge joins several ways, words of the longest one.
    indptr : ndarray of int64, shape (n + 1,)
        Arcs that leave node i are numbers `indptr[i]` to `indptr[i + 1] - 1`.
    heads, arc_edge : ndarray of int32, shape (a,)
        Node that each arc leads to, and edge that it travels.
    arc_forward : ndarray of bool, shape (a,)
        True where the arc travels its edge from u to v.
    component : ndarray of int32, shape (n,)
        Connected part (whatever the direction) of each node; 0 is the largest.
    component_sizes : ndarray of int64, shape (c,)
        Number of nodes of each part, descending.
    details : StreetDetails, optional
        What the costs of travel depend on, as it was mapped; see `urbanplan.methods.modes.travelled`.
    surroundings : Surroundings, optional
        What cuts doors off from streets, and the doors themselves; `snap` and `entrances` heed both.
    turns : TurnTable, optional
        Turns that are forbidden or cost something.
    assumptions : mapping, optional
        How the city declares that people travel (arguments of `urbanplan.methods.modes.travelled`): journeys heed it, while
        the arrays of this network stay as they were mapped. None where nothing is declared.
    """

    mode: str
    crs: str
    node_id: NDArray[np.int64]
    node_x: NDArray[np.float64]
    node_y: NDArray[np.float64]
    edge_u: NDArray[np.int32]
    edge_v: NDArray[np.int32]
    length_m: NDArray[np.float64]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    seconds_forward: NDArray[np.float64]
    seconds_backward: NDArray[np.float64]
    geom_offsets: NDArray[np.int64]
    geom_xy: NDArray[np.float64]
    tags: pd.DataFrame = field(repr=False)
    indptr: NDArray[np.int64] = field(repr=False)
    heads: NDArray[np.int32] = field(repr=False)
    arc_edge: NDArray[np.int32] = field(repr=False)
    arc_forward: NDArray[np.bool_] = field(repr=False)
    component: NDArray[np.int32] = field(repr=False)
    component_sizes: NDArray[np.int64] = field(repr=False)
    details: StreetDetails | None = field(default=None, repr=False)
    surroundings: Surroundings | None = field(default=None, repr=False)
    turns: TurnTable | None = field(default=None, repr=False)
    assumptions: Mapping[str, Any] | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        return (
            f"StreetNetwork({self.mode}, {self.crs}: {len(self.node_id):,} nodes, {len(self.edge_u):,} edges, "
            f"{self.length_m.sum() / 1000:,.1f} km, {len(self.component_sizes):,} parts)"
        )

    @classmethod
    def assemble(
        cls,
        *,
        mode: str,
        crs: Any,
        node_id: ArrayLike,
        node_x: ArrayLike,
        node_y: ArrayLike,
        edge_u: ArrayLike,
        edge_v: ArrayLike,
        forward: ArrayLike | None = None,
        backward: ArrayLike | None = None,
        lines: Sequence[Any] | NDArray[np.object_] | tuple[ArrayLike, ArrayLike] | None = None,
        length_m: ArrayLike | None = None,
        seconds_forward: ArrayLike | None = None,
        seconds_backward: ArrayLike | None = None,
        tags: pd.DataFrame | Columns | None = None,
        details: StreetDetails | None = None,
        surroundings: Surroundings | None = None,
        turns: TurnTable | None = None,
    ) -> StreetNetwork:
        """Build a network from its nodes and edges; arcs and connected parts are worked out here.

        Parameters
        ----------
        mode, crs
            As in the class; a projected CRS in metres.
        node_id, node_x, node_y : array_like, shape (n,)
            OpenStreetMap ids (each once) and coordinates in metres.
        edge_u, edge_v : array_like of int, shape (m,)
            Node numbers (0 to n - 1) of the ends.
        forward, backward : array_like of bool, shape (m,), optional
            Open directions; both by default.
        lines : sequence of LineString, length m, or tuple of (geom_offsets, geom_xy), optional
            Geometry from u to v; straight by default.
        length_m : array_like of float, shape (m,), optional
            Length in metres; by default that of the geometry.
        seconds_forward, seconds_backward : array_like of float, shape (m,), optional
            Travel time in seconds; by default from `SPEED_KMH`.
        tags : DataFrame, m rows, optional
            Any columns of `TAG_COLUMNS`; lacking ones become unknown.
        details, surroundings, turns : optional
            As in the class.

        Raises
        ------
        LayerError
            If arrays do not fit together, a coordinate is not finite, or an id stands twice.
        """
        from urbanplan.model.network import assembly  # noqa: PLC0415  (it builds this class)

        return assembly.assemble(
            mode=mode, crs=crs, node_id=node_id, node_x=node_x, node_y=node_y, edge_u=edge_u, edge_v=edge_v,
            forward=forward, backward=backward, lines=lines, length_m=length_m,
            seconds_forward=seconds_forward, seconds_backward=seconds_backward, tags=tags, details=details,
            surroundings=surroundings, turns=turns,
        )  # fmt: skip

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise LayerError(f"{self.mode!r} is not a mode of travel; modes are {', '.join(MODES)}")

    @cached_property
    def lines(self) -> NDArray[np.object_]:
        """LineStrings of the edges, from u to v."""
        import shapely  # noqa: PLC0415  (heavy)

        of = np.repeat(np.arange(len(self.edge_u)), np.diff(self.geom_offsets))
        return np.asarray(shapely.linestrings(self.geom_xy, indices=of), dtype=object)

    @cached_property
    def tree(self) -> STRtree:
        """Search tree over `lines`."""
        import shapely  # noqa: PLC0415  (heavy)

        return shapely.STRtree(self.lines)

    @cached_property
    def meetable(self) -> NDArray[np.bool_]:
        """Whether doors may open to each edge: not where it is a motorway, or runs in a tunnel or on a bridge."""
        from urbanplan.model.network import details  # noqa: PLC0415  (only where places are sought)

        known = self.details or details.plain_details(self.tags, self.length_m)
        out = details.meetable(known, len(self.edge_u))
        if self.turns is not None:
            out[self.turns.twin] = False
        return out

    @cached_property
    def meetable_tree(self) -> tuple[STRtree, NDArray[np.int64]]:
        """Search tree over the lines that are `meetable`, and their numbers."""
        import shapely  # noqa: PLC0415  (heavy)

        if self.meetable.all():
            return self.tree, np.arange(len(self.edge_u))
        numbers = np.flatnonzero(self.meetable)
        return shapely.STRtree(self.lines[numbers]), numbers

    @property
    def street_count(self) -> NDArray[np.int64]:
        """Number of street ends that meet at each node; a loop counts twice."""
        n = len(self.node_id)
        return np.bincount(self.edge_u, minlength=n) + np.bincount(self.edge_v, minlength=n)

    def edges(self) -> GeoDataFrame:
        """Return the edges as a table with geometry, for maps.

        Returns
        -------
        GeoDataFrame
            Index `edge` (number of the edge); OSM ids of the ends, length, directions, seconds, part and tags.
        """
        from urbanplan.model.network import tables  # noqa: PLC0415  (it knows this class)

        return tables.edges(self)

    def streets(self) -> GeoDataFrame:
        """Return the edges as units of measurement, with ids that outlive their numbers.

        Returns
        -------
        GeoDataFrame
            In the order of the edges; index `street`: OSM ids of both ends, `u:v`, with `:2`, `:3`, … for parallel
            ones; names, highway and length.
        """
        from urbanplan.model.network import tables  # noqa: PLC0415  (it knows this class)

        return tables.streets(self)

    def nodes(self) -> GeoDataFrame:
        """Return the nodes as a table with geometry, for maps.

        Returns
        -------
        GeoDataFrame
            Index `node` (number of the node); OSM id, number of streets, part.
        """
        from urbanplan.model.network import tables  # noqa: PLC0415  (it knows this class)

        return tables.nodes(self)

    def snap(
        self,
        places: GeoSeries | GeoDataFrame,
        *,
        max_distance_m: float = 500.0,
        edges: NDArray[np.bool_] | None = None,
    ) -> pd.DataFrame:
        """Find where each place meets the streets: a position on the nearest edge.

        Parameters
        ----------
        places : GeoSeries or GeoDataFrame
            Points, lines or polygons in the network's CRS; a polygon is met at its outline, never its centre.
        max_distance_m : float
            Places farther than this from every street are left unsnapped.
        edges : ndarray of bool, shape (m,), optional
            Only these edges may be met; those that are `meetable` by default.

        Returns
        -------
        DataFrame
            On the index of `places`: `edge` (-1 where none can be met), `offset_m` along the edge from u,
            `distance_m` in a straight line to the edge; NaN where none can be met. Of edges at the same distance the
            one with the smallest number is taken. `reason` says why none can be met, else it is empty: "off_network"
            where none is near, "cut_off" where the straight way to every near one crosses what the network's
            `surroundings` hold; `across` then names what lies before the nearest one: water, rail, motorway.

        Raises
        ------
        NoCrsError
            If the places have no CRS.
        LayerError
            If their CRS is not the network's.
        """
        from urbanplan.model.network import snapping  # noqa: PLC0415  (it knows this class)

        return snapping.snap(self, places, max_distance_m=max_distance_m, edges=edges)

    def snap_areas(self, areas: GeoSeries | GeoDataFrame, *, max_distance_m: float = 500.0) -> pd.DataFrame:
        """Find where the people of areas (cells, parcels) meet the streets: from their middles.

        Parameters
        ----------
        areas, max_distance_m
            As in `snap`.

        Returns
        -------
        DataFrame
            As of `snap`. Where the middle is cut off (it lies in water, say) but streets run through the area itself,
            its people live along those: the nearest of them is taken.
        """
        from urbanplan.model.network import snapping  # noqa: PLC0415  (it knows this class)

        return snapping.snap_areas(self, areas, max_distance_m=max_distance_m)

    def entrances(self, places: GeoSeries | GeoDataFrame, *, max_distance_m: float = 500.0) -> pd.DataFrame:
        """Find every way into a place from the streets.

        Parameters
        ----------
        places, max_distance_m
            As in `snap`.

        Returns
        -------
        DataFrame
            One row an entrance, in the order of `places`: `place` (label in the index of `places`), `edge`,
            `offset_m`, `distance_m`. Places that no street comes near, or only ones that are cut off, have no row.

        Notes
        -----
        An area is entered through the doors and gates on its outline, each from the nearest street to which the
        straight way is free, and wherever a street crosses its outline; where there is neither, from the nearest
        street that comes to its outline freely. Points and lines are reached from the nearest such street.
        """
        from urbanplan.model.network import snapping  # noqa: PLC0415  (it knows this class)

        return snapping.entrances(self, places, max_distance_m=max_distance_m)

    def save(self, folder: Path) -> None:
        """Write the network to a folder: `network.npz` and `tags.parquet`, the same bytes for the same network."""
        from urbanplan.model.network import storage  # noqa: PLC0415  (it knows this class)

        storage.save(self, folder)

    @classmethod
    def read(cls, folder: Path) -> StreetNetwork:
        """Read a network that `save` wrote.

        Raises
        ------
        MissingFileError
            If the folder holds no network.
        LayerError
            If its files are damaged or do not belong together.
        """
        from urbanplan.model.network import storage  # noqa: PLC0415  (it knows this class)

        return storage.read(folder)

    def to_networkx(self) -> MultiDiGraph:
        """Return the network as osmnx would hold it: a simplified, projected `MultiDiGraph`, an edge an arc."""
        from urbanplan.model.network import exchange  # noqa: PLC0415  (it knows this class)

        return exchange.to_networkx(self)

    @classmethod
    def from_osmnx(cls, graph: MultiDiGraph, *, mode: str, crs: Any = None) -> StreetNetwork:
        """Take over a graph of osmnx, simplified or not.

        Parameters
        ----------
        graph : MultiDiGraph
            As `osmnx.graph_from_*` returns it: nodes with x and y, edges with length.
        mode : str
            walk, bike, motorcycle or drive.
        crs : CRS or str, optional
            CRS to project to; by default the graph's own where it is projected, else its UTM zone.

        Raises
        ------
        NoCrsError
            If the graph has no CRS or the one to project to is not in metres.
        LayerError
            If it has no nodes or its nodes are not numbers.
        """
        from urbanplan.model.network import exchange  # noqa: PLC0415  (it knows this class)

        return exchange.from_osmnx(graph, mode=mode, crs=crs)
