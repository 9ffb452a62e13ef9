"""The vocabulary of layers: the words before the star of a metric, and what stands in each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from urbanplan.base.errors import LayerError
from urbanplan.model import heritage_words as heritage
from urbanplan.model import plan_words

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Kind = Literal["polygon", "line", "point", "any", "raster", "network"]


@dataclass(frozen=True)
class Layer:
    """What a prepared layer holds.

    Attributes
    ----------
    name : str
        The word that metrics, city files and folders use.
    kind : str
        Geometry kind: polygon, line, point, any (mixed), raster or network.
    columns : dict of str to str
        Columns beside the geometry, with their pandas type; all are always present, unknown is NaN or None.
    note : str
        What one row is, in one sentence.
    mapped : bool
        Whether absence from the layer may mean "not mapped": such a layer has a known area, and what lies
        outside it is unknown, never zero.
    made_of : tuple of str
        Layers that it is made of when a city is prepared, where it is not read from a source.
    """

    name: str
    kind: Kind
    note: str
    columns: dict[str, str] = field(default_factory=dict)
    mapped: bool = False
    made_of: tuple[str, ...] = ()


_NAMES = heritage.NAMES

_MEASURED = dict.fromkeys(("built_up_m2", "complete_buildings", "complete_streets"), "float64")

LAYERS: dict[str, Layer] = {
    layer.name: layer
    for layer in (
        Layer("boundary", "polygon", "The city, one row.", _NAMES),
        Layer("zones", "polygon", "One administrative zone; the index is the zone's official code.", _NAMES),
        Layer(
            "cells",
            "polygon",
            "One square of the analysis grid that touches the city; the index is `r<row>c<col>`, row northwards.",
            {
                "row": "int32",
                "col": "int32",
                "inside": "float64",
                "population": "float64",
                "population_before": "float64",
                "years_between": "float64",
                **_MEASURED,
            },
        ),
        Layer(
            "places",
            "any",
            "One place of a category that people go to; points, or polygons where the outline is known.",
            {**_NAMES, "category": "str", "kind": "str", "source": "str"},
            mapped=True,
        ),
        Layer(
            "buildings",
            "polygon",
            "One building footprint; estimated heights with their standard deviations are added when a city is prepared.",
            {**heritage.BUILDING, **heritage.HEIGHTS, "stood_before": "float64", "source": "str"},
            mapped=True,
        ),
        Layer(
            "buildings_before",
            "polygon",
            "One building footprint as it was at an earlier date, so many years before that of the buildings.",
            {**heritage.BUILDING, **heritage.HEIGHTS, "years_before": "float64", "source": "str"},
            mapped=True,
        ),
        Layer(
            "land_use",
            "polygon",
            "One area of one land-use class; areas do not overlap. Of two uses, the first has `share` of it.",
            {"class": "str", "class_2": "str", "share": "float64", "kind": "str", "source": "str"},
            mapped=True,
        ),
        Layer(
            "observed_use",
            "polygon",
            "One area of one use as it is found: a building's use before the land's. What neither tells is in no area.",
            {
                "class": "str",
                "class_2": "str",
                "share": "float64",
                "kind": "str",
                "basis": "str",
                "source": "str",
            },
            mapped=True,
            made_of=("land_use", "buildings"),
        ),
        Layer(
            "open_space",
            "polygon",
            "One public green or open space.",
            {**_NAMES, "kind": "str", "access": "str", "stated_area_m2": "float64", "source": "str"},
            mapped=True,
        ),
        Layer(
            "water",
            "any",
            "One water area or waterway.",
            {"name": "str", "kind": "str", "source": "str"},
            mapped=True,
        ),
        Layer(
            "water_before",
            "any",
            "One water area or waterway as it was at an earlier date: a moat, a canal.",
            {"name": "str", "kind": "str", "source": "str"},
            mapped=True,
        ),
        Layer("walk", "network", "Streets and paths open on foot.", mapped=True),
        Layer("bike", "network", "Streets and paths open to bicycles.", mapped=True),
        Layer("motorcycle", "network", "Streets open to motorcycles.", mapped=True),
        Layer("drive", "network", "Streets open to cars.", mapped=True),
        Layer(
            "heritage_assets",
            "any",
            "One heritage asset: a monument, temple, gate or wall.",
            {**heritage.ASSET, "source": "str"},
            mapped=True,
        ),
        Layer(
            "heritage_assets_before",
            "any",
            "One heritage asset as an earlier list or map holds it.",
            {**heritage.ASSET, "source": "str"},
            mapped=True,
        ),
        Layer(
            "heritage_zones",
            "polygon",
            "One version of one heritage zone, with the instrument that made it.",
            {**heritage.ZONE, "source": "str"},
        ),
        Layer(
            "heritage_rules",
            "polygon",
            "One rule of one version of a heritage zone; its area is that of the zone which it names.",
            {**heritage.RULE, "source": "str"},
        ),
        Layer(
            "zoning",
            "polygon",
            "One area of the statutory plan; a limit that was not given is NaN: not regulated here, or unknown.",
            {
                **_NAMES,
                "class": "str",
                "max_far": "float64",
                "max_bcr": "float64",
                "max_height_m": "float64",
                "min_osr": "float64",
                "clause": "str",
                "source": "str",
            },
        ),
        Layer(
            "plan_rules",
            "polygon",
            "What the statutory plan says of one use in one kind of zone; its area is that of all such zones.",
            {**plan_words.RULE, "source": "str"},
        ),
        Layer(
            "plots",
            "polygon",
            "One plot of land, by the number of the land office; its stated area is that of the title deed.",
            {**_NAMES, "stated_area_m2": "float64", "source": "str"},
        ),
        Layer(
            "viewpoints",
            "any",
            "One place from which a view is protected or judged: a point, a route, or a square.",
            {**heritage.VIEWPOINT, "source": "str"},
        ),
        Layer(
            "view_targets",
            "any",
            "The part of a landmark that must stay visible: a point or outline on the ground, from base to top above it.",
            {**heritage.TARGET, "source": "str"},
        ),
        Layer(
            "venues",
            "any",
            "One business or amenity by what it does for visitors, residents, or neither.",
            {**heritage.VENUE, "source": "str"},
            mapped=True,
        ),
        Layer("population", "raster", "People per cell: a count, so it is only ever resampled by sum."),
        Layer(
            "population_before",
            "raster",
            "People per cell at an earlier date, counted in the same way: what growth is measured against.",
        ),
        Layer(
            "built_up",
            "raster",
            "Square metres of built-up ground per pixel: a count; what mapped buildings and streets are measured by.",
        ),
        Layer(
            "osm_edits",
            "point",
            "One object of OpenStreetMap: years since its last edit, and years that it is on the map at least, at the date of the file.",
            {"layer": "str", "age_years": "float64", "mapped_years": "float64", "length_m": "float64"},
        ),
        Layer("elevation", "raster", "Metres above sea level."),
        Layer("surface", "raster", "Metres above sea level of the top of what stands there: roofs, trees."),
        Layer("building_heights", "raster", "Metres above the ground of the building that stands there."),
        Layer(
            "buildings_seen",
            "raster",
            "Share (0-1) in which images show a building there at an earlier date.",
        ),
        Layer(
            "land_cover",
            "raster",
            "Land-cover class by cell, one raster a date; classes are numbered as in `LAND_COVER_CLASSES`.",
        ),
    )
}

COMPLETENESS: dict[str, str] = {
    "buildings": "complete_buildings",
    **dict.fromkeys(("walk", "bike", "motorcycle", "drive"), "complete_streets"),
}
"""Mapped layers whose completeness is measured, and the column of the cells that holds it (0-1, NaN: not measured)."""

CATEGORIES: dict[str, str] = {
    "food": "market or food shop",
    "convenience": "convenience shop",
    "school": "school",
    "health": "clinic, hospital or pharmacy",
    "park": "park or garden",
    "transit": "public transport stop",
    "worship": "temple or other place of worship",
}
"""Categories of places that people go to, with their English words; other languages are in the locales."""

LAND_USE_CLASSES: tuple[str, ...] = (
    "residential",
    "commercial",
    "industrial",
    "institutional",
    "religious",
    "open_space",
    "agriculture",
    "forest",
    "transport",
    "other",
)
"""Classes of the default land-use scheme; K of the mix measures is how many of them are `MIXED`."""

LAND_COVER_CLASSES: dict[int, str] = {
    10: "trees",
    20: "shrubs",
    30: "grass",
    40: "crops",
    50: "built",
    60: "bare",
    70: "snow",
    80: "water",
    90: "wetland",
    95: "mangroves",
    100: "moss",
}
"""Classes of land cover by their numbers, which are those of ESA WorldCover; a raster with others is recoded first."""

MODES: tuple[str, ...] = ("walk", "bike", "motorcycle", "drive")


def empty(name: str, crs: object) -> GeoDataFrame:
    """Return a layer of this name without rows, with its columns and the given CRS."""
    from geopandas import GeoDataFrame  # noqa: PLC0415 - a second to import, not needed to read a city file

    return conform(GeoDataFrame({"geometry": []}, geometry="geometry", crs=crs), name)


def conform(frame: GeoDataFrame, name: str) -> GeoDataFrame:
    """Return the frame with exactly the columns that the layer promises, in their types.

    Parameters
    ----------
    frame : GeoDataFrame
        Any table with a geometry; columns that the layer does not know are left out, lacking ones become
        unknown (NaN or None).
    name : str
        A key of `LAYERS` that is not a raster or network.

    Raises
    ------
    LayerError
        If a column cannot be read as the type that the layer promises.
    """
    own = frame.geometry.name
    out = frame[[own]].copy() if own == "geometry" else frame[[own]].rename_geometry("geometry")
    for column, dtype in LAYERS[name].columns.items():
        try:
            out[column] = _typed(frame, column, dtype)
        except (TypeError, ValueError) as error:
            raise LayerError(
                f"layer {name!r}: column {column!r} cannot be read as {dtype}: {error}; map or mend its values"
            ) from error
    return out[[*LAYERS[name].columns, "geometry"]]


def _typed(frame: GeoDataFrame, column: str, dtype: str) -> object:
    if column not in frame.columns:
        return {"str": None, "float64": float("nan"), "bool": False, "int32": 0}[dtype]
    values = frame[column]
    if dtype == "str":
        return (
            values.astype(object)
            .where(values.notna(), None)
            .map(lambda text: None if text is None else str(text))
        )
    if dtype == "bool":
        return values.fillna(value=False).astype(bool)
    return values.astype(dtype)
