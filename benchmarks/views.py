"""Measure the methods of views: time, and agreement with slower answers. Run: python benchmarks/views.py [part ...]."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import rasterio
from scipy.ndimage import gaussian_filter

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "methods" / "visibility")]

from test_view_ceiling import ceiling_by_hand, random_lines  # noqa: E402 - the path comes first
from view_scenes import blocks  # noqa: E402

from urbanplan.methods.visibility.ceiling import view_ceilings  # noqa: E402
from urbanplan.methods.visibility.composition import compose_views  # noqa: E402
from urbanplan.methods.visibility.curvature import drop_per_m2  # noqa: E402
from urbanplan.methods.visibility.fraction import visible_fraction  # noqa: E402
from urbanplan.methods.visibility.obstacles import find_blockers, who_takes_the_view  # noqa: E402
from urbanplan.methods.visibility.sightlines import draw_sight_lines  # noqa: E402
from urbanplan.methods.visibility.surface import NOBODY, Surface, eyes_over_ground  # noqa: E402
from urbanplan.methods.visibility.viewshed import exposure, viewshed  # noqa: E402

SIDE, CELL_M, WEST, NORTH = 2000, 2.0, 496_000.0, 2_080_000.0
EYES = ((1000, 1345, 1.6), (1000, 1345, 30.0), (700, 1500, 1.6), (1500, 900, 1.6))


def city() -> Surface:
    """Make 4 km x 4 km: a basin, a mountain of 700 m in the west, blocks of houses and sixty towers."""
    rng = np.random.default_rng(7)
    row, col = np.mgrid[0:SIDE, 0:SIDE].astype("float32")
    ground = (
        312
        - 0.002 * CELL_M * (col - 1000)
        + 700 * np.exp(-(((col - 60) / 330) ** 2 + ((row - 1000) / 900) ** 2))
    )
    for width, height in ((120, 6.0), (30, 0.8), (8, 0.15)):
        ground += (
            height * gaussian_filter(rng.standard_normal((SIDE, SIDE)).astype("float32"), width) * width * 1.8
        )
    building = np.full((SIDE, SIDE), NOBODY, dtype="int32")
    tall = np.zeros((SIDE, SIDE))
    heights = []
    for number in range(9060):
        r, c = int(rng.integers(0, SIDE - 40)), int(rng.integers(520, SIDE - 40))
        high, wide = rng.integers(4, 14, 2)
        metres = float(rng.choice([3.5, 6.5, 9.5, 12.5], p=[0.3, 0.4, 0.2, 0.1]))
        if number >= 9000:
            high, wide, metres = 14, 14, float(rng.uniform(24, 80))
        elif (r // 40) % 3 == 2 or (c // 40) % 4 == 3:
            continue
        part = np.s_[r : r + high, c : c + wide]
        building[part] = np.where(tall[part] < metres, len(heights), building[part])
        tall[part] = np.maximum(tall[part], metres)
        heights.append(metres)
    ground = ground.astype("float64")
    return Surface(ground, ground + tall, building, np.array(heights), WEST, NORTH, CELL_M)


def eye_at(surface: Surface, row: int, col: int, height_m: float):
    """Stand on what is in a cell."""
    side = surface.cell_m
    x, y = surface.x0 + (col + 0.5) * side, surface.y0 - (row + 0.5) * side
    return np.array([x, y, surface.top[row, col] + height_m])


def timed(words: str, job, repeat: int = 1):
    """Print the least CPU and wall time of a job."""
    best = [np.inf, np.inf]
    for _ in range(repeat):
        cpu, wall = time.process_time(), time.perf_counter()
        answer = job()
        best = [min(best[0], time.process_time() - cpu), min(best[1], time.perf_counter() - wall)]
    print(f"{words}: {best[0]:.3f} s CPU, {best[1]:.3f} s wall", flush=True)
    return answer


def gdal(source: Path, eye, height_m: float, reach_m: float):
    """Run GDAL's viewshed; return its cells and its CPU time less that of starting it."""
    target = source.with_name("seen.tif")
    words = [
        "gdal_viewshed",
        "-q",
        "-oz",
        str(height_m),
        "-tz",
        "0",
        "-md",
        str(reach_m),
        "-cc",
        "0.857142857",
    ]
    words += ["-ox", str(eye[0]), "-oy", str(eye[1]), str(source), str(target)]
    spent = []
    for command in (words, ["gdal_viewshed", "--version"]):
        times = []
        for _ in range(5):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(command, check=False, capture_output=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        spent.append(min(times))
    with rasterio.open(target) as file:
        return file.read(1) > 0, spent[0], spent[0] - spent[1]


def part_viewshed(surface: Surface) -> None:
    """Time single views, whole grid and 1 km, beside GDAL; and a hundred of 1 km."""
    for kind in ("exact", "approximate"):
        viewshed(surface, eye_at(surface, *EYES[0]), max_distance_m=50.0, kind=kind)
    for row, col, height_m in EYES:
        eye = eye_at(surface, row, col, height_m)
        name = f"viewshed from ({row}, {col}), eye {height_m} m"
        look = partial(viewshed, surface, eye, threads=1)
        exact = timed(f"{name}, exact", look, 3).codes == 1
        near = timed(f"{name}, approximate", partial(look, kind="approximate"), 3).codes == 1
        print(f"  approximate against exact: {overlap(near, exact)}")
        if shutil.which("gdal_viewshed"):
            compare_gdal(surface, eye, height_m, exact)
    centre = eye_at(surface, *EYES[0])
    timed("viewshed of 1 km, exact", lambda: viewshed(surface, centre, max_distance_m=1000, threads=1), 3)
    places = np.random.default_rng(0).uniform(1000, 3000, (100, 2)) + np.array([WEST, NORTH - SIDE * CELL_M])
    eyes, _ = eyes_over_ground(surface, places, max_shift_m=60.0)
    exposure(surface, eyes[:1], max_distance_m=50.0)
    for kind in ("exact", "approximate"):
        timed(
            f"100 viewpoints of 1 km, {kind}",
            partial(exposure, surface, eyes, max_distance_m=1000, kind=kind),
        )


def compare_gdal(surface: Surface, eye, height_m: float, exact) -> None:
    """Print GDAL's time and how far it agrees."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "top.tif"
        shape = {"width": SIDE, "height": SIDE, "count": 1, "dtype": "float32", "crs": "EPSG:32647"}
        transform = rasterio.Affine(CELL_M, 0, WEST, 0, -CELL_M, NORTH)
        with rasterio.open(source, "w", driver="GTiff", transform=transform, **shape) as file:
            file.write(surface.top.astype("float32"), 1)
        theirs, whole, net = gdal(source, eye, height_m, 0)
        print(
            f"  gdal_viewshed: {whole:.3f} s CPU, {net:.3f} s less its start; against exact: {overlap(theirs, exact)}"
        )


def overlap(one, other) -> str:
    """Describe how far two views agree."""
    jaccard = (one & other).sum() / (one | other).sum()
    return f"{(one != other).mean():.2%} of cells differ, Jaccard {jaccard:.3f} ({one.sum()} and {other.sum()} cells seen)"


def mountain_lines(surface: Surface):
    """Draw 500 viewpoints on a ring road and 61 points of the mountain's foot."""
    turn = np.linspace(0, 2 * np.pi, 500)
    eyes, _ = eyes_over_ground(
        surface,
        np.column_stack(
            [WEST + CELL_M * (1250 + 380 * np.cos(turn)), NORTH - CELL_M * (1000 + 380 * np.sin(turn))]
        ),
        max_shift_m=60.0,
    )
    rows = np.linspace(940, 1060, 61)
    targets = np.column_stack(
        [np.full(61, WEST + CELL_M * 90.5), NORTH - CELL_M * rows, surface.ground[rows.astype(int), 90] + 5]
    )
    return eyes, targets


def part_ceiling(surface: Surface) -> None:
    """Time 30 500 sight lines, their ceilings and their blockers."""
    eyes, targets = mountain_lines(surface)
    few = draw_sight_lines(surface, eyes[:5], targets[:5])
    view_ceilings(surface, few)
    find_blockers(surface, few)
    lines = timed(
        "30,500 sight lines over ground and top", lambda: draw_sight_lines(surface, eyes, targets), 3
    )
    ceilings = timed(
        "their ceilings (protection, restoration, doubtful)", lambda: view_ceilings(surface, lines), 3
    )
    found = timed("their blockers", lambda: find_blockers(surface, lines), 3)
    takers = who_takes_the_view(surface, found)
    print(
        f"  open {lines.protectable.mean():.1%}, blocked by buildings {lines.restorable.mean():.1%}; cells with a ceiling "
        f"{np.isfinite(ceilings.protection.elevation_m).mean():.1%}; buildings in the way {(takers.lines_share > 0).sum()}"
    )


def part_brute(_: Surface) -> None:
    """Compare ceilings with brute force on 216,000 cells."""
    worst, cells, differ = 0.0, 0, 0
    for seed in range(12):
        refraction = (None, 1 / 7)[seed % 2]
        surface, eyes, targets = random_lines(
            seed,
            120,
            150,
            eyes=12,
            targets=6,
            cell_m=(1.0, 2.0, 10.0, 60.0)[seed % 4],
            on_centres=seed % 3 == 0,
        )
        lines = draw_sight_lines(surface, eyes, targets, refraction=refraction)
        found = view_ceilings(surface, lines).protection.elevation_m
        lowest, _ = ceiling_by_hand(surface, eyes, targets, lines.protectable, drop_per_m2(refraction))
        known = np.isfinite(lowest)
        differ += int((known != np.isfinite(found)).sum())
        worst = max(worst, float(np.abs(found[known] - lowest[known]).max(initial=0.0)))
        cells += found.size
    print(
        f"ceiling against brute force: {cells} cells, {differ} differ in being covered, greatest difference {worst:.1e} m"
    )


def part_built(_: Surface) -> None:
    """Build single cells to a millimetre under, and five centimetres over, their ceiling."""
    kept, lost, tried = 0, 0, 0
    for seed in range(3):
        surface, eyes, targets = random_lines(seed, 120, 150, eyes=12, targets=6)
        lines = draw_sight_lines(surface, eyes, targets)
        ceiling = view_ceilings(surface, lines).protection.elevation_m
        cells = np.argwhere(np.isfinite(ceiling))
        for row, col in np.random.default_rng(seed).permutation(cells)[:50]:
            for gap in (-1e-3, 0.05):
                top = surface.top.copy()
                top[row, col] = ceiling[row, col] + gap
                after = draw_sight_lines(replace(surface, top=top), eyes, targets)
                whole = bool((after.top[lines.protectable] == 1).all())
                kept, lost = kept + (gap < 0 and whole), lost + (gap > 0 and not whole)
            tried += 1
    print(
        f"built to 1 mm under the ceiling: {kept}/{tried} keep all views; 5 cm over it: {lost}/{tried} lose one"
    )


def part_composition(surface: Surface) -> None:
    """Time the composition of 200 views, and the fraction of the mountain left in them."""
    tall = surface.top - surface.ground
    mountain = (np.arange(SIDE)[None, :] < 420) & (surface.ground > 360)
    classes = np.where(mountain, 2, tall > 2).astype("int32")
    eyes = mountain_lines(surface)[0][::3][:200]
    compose_views(surface, classes, eyes[:1], azimuths=4)
    visible_fraction(surface, mountain, eyes[:1], directions=2)
    view = timed(
        f"composition of {len(eyes)} views, 1440 azimuths", lambda: compose_views(surface, classes, eyes)
    )
    parts = view.classes.sum(axis=1) + view.sky + view.unknown + view.beyond
    print(f"  greatest distance from 4 pi: {np.nanmax(abs(parts - 4 * np.pi)):.1e} sr")
    left = timed(f"mountain left in {len(eyes)} views", lambda: visible_fraction(surface, mountain, eyes))
    print(f"  mean fraction {np.nanmean(left.fraction):.3f}")


def part_resolution(surface: Surface) -> None:
    """See the same city from its streets in coarser cells."""
    places = np.random.default_rng(5).uniform(1600, 3000, (40, 2)) + np.array([WEST, NORTH - SIDE * CELL_M])
    eyes, _ = eyes_over_ground(surface, places, max_shift_m=60.0)
    truth = [viewshed(surface, eye, max_distance_m=1000).codes for eye in eyes]
    near = [codes != 3 for codes in truth]
    print(
        f"cells of 2 m: {np.mean([(c[n] == 1).mean() for c, n in zip(truth, near, strict=True)]):.1%} of 1 km seen"
    )
    for times in (2, 5, 15):
        side = SIDE // times * times
        shape = (side // times, times, side // times, times)
        ground, top = (
            part[:side, :side].reshape(shape).mean(axis=(1, 3)) for part in (surface.ground, surface.top)
        )
        coarse = replace(
            surface,
            ground=ground,
            top=top,
            building=np.full(top.shape, NOBODY, "int32"),
            cell_m=CELL_M * times,
        )
        row, col = coarse.cells_of(eyes[:, :2], "viewpoint")
        shares, jaccards = [], []
        for eye, r, c, codes, inside in zip(eyes, row, col, truth, near, strict=True):
            seen = (
                viewshed(coarse, [eye[0], eye[1], max(eye[2], top[r, c] + 1.6)], max_distance_m=1100).codes
                == 1
            )
            fine = np.zeros(codes.shape, dtype=bool)
            fine[:side, :side] = seen.repeat(times, axis=0).repeat(times, axis=1)
            fine &= inside
            shares.append(fine[inside].mean())
            jaccards.append((fine & (codes == 1)).sum() / (fine | (codes == 1)).sum())
        print(
            f"cells of {CELL_M * times:g} m: {np.mean(shares):.1%} of 1 km seen, Jaccard with the truth {np.mean(jaccards):.2f}"
        )


def part_cold(_: Surface) -> None:
    """Time the first calls with nothing compiled."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"NUMBA_CACHE_DIR": folder, "PYTHONPATH": os.pathsep.join(sys.path[:2])}
        for words in ("all kernels compiled and run once", "the same from the cache"):
            subprocess.run([sys.executable, __file__, "once", words], check=True, env=environment)


def part_once(_: Surface) -> None:
    """Call everything once on a tiny town."""

    def everything() -> None:
        town = blocks(5, 40, [(1, c, 3, 1) for c in range(3, 37, 2)], np.full(17, 12.0))
        eyes, targets = np.array([[0.5, 2.5, 1.6]]), np.array([[39.5, 2.5, 8.0]])
        for kind in ("exact", "approximate"):
            viewshed(town, eyes[0], kind=kind)
        exposure(town, eyes)
        lines = draw_sight_lines(town, eyes, targets)
        view_ceilings(town, lines, threads=2)
        find_blockers(town, lines)
        compose_views(town, town.building + 1, eyes)
        visible_fraction(town, town.building == 0, eyes)

    timed(sys.argv[2] if len(sys.argv) > 2 else "once", everything)


PARTS = {
    "viewshed": part_viewshed,
    "ceiling": part_ceiling,
    "brute": part_brute,
    "built": part_built,
    "composition": part_composition,
    "resolution": part_resolution,
    "cold": part_cold,
}


def main() -> None:
    """Run the parts that were asked for, or all."""
    if sys.argv[1:2] == ["once"]:
        part_once(None)
        return
    surface = city()
    for name in sys.argv[1:] or PARTS:
        PARTS[name](surface)


if __name__ == "__main__":
    main()
