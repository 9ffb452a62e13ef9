"""A small invented town: 600 x 400 m, two zones, a grid of streets, and one of everything that metrics read."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString
from town import COVER_2015, COVER_2025, CRS, X0, Y0, box, cover, frame, lattice, point, slope

from urbanplan.methods.grid import lay_grid
from urbanplan.metrics import load
from urbanplan.model.layers import CATEGORIES, LAND_USE_CLASSES
from urbanplan.study.heritage_rules import with_areas


def heights(metres):
    """Give estimated heights: to the highest point so many metres, to the wall one less."""
    known = {
        "highest_point_m": metres,
        "wall_top_m": metres - 1,
        "roof_deck_m": metres - 1,
        "heights_from": "tag",
    }
    return known | {f"{name}_sd_m": 1.0 for name in ("highest_point", "wall_top", "roof_deck")}


@pytest.fixture(scope="session", autouse=True)
def _registry():
    load()


# One town for all tests: a metric that changed it would fail its contract (test_inputs_are_left_as_they_were).


@pytest.fixture(scope="session")
def zones():
    """Give two zones that share a border at 250 m, in the middle of a column of cells."""
    return frame("zones", [box(0, 0, 250, 400), box(250, 0, 600, 400)], name=["west", "east"]).set_axis(
        ["01", "02"]
    )


@pytest.fixture(scope="session")
def city():
    """Give the city, one row."""
    return frame("boundary", [box(0, 0, 600, 400)], name=["Town"]).set_axis(["town"])


@pytest.fixture(scope="session")
def cells(city):
    """Give 24 cells of 100 m with 10 to 33 people; all lie where data are complete."""
    grid = lay_grid(city.geometry.iloc[0], CRS, cell_m=100)
    built = np.where(np.arange(24) % 3 == 0, 50.0, 1000.0 + 10 * np.arange(24))
    measured = np.where(built < 200, np.nan, np.linspace(0, 1, 24))
    return grid.assign(
        population=np.arange(10.0, 34.0),
        population_before=np.arange(8.0, 32.0),
        years_between=10.0,
        known=True,
        built_up_m2=built,
        complete_buildings=measured,
        complete_streets=1 - measured,
    )


@pytest.fixture(scope="session")
def layers(zones, city, cells):
    """Give every layer that a metric of the first set may ask for, by its name."""
    rng = np.random.default_rng(5)
    corners = rng.uniform((0, 0), (580, 380), (80, 2))
    sizes = rng.uniform(5, 25, (80, 2))
    quarter = [(box(100 * c, 200 * r, 100 * c + 100, 200 * r + 200)) for r in range(2) for c in range(6)]
    where = {category: rng.uniform((0, 0), (600, 400), (4, 2)) for category in CATEGORIES}
    shapes = [shapely.Point(X0 + x, Y0 + y) for spots in where.values() for x, y in spots]
    heritage = frame(
        "heritage_zones",
        [box(50, 0, 300, 400), box(300, 0, 600, 400)],
        kind=["old_town", "buffer"],
        max_height_m=[9.0, 12.0],
        status="in_force",
    ).set_axis(["H1", "H2"])
    limits = pd.DataFrame(
        {
            "zone": ["H1", "H1", "H2", "H2", "H2"],
            "kind": ["max_far", "max_bcr", "min_osr", "min_open_space", "max_storeys"],
            "value": [1.0, 50.0, 0.5, 0.4, 3.0],
            "unit": ["1", "%", None, "1", "storeys"],
        },
        index=["R1", "R2", "R3", "R4", "R5"],
    )
    park = list(CATEGORIES).index("park") * 4
    shapes[park] = box(310, 120, 390, 260)  # a polygon that streets cross
    return {
        "boundary": city,
        "zones": zones,
        "cells": cells,
        "buildings": frame(
            "buildings",
            [box(x, y, x + w, y + h) for (x, y), (w, h) in zip(corners, sizes, strict=True)],
            levels=np.arange(80) % 5 + 1.0,
            use=np.where(np.arange(80) % 3 < 2, "residential", "commercial"),
            **heights(rng.uniform(4, 20, 80)),
            stood_before=np.arange(80) % 2.0,
        ),
        "buildings_before": frame(
            "buildings_before",
            [box(x, y, x + w, y + h) for (x, y), (w, h) in zip(corners[:60], sizes[:60], strict=True)],
            years_before=[10.0] * 60,
        ),
        "heritage_zones": heritage,
        "heritage_rules": with_areas(limits, heritage),
        "land_use": frame("land_use", quarter, **{"class": [LAND_USE_CLASSES[k % 10] for k in range(12)]}),
        "observed_use": frame(
            "observed_use", quarter, **{"class": [LAND_USE_CLASSES[k % 6] for k in range(12)]}, basis="land"
        ),
        "zoning": frame(
            "zoning",
            [box(0, 0, 300, 400), box(300, 0, 600, 400)],
            **{"class": ["low_density_residential", "commercial"]},
            max_far=[0.05, 2.0],
            min_osr=[0.3, np.nan],
            max_height_m=[12.0, np.nan],
        ).set_axis(["P1", "P2"]),
        "plan_rules": frame(
            "plan_rules",
            [box(0, 0, 1, 1)] * 5,
            zone=["low_density_residential"] * 3 + ["commercial"] * 2,
            use=["residential", "industrial", "*", "commercial", "*"],
            says=["main", "prohibited", "quota", "main", "permitted"],
            quota_share=[np.nan, np.nan, 0.2, np.nan, np.nan],
        ),
        "plots": frame("plots", [box(100 * k, 0, 100 * k + 100, 200) for k in range(6)]),
        "open_space": frame(
            "open_space", [box(40, 40, 160, 110), box(300, 100, 400, 300), box(350, 200, 420, 350)]
        ),
        "heritage_assets": frame(
            "heritage_assets",
            [point(120, 130), box(240, 190, 260, 220), point(480, 300)],
            registered=[1.0, 0.0, 1.0],
        ),
        "venues": frame(
            "venues",
            [point(*xy) for xy in rng.uniform((0, 0), (600, 400), (40, 2))],
            use=["lodging", "bar", "grocery", "fuel"] * 10,
        ),
        "osm_edits": frame(
            "osm_edits",
            [point(x, y) for x, y in corners[:60]],
            layer=["streets", "buildings", "places"] * 20,
            age_years=np.arange(60) / 7,
            mapped_years=np.arange(60) / 5,
            length_m=np.full(60, 50.0),
        ),
        "places": frame("places", shapes, category=[c for c in CATEGORIES for _ in range(4)]),
        "land_cover": cover({2015: COVER_2015, 2025: COVER_2025}),
        "elevation": slope(),
        "viewpoints": frame(
            "viewpoints",
            [point(20, 20), LineString([point(30, 390), point(330, 390)]), box(560, 10, 590, 40)],
            eye_height_m=[1.6, np.nan, 1.6],
        ).set_axis(["v1", "v2", "v3"]),
        "view_targets": frame(
            "view_targets",
            [point(300, 200), box(-390, -90, -300, 490)],
            base_m=[12.0, np.nan],
            top_m=[30.0, np.nan],
            viewpoints=[None, "v2; v3"],
        ).set_axis(["chedi", "hill"]),
        "walk": lattice(7, 5, 100),
        "drive": lattice(4, 3, 200, mode="drive"),
        "motorcycle": lattice(4, 3, 200, mode="motorcycle"),
        "bike": lattice(7, 5, 100, mode="bike"),
    }
