"""Building in heritage zones and around them, before and after the zone came into force."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.base.dates import years_between
from urbanplan.base.thai_dates import iso_date
from urbanplan.base.units import HECTARE_M2
from urbanplan.methods.change import rule_effect
from urbanplan.methods.compliance import compared
from urbanplan.model.listing import listing

COLUMNS = {
    "zone": "",
    "version": "",
    "in_force_from": "date",
    "beside_ring": "",
    "zone_before": "count",
    "zone_after": "count",
    "ring_before": "count",
    "ring_after": "count",
    "years_before": "years",
    "years_after": "years",
    "difference": "1/ha/year",
    "difference_low": "1/ha/year",
    "difference_high": "1/ha/year",
    "change_ratio": "1",
    "change_ratio_low": "1",
    "change_ratio_high": "1",
    "p_value": "1",
    "dated_share": "share",
}
LEAST_DATED = 0.5
FEWEST = 10


@listing(
    name="Building in heritage zones and around them, before and after the zone came into force",
    geometry="polygon",
    columns=COLUMNS,
    by="beside_ring",
    references=("angrist2009",),
)
def rule_effects(
    buildings: GeoDataFrame,
    heritage_zones: GeoDataFrame,
    boundary: GeoDataFrame,
    *,
    ring_m: float = 300.0,
    before_years: float = 10.0,
    until: str = "",
) -> GeoDataFrame:
    """Compare how the pace of building changed in each heritage zone when it came into force with how it changed around the zone.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints; `built` is the date of each, or unknown.
    heritage_zones : GeoDataFrame
        Versions of zones with the day from which each is in force.
    boundary : GeoDataFrame
        The city; rings are cut to it.
    ring_m : float
        The ring goes so far around the zone, without the ground of other zones of the same version.
    before_years : float
        The period before begins so many years before the zone came into force.
    until : str
        The period after ends on this day; by default with the latest building.

    Returns
    -------
    GeoDataFrame
        One row for each version of a zone that came into force on a known day: buildings in the zone and in the ring before and
        after, the difference of the differences of their yearly rates by hectare with its 90 % interval, the ratio of the ratios
        with its own, and Fisher's exact probability. `beside_ring` is less_than_around or more_than_around where the interval of the
        ratio leaves out 1, no_difference_seen where not, too_few (under ten buildings), or undated (of less than half of the
        buildings the date is known).

    Notes
    -----
    No proof that the rule caused it. The comparison holds where both would have changed alike without the rule (parallel trends),
    where builders did not move from the zone to its ring, and where dates are known equally well in both and in both periods.
    Buildings that were pulled down are in no map of today, so that the older period counts too few; that cancels in the ratio only as
    far as zone and ring lost alike. Buildings whose date may lie on either side of the day are left out.
    """
    dated = buildings[buildings["built"].notna()]
    latest = (iso_date(until) if until else None) or max(dated["built"].astype(str), default="")
    city = shapely.union_all(boundary.geometry.to_numpy())
    rows: list[dict[str, Any]] = []
    for key in sorted(heritage_zones.index.astype(str)):
        zone = heritage_zones.loc[key]
        if isinstance(zone["in_force_from"], str) and zone["in_force_from"] < latest:
            ring = _ring(zone, heritage_zones, city, ring_m)
            rows.append(_row(key, zone, ring, buildings, before_years, latest))
    table = pd.DataFrame(rows, columns=[*COLUMNS, "geometry"])
    return GeoDataFrame(table, geometry="geometry", crs=boundary.crs)


def _ring(zone: pd.Series, zones: GeoDataFrame, city: Any, ring_m: float) -> Any:
    """Return the ground around a zone, without that of zones which came into force on the same day."""
    others = zones.geometry[zones["in_force_from"] == zone["in_force_from"]]
    around = shapely.intersection(shapely.buffer(zone["geometry"], ring_m), city)
    return shapely.difference(around, shapely.union_all(others.to_numpy()))


def _row(
    key: str, zone: pd.Series, ring: Any, buildings: GeoDataFrame, before_years: float, latest: str
) -> dict[str, Any]:
    start = str(zone["in_force_from"])
    first = f"{int(start[:4]) - round(before_years):04d}{start[4:]}"
    spots = shapely.point_on_surface(buildings.geometry.to_numpy())
    dates = buildings["built"].astype(object).to_numpy()
    counts, dated, whole = [], 0, 0
    for ground in (zone["geometry"], ring):
        inside = dates[shapely.intersects(ground, spots)]
        known = [date for date in inside if isinstance(date, str) and compared(date, first) == "after"]
        words = [compared(date, start) for date in known if date[: len(latest)] <= latest]
        counts += [words.count("before"), words.count("after")]
        dated, whole = dated + sum(isinstance(date, str) for date in inside), whole + len(inside)
    share = dated / whole if whole else 0.0
    out: dict[str, Any] = {
        "zone": key,
        "version": zone["version"],
        "in_force_from": start,
        **dict(
            zip(("zone_before", "zone_after", "ring_before", "ring_after"), map(float, counts), strict=True)
        ),
        "years_before": float(round(before_years)),
        "years_after": years_between(start, latest),
        "dated_share": share,
        "geometry": zone["geometry"],
    }
    if share < LEAST_DATED or sum(counts) < FEWEST or not shapely.area(ring) > 0:
        return {**out, "beside_ring": "undated" if share < LEAST_DATED else "too_few"}
    found = rule_effect(
        (counts[0], counts[1], counts[2], counts[3]),
        zone_ha=zone["geometry"].area / HECTARE_M2,
        ring_ha=ring.area / HECTARE_M2,
        years_before=out["years_before"],
        years_after=out["years_after"],
    )
    sides = np.sign([found.ratio_low - 1.0, found.ratio_high - 1.0]).sum()
    names = {-2: "less_than_around", 2: "more_than_around"}
    return {
        **out,
        "beside_ring": names.get(int(sides), "no_difference_seen"),
        "difference": found.difference,
        "difference_low": found.difference_low,
        "difference_high": found.difference_high,
        "change_ratio": found.ratio,
        "change_ratio_low": found.ratio_low,
        "change_ratio_high": found.ratio_high,
        "p_value": found.p_value,
    }
