"""Landscape metrics: worked by hand on small maps, and against plain sums over every pair of cells."""

import math

import numpy as np
import pytest
from scipy import ndimage

from urbanplan.base.errors import InputError
from urbanplan.methods.landscape import Counts, count, measured, nearest_neighbours, pattern, strips_of

A = np.array(
    [
        [1, 1, 2, 2],
        [1, 1, 2, 2],
        [3, 1, 1, 2],
        [3, 3, 2, 2],
    ],
    dtype=np.uint8,
)
"""6 cells of class 1 7 of class 2 and 3 of class 3, each in one patch."""


def plain(cells, *, nodata=None, eight=True):
    """Give the measures cell by cell, as slowly and plainly as they can be written down."""
    rows, cols = cells.shape
    classes = [int(k) for k in np.unique(cells) if k != nodata]
    at = {k: i for i, k in enumerate(classes)}
    sides = np.zeros((len(classes), len(classes)))
    rim = np.zeros(len(classes))
    for r in range(rows):
        for c in range(cols):
            if cells[r, c] == nodata:
                continue
            for dr, dc in ((0, 1), (1, 0), (0, -1), (-1, 0)):
                y, x = r + dr, c + dc
                if 0 <= y < rows and 0 <= x < cols and cells[y, x] != nodata:
                    sides[at[cells[r, c]], at[cells[y, x]]] += 1
                else:
                    rim[at[cells[r, c]]] += 1
    shape = np.ones((3, 3)) if eight else None
    sizes, away = {}, {}
    for k in classes:
        label, n = ndimage.label(cells == k, structure=shape)
        sizes[k] = np.bincount(label.ravel())[1:].astype(float)
        where = [np.argwhere(label == i + 1) for i in range(n)]
        away[k] = [
            min(math.dist(p, q) for j, other in enumerate(where) if j != i for p in mine for q in other)
            for i, mine in enumerate(where)
            if n > 1
        ]
    return classes, sides, rim, sizes, away


def check(cells, found, *, cell_m, nodata=None, eight=True):
    """Compare everything with the formulas, from plain counts."""
    classes, sides, rim, sizes, away = plain(cells, nodata=nodata, eight=eight)
    m, area = len(classes), sum(s.sum() for s in sizes.values())
    unlike = sides - np.diag(np.diag(sides))
    everything = found.landscape
    patches = np.concatenate([*sizes.values()])
    assert found.classes.index.tolist() == classes
    assert everything["NP"] == len(patches)
    assert everything["PD"] == pytest.approx(len(patches) / (area * cell_m**2) * 10_000 * 100)
    assert everything["LPI"] == pytest.approx(patches.max() / area * 100)
    assert everything["TE"] == pytest.approx(unlike.sum() / 2 * cell_m)
    assert everything["ED"] == pytest.approx(unlike.sum() / 2 * cell_m / (area * cell_m**2) * 10_000)
    assert everything["LSI"] == pytest.approx(0.25 * (unlike.sum() / 2 + rim.sum()) / math.sqrt(area))
    share = np.array([sizes[k].sum() / area for k in classes])
    assert everything["SHDI"] == pytest.approx(-sum(p * math.log(p) for p in share), abs=1e-12)
    assert everything["MESH"] == pytest.approx((patches**2).sum() / area * cell_m**2 / 10_000)
    if m > 1:
        q = [share[i] * sides[i, k] / sides[i].sum() for i in range(m) for k in range(m) if sides[i, k]]
        assert everything["CONTAG"] == pytest.approx(
            100 * (1 + sum(v * math.log(v) for v in q) / (2 * math.log(m)))
        )
    else:
        assert math.isnan(everything["CONTAG"])
    pairs = unlike[np.triu_indices(m, 1)]
    if m > 2 and pairs.sum():
        e = pairs[pairs > 0] / pairs.sum()
        assert everything["IJI"] == pytest.approx(
            -100 * (e * np.log(e)).sum() / math.log(m * (m - 1) / 2), abs=1e-9
        )
    else:
        assert math.isnan(everything["IJI"])
    distances = [d for k in classes for d in away[k]]
    expected = np.mean(distances) * cell_m if distances else np.nan
    assert everything["ENN_MN"] == pytest.approx(expected, nan_ok=True)
    for i, k in enumerate(classes):
        row = found.classes.loc[k]
        n = sizes[k].sum()
        assert row["NP"] == len(sizes[k])
        assert row["LPI"] == pytest.approx(sizes[k].max() / area * 100)
        assert row["TE"] == unlike[i].sum() * cell_m
        assert row["MESH"] == pytest.approx((sizes[k] ** 2).sum() / area * cell_m**2 / 10_000)
        assert row["LSI"] == pytest.approx((unlike[i].sum() + rim[i]) / fewest(int(n)))
        assert row["ENN_MN"] == pytest.approx(np.mean(away[k]) * cell_m if away[k] else np.nan, nan_ok=True)
        most = (4 * n - fewest(int(n))) / 2
        assert row["AI"] == pytest.approx(100 * sides[i, i] / 2 / most if most else np.nan, nan_ok=True)


def fewest(cells):
    """Give the shortest outline of so many cells, by trying every rectangle that holds them."""
    return min(2 * (w + math.ceil(cells / w)) for w in range(1, cells + 1))


def test_worked_by_hand():
    found = pattern(A, cell_m=10.0)
    whole = found.landscape
    # of 24 inner sides 15 lie within a class; 1 and 2 share five, 1 and 3 three, 2 and 3 one
    assert found.counts.sides.tolist() == [[6, 5, 3], [5, 7, 1], [3, 1, 2]]
    assert found.counts.rim.tolist() == [4, 8, 4]
    assert (whole["NP"], whole["TE"], whole["TA"]) == (3, 90, 0.16)
    assert whole["PD"] == pytest.approx(3 / 0.16 * 100)
    assert whole["ED"] == pytest.approx(90 / 0.16)
    assert whole["LPI"] == pytest.approx(700 / 16)
    assert whole["LSI"] == pytest.approx(0.25 * 25 / 4)
    assert whole["MESH"] == pytest.approx((36 + 49 + 9) / 16 * 0.01)
    assert found.classes["AI"].tolist() == pytest.approx([600 / 7, 700 / 8, 100])
    assert whole["AI"] == pytest.approx((6 * 600 / 7 + 7 * 700 / 8 + 3 * 100) / 16)
    assert found.classes["LSI"].tolist() == pytest.approx([12 / 10, 14 / 12, 8 / 8])
    assert math.isnan(whole["ENN_MN"])
    chess = np.array([[1, 2], [2, 1]])
    assert pattern(chess, cell_m=10.0).landscape["NP"] == 2
    four = pattern(chess, cell_m=10.0, neighbours=4)
    assert four.landscape["NP"] == 4
    assert four.classes.loc[2, "ENN_MN"] == pytest.approx(math.sqrt(2) * 10)


@pytest.mark.parametrize("classes", [1, 2, 3, 6])
@pytest.mark.parametrize("eight", [True, False])
@pytest.mark.parametrize("shape", [(30, 30), (13, 22), (1, 9), (9, 1)])
def test_against_plain_sums(classes, eight, shape):
    rng = np.random.default_rng([classes, *shape])
    noise = ndimage.uniform_filter(rng.random(shape), 3) if shape == (30, 30) else rng.random(shape)
    rank = noise.ravel().argsort().argsort().reshape(shape)
    cells = (rank * classes // rank.size + 4).astype(np.int16)
    found = pattern(cells, cell_m=5.0, neighbours=8 if eight else 4)
    check(cells, found, cell_m=5.0, eight=eight)


def test_cells_without_a_class_are_no_part_of_the_landscape():
    rng = np.random.default_rng(9)
    cells = rng.integers(0, 4, (25, 18)).astype(np.uint8)
    check(cells, pattern(cells, cell_m=1.0, nodata=0), cell_m=1.0, nodata=0)
    wide = np.pad(cells, 3)
    one, other = pattern(cells, cell_m=1.0, nodata=0), pattern(wide, cell_m=1.0, nodata=0)
    assert other.landscape == pytest.approx(one.landscape)
    nothing = pattern(np.zeros((4, 4), np.uint8), cell_m=1.0, nodata=0)
    assert nothing.classes.empty
    assert nothing.landscape["NP"] == 0
    assert math.isnan(nothing.landscape["SHDI"])


def test_strips_make_no_difference():
    rng = np.random.default_rng(3)
    cells = (ndimage.gaussian_filter(rng.random((60, 47)), 1) * 40).astype(np.uint8)
    whole = pattern(cells, cell_m=2.0)
    for rows in (1, 7, 59):
        cut = pattern(strips_of(cells, rows), cell_m=2.0)
        assert cut.landscape == pytest.approx(whole.landscape, nan_ok=True, rel=1e-12)
        np.testing.assert_allclose(cut.classes, whole.classes, rtol=1e-12)


@pytest.mark.parametrize("turn", [np.fliplr, np.flipud, np.transpose, lambda a: a + 7])
def test_turned_mirrored_and_renumbered_maps_are_the_same(turn):
    rng = np.random.default_rng(4)
    cells = rng.integers(1, 4, (20, 20))
    here, there = pattern(cells, cell_m=1.0), pattern(np.ascontiguousarray(turn(cells)), cell_m=1.0)
    assert there.landscape == pytest.approx(here.landscape)


def test_a_spiral_is_one_patch_and_its_double_two():
    spiral = np.zeros((9, 9), dtype=np.uint8)
    spiral[0, :], spiral[:, 8], spiral[8, :], spiral[2:, 0], spiral[2, :7] = 1, 1, 1, 1, 1
    spiral[2:7, 6], spiral[6, 2:7] = 1, 1
    counts = count([spiral])
    assert (
        dict(zip(counts.classes.tolist(), counts.patches.tolist(), strict=True))[1]
        == (ndimage.label(spiral, np.ones((3, 3)))[1])
    )


def test_the_landscape_of_the_catalogue():
    # the 30 x 30 landscape that FRAGSTATS was run on: its adjacencies are published, and fix the areas of its classes
    sides = np.array([[271, 44, 137], [44, 348, 159], [137, 159, 781]])
    counts = Counts(
        classes=np.array([1, 2, 3]),
        cells=np.array([184, 234, 482]),
        patches=np.array([9, 13, 6]),
        largest=np.array([40, 60, 159]),
        squares=np.zeros(3),
        sides=sides,
        rim=np.array([27, 27, 66]),
    )
    found = measured(counts, None, cell_m=1.0)
    assert found.classes["AI"].tolist() == pytest.approx([79.7059, 79.6339, 84.8913], abs=5e-5)
    golden = {
        "NP": 28, "PD": 31111.1111, "LPI": 17.6667, "TE": 340, "ED": 3777.7778, "LSI": 3.8333, "SHDI": 1.0092,
        "CONTAG": 26.4538, "AI": 82.4642, "IJI": 89.7774,
    }  # fmt: skip
    for name, value in golden.items():
        assert found.landscape[name] == pytest.approx(value, abs=5e-5), name


def test_far_patches_are_found_across_the_map():
    cells = np.zeros((200, 300), dtype=np.uint8)
    cells[3:6, 4:8] = 1
    cells[190, 290] = 1
    assert nearest_neighbours([cells]).mean[1] == pytest.approx(math.hypot(190 - 5, 290 - 7))


def test_edges_of_the_map_count_when_asked():
    # catalogue: 340 m inside and 120 m around 30 x 30 cells give LSI 3.8333 and ED 3777.7778, or 5111.11 with them
    cells = np.zeros((30, 30), dtype=np.int32)
    cells[:, 15:] = 1
    inner, outer = pattern(cells, cell_m=1.0), pattern(cells, cell_m=1.0, edges_of_map=True)
    assert inner.landscape["TE"] == 30
    assert outer.landscape["TE"] == 150
    assert inner.landscape["LSI"] == outer.landscape["LSI"] == pytest.approx(0.25 * 150 / 30)


def test_what_is_not_a_map_of_classes_is_refused():
    with pytest.raises(InputError, match="whole numbers"):
        pattern(np.zeros((3, 3)), cell_m=1.0)
    with pytest.raises(InputError, match="256"):
        pattern(np.arange(400).reshape(20, 20), cell_m=1.0)
    with pytest.raises(InputError, match="cell_m"):
        pattern(A, cell_m=0.0)
    with pytest.raises(InputError, match="wide"):
        count([A, A[:, :3]])
    with pytest.raises(InputError, match="neighbours"):
        pattern(A, cell_m=1.0, neighbours=6)
