"""Street networks as tables with geometry, for maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

if TYPE_CHECKING:
    from urbanplan.model.network.street_network import StreetNetwork


def edges(network: StreetNetwork) -> gpd.GeoDataFrame:
    """Return the edges as a table; see `StreetNetwork.edges`."""
    columns = {
        "u": network.node_id[network.edge_u],
        "v": network.node_id[network.edge_v],
        "length_m": network.length_m,
        "forward": network.forward,
        "backward": network.backward,
        "seconds_forward": network.seconds_forward,
        "seconds_backward": network.seconds_backward,
        "component": network.component[network.edge_u],
    }
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(network.edge_u), name="edge"))
    tags = network.tags.set_axis(frame.index, axis="index")
    return gpd.GeoDataFrame(pd.concat([frame, tags], axis="columns"), geometry=network.lines, crs=network.crs)


def streets(network: StreetNetwork) -> gpd.GeoDataFrame:
    """Return the edges as units of measurement; see `StreetNetwork.streets`."""
    ends = pd.Series(
        [
            f"{u}:{v}"
            for u, v in zip(
                *(network.node_id[end].tolist() for end in (network.edge_u, network.edge_v)), strict=True
            )
        ],
        dtype="str",
    )
    again = ends.groupby(ends).cumcount()
    index = pd.Index(ends.where(again == 0, ends + ":" + (again + 1).astype("str")), name="street")
    tags = network.tags[["name", "name_en", "name_th", "highway"]].set_axis(index, axis="index")
    return gpd.GeoDataFrame(tags.assign(length_m=network.length_m), geometry=network.lines, crs=network.crs)


def nodes(network: StreetNetwork) -> gpd.GeoDataFrame:
    """Return the nodes as a table; see `StreetNetwork.nodes`."""
    columns = {
        "osm_id": network.node_id,
        "street_count": network.street_count,
        "component": network.component,
    }
    points = gpd.points_from_xy(network.node_x, network.node_y)
    index = pd.RangeIndex(len(network.node_id), name="node")
    return gpd.GeoDataFrame(columns, geometry=points, crs=network.crs, index=index)
