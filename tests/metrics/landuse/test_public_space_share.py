"""Share of the built-up extent that is public space (SDG 11.7.1)."""

import pandas as pd
import pytest
from town import box, frame, lattice, streets

from urbanplan.metrics.landuse.public_space_share import public_space_share


@pytest.fixture
def built():
    """Give a building of 30 x 30 m in every cell: all of the town is urban."""
    return frame(
        "buildings",
        [box(100 * c + 60, 100 * r + 60, 100 * c + 90, 100 * r + 90) for c in range(6) for r in range(4)],
    )


def road(width=None):
    """Give a residential street across the town at 250 m."""
    tags = pd.DataFrame({"highway": ["residential"], "width": [width], "lanes": [None]})
    return streets([(0, 250), (600, 250)], [(0, 1)], tags=tags)


def shares(*given, **more):
    """Give the three shares of the first unit."""
    return [
        public_space_share(*given, ground=name, **more)["value"].iloc[0]
        for name in ("open", "streets", "all")
    ]


def test_hand_worked(built, cells, city):
    park = frame("open_space", [box(0, 0, 100, 100), box(50, 0, 150, 100)])
    found = shares(park, road(), built, cells, city)
    assert found == pytest.approx([15_000 / 240_000, 600 * 8 / 240_000, (15_000 + 4_800) / 240_000])
    assert shares(park, road("12"), built, cells, city)[1] == pytest.approx(600 * 12 / 240_000)


def test_streets_inside_parks_are_parks(built, cells, city):
    park = frame("open_space", [box(0, 200, 300, 300)])
    opened, streets_, both = shares(park, road(), built, cells, city)
    assert opened == pytest.approx(30_000 / 240_000)
    assert streets_ == pytest.approx(300 * 8 / 240_000)
    assert both == pytest.approx(opened + streets_)


def test_where_little_is_built_there_is_no_extent_to_divide_by(cells, city):
    lonely = frame("buildings", [box(110, 110, 160, 160)])
    park = frame("open_space", [box(0, 0, 100, 100)])
    assert public_space_share(park, road(), lonely, cells, city)["reason"].tolist() == ["nothing_to_measure"]
    nothing = public_space_share(park, road(), lonely.iloc[:0], cells, city)
    assert nothing["reason"].tolist() == ["no_places"]
    sheds = frame("buildings", [box(110, 110, 130, 130)])  # four hundredths of its cell: not built
    assert public_space_share(park, road(), sheds, cells, city)["reason"].tolist() == ["nothing_to_measure"]


def test_zones_add_up_to_the_city_and_closed_spaces_are_none(built, cells, city, zones):
    park = frame("open_space", [box(200, 100, 300, 200), box(0, 0, 50, 50)], access=[None, "private"])
    walk = lattice(7, 5, 100)
    area = zones.area.to_numpy()
    for ground in ("open", "streets", "all"):
        parts = public_space_share(park, walk, built, cells, zones, ground=ground)["value"].to_numpy()
        whole = public_space_share(park, walk, built, cells, city, ground=ground)["value"].iloc[0]
        assert (parts * area).sum() / area.sum() == pytest.approx(whole)
    assert shares(park, walk, built, cells, city)[0] == pytest.approx(10_000 / 240_000)


def test_coverage_is_the_land_where_all_is_mapped(built, cells, city, zones):
    park = frame("open_space", [box(0, 0, 100, 100)])
    partly = cells.assign(known=(cells["col"] - cells["col"].min() < 4).to_numpy())
    table = public_space_share(park, road(), built, partly, zones)
    assert table["coverage"].tolist() == pytest.approx([1, 150 / 350])
    assert table["reason"].tolist() == ["", "not_mapped"]
    row = public_space_share(park, road(), built, partly, city, ground="open").iloc[0]
    assert (row["coverage"], row["value"]) == pytest.approx((2 / 3, 10_000 / 160_000))
