"""Small worlds, and slow independent answers about them."""

from fractions import Fraction

import numpy as np
import shapely

from urbanplan.methods.visibility.surface import NOBODY, Surface, build_surface

HIDDEN, VISIBLE, UNKNOWN, BEYOND = 0, 1, 2, 3


def bare(heights, cell_m=1.0, x0=0.0, y0=None):
    """Make a surface of heights without buildings; its south-western corner is the origin."""
    heights = np.asarray(heights, dtype="float64")
    y0 = heights.shape[0] * cell_m if y0 is None else y0
    nobody = np.full(heights.shape, NOBODY, dtype="int32")
    return Surface(heights, heights, nobody, np.empty(0), x0, y0, cell_m)


def rough_town(rng, rows, cols, cell_m=2.0, unknown=0.0):
    """Make rolling ground with towers and walls, some cells unknown."""
    ground = rng.normal(0, 0.3, (rows, cols)).cumsum(0).cumsum(1) / 10 + rng.normal(0, 0.2, (rows, cols))
    top = ground.copy()
    for _ in range(rows * cols // 60):
        r, c = rng.integers(0, rows), rng.integers(0, cols)
        top[r : r + rng.integers(1, 5), c : c + rng.integers(1, 5)] += rng.uniform(1, 12)
    ground[rng.random((rows, cols)) < unknown] = np.nan
    top = np.where(np.isnan(ground), np.nan, top)
    return Surface(ground, top, np.full(top.shape, NOBODY, "int32"), np.empty(0), 0.0, rows * cell_m, cell_m)


def seen_by_hand(surface, eye, row, col, aim_m, drop_per_m2):
    """Walk one sight line over every crossing, the places of which are fractions: slow and plain."""
    top = surface.top
    r0, c0 = int((surface.y0 - eye[1]) // surface.cell_m), int((eye[0] - surface.x0) // surface.cell_m)
    dr, dc = row - r0, col - c0
    distance = np.hypot(dr, dc) * surface.cell_m
    crossings = {Fraction(k, abs(dr)) for k in range(1, abs(dr))} | {
        Fraction(k, abs(dc)) for k in range(1, abs(dc))
    }
    verdict = VISIBLE if np.isfinite(aim_m + eye[2]) else UNKNOWN
    if verdict == UNKNOWN:
        return UNKNOWN
    for t in crossings:
        r, c = r0 + dr * t, c0 + dc * t
        z = 0.0
        for rr, share_r in ((r // 1, 1 - r % 1), (r // 1 + 1, r % 1)):
            for cc, share_c in ((c // 1, 1 - c % 1), (c // 1 + 1, c % 1)):
                if share_r * share_c:
                    z += float(share_r * share_c) * top[int(rr), int(cc)]
        d = float(t) * distance
        line = eye[2] + (aim_m - eye[2]) * float(t) - drop_per_m2 * d * (distance - d)
        if np.isnan(z):
            verdict = UNKNOWN
        elif z > line + 1e-9:
            return HIDDEN
    return verdict


def viewshed_by_hand(surface, eye, aims, aim_height_m, drop_per_m2, max_distance_m=np.inf):
    """Answer for every cell with `seen_by_hand`."""
    codes = np.empty(surface.top.shape, dtype="uint8")
    r0, c0 = int((surface.y0 - eye[1]) // surface.cell_m), int((eye[0] - surface.x0) // surface.cell_m)
    for (r, c), aim in np.ndenumerate(aims):
        if np.hypot(r - r0, c - c0) * surface.cell_m > max_distance_m:
            codes[r, c] = BEYOND
        else:
            codes[r, c] = seen_by_hand(surface, eye, r, c, aim + aim_height_m, drop_per_m2)
    return codes


def blocks(rows, cols, boxes, heights, cell_m=1.0, ground=0.0, **options):
    """Build a flat town of boxes given as (row, col, rows, cols) in cells."""
    footprints = [
        shapely.box(c * cell_m, (rows - r - h) * cell_m, (c + w) * cell_m, (rows - r) * cell_m)
        for r, c, h, w in boxes
    ]
    flat = np.full((rows, cols), ground, dtype="float64") if np.isscalar(ground) else ground
    return build_surface(
        flat,
        np.array(footprints, dtype=object),
        np.asarray(heights, dtype="float64"),
        x0=0.0,
        y0=rows * cell_m,
        cell_m=cell_m,
        **options,
    )
