"""Maps show the class of each value where it lies, say what is unknown, and never read text as mathematics."""

import base64
import io

import matplotlib as mpl
import numpy as np
import pytest
import shapely
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from PIL import Image

from urbanplan import report
from urbanplan.base.errors import UsageError
from urbanplan.report import style
from urbanplan.report.canvas import WIDE, canvas, svg_path
from urbanplan.report.cartography import area_path, backdrop, round_length
from urbanplan.report.drawings import drawing
from urbanplan.report.legend import wrap
from urbanplan.report.rows import Rows
from urbanplan.report.scales import scale
from urbanplan.report.words import words


def texts(figure):
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def colour_at(figure, ax, x, y):
    image = np.asarray(Image.open(io.BytesIO(style.png(figure, dpi=100))).convert("RGB"))
    scale_up = 100 / figure.dpi
    column, row = ax.transData.transform((x, y)) * scale_up
    return image[image.shape[0] - 1 - int(row), int(column)] / 255


def bare(results):
    """The same results without anything drawn above the values."""
    kept = {"boundary": results.context["boundary"]}
    return type(results)(results.tidy, results.units, results.metrics, results.provenance, kept)


def test_each_cell_has_the_colour_of_its_class(results):
    figure = report.map(bare(results), "access.nearest_food", lang="th")
    shown = Rows(results).shown("access.nearest_food", "cell")
    classes = scale(shown.value, shown.facts, words("th"))
    ax = figure.axes[0]
    for place in (0, 57, 210, 333):
        point = shown.units.geometry.iloc[place].centroid
        found = classes.classes(shown.value)[place]
        expected = to_rgb(classes.colours[found]) if found >= 0 else None
        colour = colour_at(figure, ax, point.x, point.y)
        if expected is None:
            assert np.ptp(colour) < 0.02  # grey, hatched or between the hatches
        else:
            assert np.allclose(colour, expected, atol=0.02), place


def test_a_map_says_all_that_a_map_must_say(results):
    said = texts(report.map(results, "access.share_within_food", support="zone", lang="th"))
    thai = words("th")
    assert thai.metric_name(results.metrics["access.share_within_food"]) in said
    assert thai.text("map.osm") in " ".join(said)
    assert thai.text("map.synthetic") in said
    assert thai.text("map.north") in said
    assert thai.unit_legend("share") in said
    assert any("25%" in text for text in said)  # one of four zones is unknown
    assert any(text.endswith("ม.") for text in said)  # the scale bar
    reach = thai.text(
        "report.caption_coverage", share=thai.number(0.75, "share"), units=thai.support("zone", many=True)
    )
    assert reach in said


def test_names_are_never_mathematics_and_thai_has_its_glyphs(results):
    figure = report.map(results, "access.share_within_food", support="zone", lang="en")
    names = [text for text in figure.findobj(Text) if "$x_1$" in text.get_text()]
    assert names
    assert not any(text.get_parse_math() for text in names)
    style.png(figure, dpi=60)  # a glyph that no font has would be a warning, and warnings are errors


def test_letters_that_no_font_has_are_replaced():
    assert style.drawable("Wat \U0001f9ff\n\n วัด") == "Wat □ วัด"
    assert len(style.drawable("ก" * 500)) <= 61
    for longest in range(8, 12):
        cut = style.drawable("น้ำ" * 40, longest).removesuffix("…")
        assert cut == "น้ำ" * (len(cut) // 3)


def test_the_scale_bar_is_as_long_as_it_says(build):
    for n in (7, 20, 43):
        figure = report.map(build(n), "landuse.mix", lang="en")
        ax, side = figure.axes[0], figure.axes[1]
        bars = [
            patch
            for patch in side.patches
            if isinstance(patch, Rectangle) and patch.get_height() == pytest.approx(0.055)
        ]
        inches = sum(bar.get_width() for bar in bars)
        box = ax.get_position()
        metres_per_inch = np.ptp(ax.get_xlim()) / (box.width * figure.get_size_inches()[0])
        said = next(text for text in texts(figure) if text.endswith(("\u00a0m", "\u00a0km")))
        value, unit = said.split("\u00a0")
        assert inches * metres_per_inch == pytest.approx(
            float(value) * (1000 if unit == "km" else 1), rel=1e-6
        )
        assert np.ptp(ax.get_xlim()) / np.ptp(ax.get_ylim()) == pytest.approx(
            box.width / box.height * 7.2 / figure.get_size_inches()[1], rel=1e-6
        )


def test_round_lengths():
    assert [round_length(x) for x in (0.3, 1, 9, 10, 499, 500, 1999)] == [1, 1, 5, 10, 200, 500, 1000]


def test_the_same_results_give_the_same_picture(build):
    pictures = {style.png(report.map(build(8), "landuse.mix", lang="th"), dpi=80) for _ in range(2)}
    assert len(pictures) == 1


def test_user_settings_neither_change_nor_are_changed(build):
    plain = style.png(report.map(build(6), "landuse.mix"), dpi=60)
    with mpl.rc_context(
        {"font.size": 30, "axes.facecolor": "red", "hatch.linewidth": 9, "text.color": "red"}
    ):
        assert style.png(report.map(build(6), "landuse.mix"), dpi=60) == plain
        assert mpl.rcParams["font.size"] == 30


def test_a_notebook_shows_a_map_once_as_a_picture(results):
    figure = report.map(results, "landuse.mix")
    data, size = figure._repr_png_()
    assert data.startswith(b"\x89PNG")
    assert size["width"] == 720
    assert isinstance(figure, Figure)


def test_panels_share_one_scale(results):
    figure = report.panels(
        results, ["access.nearest_food", "access.nearest_school"], lang="th", title="ระยะเดิน"
    )
    assert len(figure.frames) == 2
    thai = words("th")
    assert {thai.variant("category", "food"), thai.variant("category", "school"), "ระยะเดิน"} <= set(
        texts(figure)
    )
    one, other = (ax.get_images()[0].get_array() for ax in figure.axes[:2])
    shared = {tuple(pixel) for pixel in np.asarray(one).reshape(-1, 4)} & {
        tuple(pixel) for pixel in np.asarray(other).reshape(-1, 4)
    }
    assert len(shared) >= 5


def test_a_map_fits_into_a_figure_of_ones_own(results):
    mine = Figure()
    ax = mine.add_subplot()
    assert report.map(results, "landuse.mix", ax=ax) is mine
    assert ax.get_images()


def test_a_map_of_nothing_known_says_so(results):
    said = texts(report.map(results, "heritage.count", support="zone", lang="en"))
    assert words("en").text("map.no_values") in said
    assert any("100\u00a0% of zones" in text.replace(" \n", " ") or "100" in text for text in said)


def test_a_proxy_is_drawn_broken_and_called_one(results):
    said = " ".join(texts(report.map(results, "heritage.count", support="zone", lang="en")))
    assert "proxy" in said


def test_what_is_not_there_is_refused_with_what_there_is(results):
    with pytest.raises(UsageError, match=r"landuse\.mix"):
        report.map(results, "landuse.mixx")
    with pytest.raises(UsageError, match="they hold cell, zone, city"):
        report.map(results, "landuse.mix", support="building")
    with pytest.raises(UsageError, match="at least one"):
        report.panels(results, [])


def test_a_scenario_and_a_period_are_chosen(build):
    results = build(4)
    results.tidy.loc[results.tidy["metric"] == "landuse.mix", "scenario"] = "plan"
    assert report.map(results, "landuse.mix", scenario="plan")
    with pytest.raises(UsageError, match="no values"):
        report.map(results, "landuse.mix")
    with pytest.raises(UsageError, match="no values"):
        report.map(results, "landuse.mix", scenario="plan", period="1999")


# drawings of the page


def decoded(path):
    """Read our SVG paths (M, l, z) back into polygons: an independent reader."""
    rings = []
    for part in path.replace("z", "").split("M")[1:]:
        start, _, moves = part.partition("l")
        points = [np.array(list(map(int, start.split(","))))]
        for move in moves.split():
            points.append(points[-1] + np.array(list(map(int, move.split(",")))))
        rings.append(np.array(points))
    return rings


def test_svg_paths_hold_the_shape(results):
    ground = backdrop(results)
    frame = canvas(ground, results.units["zone"])
    ring = results.context["water"].geometry.iloc[0]
    rings = decoded(svg_path(area_path([ring]), frame))
    assert len(rings) == 2
    areas = sorted(shapely.Polygon(points).area * frame.step**2 for points in rings)
    assert areas[1] - areas[0] == pytest.approx(ring.area, rel=0.01)
    boxes = [decoded(path)[0] for _, path in frame.shapes.values()]
    assert sum(shapely.Polygon(box).area for box in boxes) * frame.step**2 == pytest.approx(4e6, rel=0.005)


def test_the_picture_of_cells_has_a_pixel_of_the_right_colour_for_each(results):
    shown = Rows(results).shown("landuse.mix", "cell")
    classes = scale(shown.value, shown.facts, words("en"))
    frame = canvas(backdrop(results), None)
    drawn = drawing(shown, classes, frame, name="", alt="", told={}, names={}).picture
    image = Image.open(io.BytesIO(base64.b64decode(drawn.address.partition(",")[2]))).convert("RGBA")
    pixels = np.asarray(image)
    found = classes.classes(shown.value)
    for place, (row, col) in enumerate(zip(shown.units["row"], shown.units["col"], strict=True)):
        side = image.width // 20
        pixel = pixels[row * side + side // 2, col * side + side // 2]
        assert pixel[3] == (0 if found[place] < 0 else 255)
        if found[place] >= 0:
            assert np.allclose(pixel[:3] / 255, to_rgb(classes.colours[found[place]]), atol=0.003)
    assert drawn.width * frame.step == pytest.approx(2000, rel=1e-4)
    assert drawn.x + drawn.width < WIDE


def test_labels_do_not_overlap(results):
    frame = canvas(backdrop(results), results.units["zone"])
    shown = Rows(results).shown("landuse.mix", "zone")
    names = dict.fromkeys(shown.units.index, "Name of a zone")
    labels = drawing(shown, None, frame, name="", alt="", told={}, names=names).labels
    assert 1 <= len(labels) <= 4
    assert len({(label.x, label.y) for label in labels}) == len(labels)


def test_thai_is_wrapped_between_clusters():
    lines = wrap("ไม่ทราบค่าเพราะยังไม่มีการสำรวจลงแผนที่", 8)
    assert "".join(lines) == "ไม่ทราบค่าเพราะยังไม่มีการสำรวจลงแผนที่"
    assert all(line[0] not in "่้๊๋ะาำิีึืุู็์ๆ" and line[-1] not in "เแโใไ" for line in lines)
    assert wrap("a bb ccc dddd", 6) == ["a bb", "ccc", "dddd"]
