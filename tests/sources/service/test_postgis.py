"""A real PostGIS: read whole, read only, in its own system; the address stands in the environment and nowhere else."""

import logging
import traceback

import database
import psycopg
import pytest
import shapely

from urbanplan.base.errors import FetchError, LayerError, NoCrsError, UrbanPlanError
from urbanplan.model.city import Origin
from urbanplan.sources.municipal import read_vector
from urbanplan.sources.service import bring, describe, postgis

AREA = shapely.box(98.95, 18.75, 99.01, 18.80)
SETUP = """
CREATE EXTENSION postgis;
CREATE SCHEMA plan;
CREATE TABLE plan."zoning 1" (id int PRIMARY KEY, "ชื่อ" text, far numeric(4, 2), "ประกาศ" date, tags jsonb, geom geometry(Polygon, 32647));
INSERT INTO plan."zoning 1" SELECT n, 'เขต ' || n, 2.50, '2018-03-12', '{"a": 1}',
  ST_MakeEnvelope(498000 + 100 * (n % 100), 2077000 + 100 * (n / 100),
    498090 + 100 * (n % 100), 2077090 + 100 * (n / 100), 32647) FROM generate_series(0, 11999) n;
CREATE TABLE plan.old (name text, geom geometry(Point, 24047));
INSERT INTO plan.old VALUES ('a', ST_SetSRID(ST_Point(498334, 2076700), 24047));
CREATE TABLE plan.unplaced (geom geometry);
INSERT INTO plan.unplaced VALUES (ST_Point(498334, 2076700));
CREATE TABLE plan.mixed (geom geometry);
INSERT INTO plan.mixed VALUES (ST_SetSRID(ST_Point(1, 2), 4326)), (ST_SetSRID(ST_Point(1, 2), 32647));
CREATE TABLE plan.curved (geom geometry(CurvePolygon, 32647));
INSERT INTO plan.curved VALUES (ST_GeomFromText('CURVEPOLYGON(CIRCULARSTRING(498000 2077000, 498100 2077100, 498200 2077000, 498100 2076900, 498000 2077000))', 32647));
CREATE TABLE plan.empty (geom geometry(Point, 32647));
CREATE TABLE plan.two (geom geometry(Point, 32647), centre geometry(Point, 32647));
CREATE TABLE plan.text (id int);
CREATE VIEW plan.shown AS SELECT * FROM plan."zoning 1" WHERE id < 3;
CREATE VIEW plan.writing AS SELECT nextval('plan.counter'::regclass) AS n, geom FROM plan.old;
CREATE ROLE guest LOGIN;
"""


@pytest.fixture(scope="module")
def address():
    if not database.here():
        pytest.skip("needs PostgreSQL with PostGIS, which .ci/run installs from Debian's packages")
    with database.running() as found:
        with psycopg.connect(found, autocommit=True) as connection:
            connection.execute("CREATE SCHEMA IF NOT EXISTS plan")
            connection.execute("CREATE SEQUENCE plan.counter")
            connection.execute(SETUP.replace("CREATE SCHEMA plan;", ""))
        yield found


@pytest.fixture
def plan_db(address, monkeypatch):
    monkeypatch.setenv("PLAN_DB", address)
    return address


def brought(tmp_path, table, area=AREA):
    return bring(Origin(postgis="PLAN_DB", layer=table), tmp_path / "zoning.parquet", area)


def test_rows_in_the_city_come_in_their_own_system(plan_db, tmp_path):
    path = brought(tmp_path, "plan.zoning 1")
    frame, record = read_vector(
        path, name="zoning", columns={"name": "ชื่อ", "max_far": "far", "class": "tags"}
    )
    assert 500 < len(frame) < 1000, "the city and a margin, of 12,000"
    assert frame.crs.to_epsg() == 32647
    assert frame["max_far"].unique().tolist() == [2.5]
    assert "เขต 0" in set(frame["name"])
    assert frame.area.unique() == pytest.approx([8100.0])
    assert record.crs_from == "file"


def test_everything_comes_where_no_area_is_named_and_twice_the_same(plan_db, tmp_path):
    first = brought(tmp_path, "plan.zoning 1", area=None).read_bytes()
    assert len(read_vector(tmp_path / "zoning.parquet", name="zoning")[0]) == 12_000
    assert brought(tmp_path, "plan.zoning 1", area=None).read_bytes() == first


def test_indian_1975_is_shifted_by_us_and_not_by_the_server(plan_db, tmp_path):
    path = brought(tmp_path, "plan.old")
    frame, record = read_vector(path, name="viewpoints", target="EPSG:32647")
    assert "Royal Thai Survey Department" in record.operation
    assert frame.geometry.iloc[0].distance(shapely.Point(498_000, 2_077_002)) < 50


def test_curves_become_lines_and_views_are_tables(plan_db, tmp_path):
    frame, _ = read_vector(brought(tmp_path, "plan.curved"), name="zoning")
    assert frame.area.iloc[0] == pytest.approx(3.14159 * 100**2, rel=2e-3)
    assert len(read_vector(brought(tmp_path, "plan.shown"), name="zoning")[0]) == 3


@pytest.mark.parametrize(
    ("table", "kind", "said"),
    [
        ("plan.zonign", LayerError, r"no such table; the database has .*plan\.zoning 1"),
        ("plan.old; DROP TABLE plan.old", LayerError, "no such table"),
        ('plan."old"', LayerError, "no such table"),
        ("a.b.c.d", LayerError, r"schema\.table"),
        ("plan.unplaced", NoCrsError, "no SRID"),
        ("plan.mixed", NoCrsError, r"several SRIDs \(4326, 32647\)"),
        ("plan.empty", LayerError, "no row has a geometry"),
        (
            "plan.two",
            LayerError,
            r"has the geometries geom, centre; name the one to read as schema\.table\.column",
        ),
        ("plan.text", LayerError, "no column of geometry"),
        ("plan.writing", FetchError, r"refuses \(25006\)"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(plan_db, tmp_path, table, kind, said):
    with pytest.raises(kind, match=said):
        brought(tmp_path, table)
    assert list(tmp_path.iterdir()) == []
    with psycopg.connect(plan_db) as connection:
        assert connection.execute("SELECT count(*) FROM plan.old").fetchone() == (1,)


def test_who_may_not_read_is_told_so(plan_db, tmp_path, monkeypatch):
    monkeypatch.setenv("PLAN_DB", plan_db.replace("clerk", "guest"))
    with pytest.raises(FetchError, match="right to SELECT"):
        brought(tmp_path, "plan.old")


def test_nothing_in_the_area_and_too_much(plan_db, tmp_path, monkeypatch):
    with pytest.raises(LayerError, match="no row lies in the area"):
        brought(tmp_path, "plan.zoning 1", shapely.box(100.0, 13.0, 100.1, 13.1))
    monkeypatch.setattr(postgis, "MAX_ROWS", 100)
    with pytest.raises(LayerError, match="more than 100 rows"):
        brought(tmp_path, "plan.zoning 1", None)


def test_the_address_is_told_nobody(plan_db, tmp_path, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    secrets = ("geheim", "clerk", plan_db, "host=")
    for wrong in (
        plan_db.replace("host=", "host=/nowhere"),
        "postgresql://clerk:geheim@127.0.0.1:9/x",
        "postgresql://cl erk:geheim@[/x",
    ):
        monkeypatch.setenv("PLAN_DB", wrong)
        with pytest.raises(FetchError, match="PLAN_DB") as caught:
            brought(tmp_path, "plan.old")
        told = "".join(traceback.format_exception(caught.value))
        assert not any(secret in told for secret in secrets)
    monkeypatch.setenv("PLAN_DB", plan_db)
    path = brought(tmp_path, "plan.old")
    assert not any(secret.encode() in path.read_bytes() for secret in secrets)
    assert not any(secret in caplog.text for secret in secrets)
    assert describe(Origin(postgis="PLAN_DB", layer="x")).endswith("variable PLAN_DB names")


def test_a_variable_that_is_not_set_or_holds_something_else(tmp_path, monkeypatch):
    monkeypatch.delenv("PLAN_DB", raising=False)
    with pytest.raises(FetchError, match="PLAN_DB is not set"):
        brought(tmp_path, "plan.old")
    monkeypatch.setenv("PLAN_DB", "service=secret")
    with pytest.raises(FetchError, match="postgresql://") as caught:
        brought(tmp_path, "plan.old")
    assert isinstance(caught.value, UrbanPlanError)
    assert "secret" not in str(caught.value)
