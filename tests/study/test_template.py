"""A template that is filled in is read without any mapping; an empty one says that it is empty."""

import geopandas as gpd
import pyogrio
import pytest
from ruamel.yaml import YAML
from shapely import Point, box

from urbanplan.base.errors import InputError, NoCrsError, UsageError
from urbanplan.cli import execute
from urbanplan.model.city import City
from urbanplan.model.layers import LAYERS
from urbanplan.sources.municipal import read_vector
from urbanplan.study.check_file import check_file
from urbanplan.study.template import columns_of, names, write_template

LAYER = {
    "heritage": "heritage_zones",
    "zoning": "zoning",
    "assets": "heritage_assets",
    "population": "population",
}
X, Y = 498_000.0, 2_077_000.0


def filled(target, layer, **values):
    """Add one feature, as QGIS does."""
    area = LAYERS[layer].kind == "polygon"
    frame = gpd.GeoDataFrame(
        {name: [value] for name, value in values.items()},
        geometry=[box(X, Y, X + 100, Y + 100) if area else Point(X, Y)],
        crs="EPSG:32647",
    )
    pyogrio.write_dataframe(frame, target, driver="GPKG", layer=layer, append=True, promote_to_multi=area)


def test_every_template_has_its_layer_and_the_same_bytes_twice(tmp_path):
    assert names() == list(LAYER)
    for name, layer in LAYER.items():
        target, guide = write_template(name, tmp_path / f"{name}.gpkg")
        again, _ = write_template(name, tmp_path / "again" / f"{name}.gpkg")
        assert target.read_bytes() == again.read_bytes()
        info = pyogrio.read_info(target)
        assert (info["layer_name"], info["crs"], info["features"]) == (layer, "EPSG:32647", 0)
        assert list(info["fields"]) == list(columns_of(layer))
        text = guide.read_text(encoding="utf-8")
        assert all(text.count(f"| `{column}` |") == 2 for column in columns_of(layer))
        with pytest.raises(InputError, match="the layer is empty"):
            check_file(target)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        (
            "heritage",
            {"id": "HZ-01", "name": "เขตเมืองเก่า", "in_force_from": "12/03/2562", "max_height_m": 12.0},
        ),
        ("zoning", {"id": "01", "class": "ย.3", "max_far": 4.0}),
        ("assets", {"id": "0007", "name": "วัดพระสิงห์", "registered": 1.0}),
        ("population", {"id": "p1", "population": 120.0}),
    ],
)
def test_a_filled_template_is_read_as_it_stands(tmp_path, name, values):
    target, _ = write_template(name, tmp_path / f"{name}.gpkg")
    layer = LAYER[name]
    filled(target, layer, **values)
    assert check_file(target).kept == 1
    frame, record = read_vector(target, name=layer, columns={"id": "id"})
    assert list(frame.index) == [values["id"]]
    assert record.dropped == {}
    expected = {**values, "in_force_from": "2019-03-12"} if name == "heritage" else values
    for column, value in expected.items():
        if column != "id":
            assert frame[column].iloc[0] == value


def test_the_lines_for_the_city_file_are_valid(tmp_path):
    for name in names():
        _, guide = write_template(name, tmp_path / f"{name}.gpkg")
        text = guide.read_text(encoding="utf-8")
        lines = [line[4:] for line in text[text.rindex("    sources:") :].splitlines()]
        part = YAML(typ="safe", pure=True).load("\n".join(lines))
        city = City.model_validate(
            {
                "id": "x",
                "name": {"en": "X"},
                "boundary": {"centre": [99.6, 7.5], "radius_m": 900},
                **part,
            }
        )
        assert list(city.layers) == [LAYER[name]]
        assert city.sources[name].file == f"{name}.gpkg"


def test_nothing_is_written_over(tmp_path, capsys):
    target = tmp_path / "plan.gpkg"
    assert execute(["template", "zoning", "--file", str(target)]) == 0
    whole = target.read_bytes()
    assert execute(["template", "zoning", "--file", str(target)]) == 3
    assert "may be filled in" in capsys.readouterr().err
    assert target.read_bytes() == whole
    with pytest.raises(UsageError, match="templates are heritage"):
        write_template("trees", tmp_path / "t.gpkg")
    with pytest.raises(UsageError, match=r"\.gpkg"):
        write_template("zoning", tmp_path / "t.shp")
    with pytest.raises(NoCrsError, match="degrees"):
        write_template("zoning", tmp_path / "t.gpkg", crs="EPSG:4326")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.gpkg", "plan.md"]
