"""Places that a city file asks for by tags: what they are, what they replace, and mistakes in a sentence."""

from pathlib import Path

import pytest

from urbanplan.base.errors import CityFileError, LayerError
from urbanplan.study.prepare import prepare

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "cities" / "sample.yml"
PLACES = "  places: {source: osm}"


@pytest.fixture
def run(village, tmp_path):
    """Prepare the village with other entries of places."""

    def prepared(*entries: str):
        text = SAMPLE.read_text(encoding="utf-8")
        assert PLACES in text
        lines = "".join(f"    - {{{entry}}}\n" for entry in entries)
        city = tmp_path / "sample.yml"
        city.write_text(text.replace(PLACES, f"  places:\n{lines.rstrip()}"), encoding="utf-8")
        return prepare(city, data=village, out=tmp_path / "runs", offline=True)

    return prepared


def test_what_is_asked_for_by_tags_adds_to_the_list_and_says_what_it_is(run):
    usual = run("source: osm").layer("places")
    assert "amenity=restaurant" not in set(usual["kind"])
    area = run(
        "source: osm",
        "source: osm, tags: {amenity: restaurant}, constants: {category: food}",
        "source: osm, tags: {amenity: [pharmacy, clinic]}, constants: {category: convenience}",
    )
    places = area.layer("places")
    assert places.index.is_unique
    asked = places[places["kind"] == "amenity=restaurant"]
    assert len(asked) > 0
    assert set(asked["category"]) == {"food"}
    both = places[places["kind"].isin(["amenity=restaurant", "amenity=pharmacy", "amenity=clinic"])]
    assert set(places.index) == set(usual.index) | set(both.index)
    moved = usual.index[usual["kind"].isin(["amenity=pharmacy", "amenity=clinic"])]
    assert len(moved) > 0
    assert set(places.loc[moved, "category"]) == {"convenience"}
    notes = [
        note for record in area.manifest["layers"]["places"]["quality"] for note in record.get("notes", ())
    ]
    assert any(str(len(moved)) in str(note) for note in notes)
    same = usual.index.difference(moved)
    assert (places.loc[same, "category"] == usual.loc[same, "category"]).all()


def test_a_layer_may_be_made_of_tags_alone(run):
    places = run("source: osm, tags: {amenity: true}, constants: {category: food}").layer("places")
    assert set(places["category"].dropna()) >= {"food"}
    others = places[~places["kind"].str.startswith("amenity=")]
    assert set(others["source"]) == {"gtfs"}, "stops of the timetable are places too"


@pytest.mark.parametrize(
    ("entry", "error", "said"),
    [
        (
            "source: osm, tags: {amenity: zeppelin_mast}",
            LayerError,
            "nothing in sample.osm.pbf carries amenity=zeppelin_mast",
        ),
        (
            "source: zones, tags: {amenity: school}",
            LayerError,
            "tags are asked of OpenStreetMap files, and zones is none",
        ),
        ("source: osm, tags: {amenity: false}", CityFileError, "tags.amenity"),
        ("source: osm, tag: {amenity: school}", CityFileError, "did you mean 'tags'?"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(run, entry, error, said):
    with pytest.raises(error) as caught:
        run("source: osm", entry)
    assert said in str(caught.value)
