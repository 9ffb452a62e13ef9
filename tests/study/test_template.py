"""A template that is filled in is read without any mapping; an empty one says that it is empty."""

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from ruamel.yaml import YAML
from shapely import Point, box

from urbanplan.base.errors import InputError, NoCrsError, UsageError
from urbanplan.cli import execute
from urbanplan.model.city import City
from urbanplan.model.layers import LAYERS
from urbanplan.sources.municipal import read_attributes, read_vector
from urbanplan.study.check_file import check_file
from urbanplan.study.template import columns_of, names, write_template

LAYER = {
    "heritage": "heritage_zones",
    "rules": "heritage_rules",
    "viewpoints": "viewpoints",
    "targets": "view_targets",
    "venues": "venues",
    "zoning": "zoning",
    "permissions": "plan_rules",
    "assets": "heritage_assets",
    "population": "population",
}
X, Y = 498_000.0, 2_077_000.0


def filled(target, layer, **values):
    """Add one feature, as QGIS does."""
    if layer in {"heritage_rules", "plan_rules"}:
        table = pd.DataFrame({name: [value] for name, value in values.items()})
        pyogrio.write_dataframe(table, target, driver="GPKG", layer=layer, append=True)
        return
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
        crs = None if layer in {"heritage_rules", "plan_rules"} else "EPSG:32647"
        assert (info["layer_name"], info["crs"], info["features"]) == (layer, crs, 0)
        assert list(info["fields"]) == list(columns_of(layer))
        text = guide.read_text(encoding="utf-8")
        assert all(text.count(f"| `{column}` |") == 2 for column in columns_of(layer))
        with pytest.raises(InputError, match=r"the (layer|table) is empty"):
            check_file(target)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        (
            "heritage",
            {"id": "HZ-01", "name": "เขตเมืองเก่า", "in_force_from": "12/03/2562", "max_height_m": 12.0},
        ),
        (
            "rules",
            {"id": "R1", "zone": "HZ-01", "kind": "max_height", "value": 12.0, "in_force_from": "๑/๓/๒๕๖๗"},
        ),
        ("viewpoints", {"id": "V1", "eye_height_m": 1.6, "evidence": "ภาพถ่าย พ.ศ. 2470"}),
        ("targets", {"id": "T1", "asset": "0007", "base_m": 12.0, "top_m": 38.0, "min_visible_share": 0.8}),
        ("venues", {"id": "L1", "use": "lodging", "rooms": 24.0}),
        ("zoning", {"id": "01", "class": "ย.3", "max_far": 4.0}),
        ("permissions", {"id": "R1", "zone": "ย.3", "use": "*", "says": "quota", "quota_share": 0.1}),
        ("assets", {"id": "0007", "name": "วัดพระสิงห์", "registered": 1.0}),
        ("population", {"id": "p1", "population": 120.0}),
    ],
)
def test_a_filled_template_is_read_as_it_stands(tmp_path, name, values):
    target, _ = write_template(name, tmp_path / f"{name}.gpkg")
    layer = LAYER[name]
    filled(target, layer, **values)
    assert check_file(target).kept == 1
    read = read_attributes if layer in {"heritage_rules", "plan_rules"} else read_vector
    frame, record = read(target, name=layer, columns={"id": "id"})
    assert list(frame.index) == [values["id"]]
    assert record.dropped == {}
    dates = {"heritage": "2019-03-12", "rules": "2024-03-01"}
    expected = {**values, "in_force_from": dates[name]} if name in dates else values
    for column, value in expected.items():
        if column != "id":
            assert frame[column].iloc[0] == value


def test_a_table_can_be_filled_in_too(tmp_path):
    for name in names():
        target, _ = write_template(name, tmp_path / f"{name}.csv")
        head = target.read_text(encoding="utf-8-sig").strip().split(",")
        assert head[: len(columns_of(LAYER[name]))] == list(columns_of(LAYER[name]))
    row = {"id": "R1", "zone": "HZ-01", "kind": "max_height", "value": "๑๒", "height_reference": "wall_top"}
    rules = tmp_path / "rules.csv"
    columns = rules.read_text(encoding="utf-8-sig").strip().split(",")
    rules.write_text(",".join(columns) + "\r\n" + ",".join(row.get(name, "") for name in columns) + "\r\n")
    frame, _ = read_attributes(rules, name="heritage_rules")
    assert frame.loc["R1", ["value", "height_reference", "retroactive"]].tolist() == [12.0, "wall_top", False]
    assert check_file(rules).kept == 1


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
