"""A street as it is travelled: speeds, waits, closed gates, stress, worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from shapely import LineString

from urbanplan.base.errors import InputError
from urbanplan.methods.engine import Engine, matrix
from urbanplan.methods.modes import DELAYS_S, SPEEDS_KMH, travelled
from urbanplan.methods.modes.speeds import speeds_of
from urbanplan.model.network import StreetDetails, StreetNetwork
from urbanplan.model.network.details import KIND_COLUMNS, kinds_of

CRS = "EPSG:32647"
KMH = 1 / 3.6


def street(
    mode="drive",
    pieces=({"highway": "residential"},),
    lengths=(100.0,),
    met=(),
    side="left",
    more=(),
    **given,
):
    """Return one edge of pieces from (0, 0) eastwards, and further edges of one piece as lines."""
    whole = sum(lengths)
    lines = [LineString([(0, 0), (whole, 0)]), *more]
    ends = [(line.coords[0], line.coords[-1]) for line in lines]
    places = sorted({end for pair in ends for end in pair})
    rows = [*pieces, *({"highway": "residential"} for _ in more)]
    kind, kinds = kinds_of([tuple(row.get(name) for name in KIND_COLUMNS) for row in rows])
    words = tuple(dict.fromkeys(word for word, *_ in met))
    details = StreetDetails(
        kinds=kinds,
        piece_edge=np.array([0] * len(pieces) + list(range(1, len(lines))), dtype=np.int32),
        piece_kind=kind,
        piece_length_m=np.array([*lengths, *(line.length for line in more)]),
        piece_against=np.array([row.get("against", False) for row in rows], dtype=bool),
        met_words=words,
        met_edge=np.array([row[4] if len(row) > 4 else 0 for row in met], dtype=np.int32),
        met_word=np.array([words.index(row[0]) for row in met], dtype=np.int32),
        met_offset_m=np.array([row[1] for row in met], dtype=float),
        met_way=np.array([row[2] if len(row) > 2 else 0 for row in met], dtype=np.int8),
        met_share=np.array([row[3] if len(row) > 3 else 1.0 for row in met], dtype=float),
        driving_side=side,
    )
    return StreetNetwork.assemble(
        mode=mode, crs=CRS, node_id=range(10, 10 + len(places)), node_x=[p[0] for p in places],
        node_y=[p[1] for p in places], edge_u=[places.index(a) for a, _ in ends],
        edge_v=[places.index(b) for _, b in ends], lines=lines, details=details, **given,
    )  # fmt: skip


def seconds(net, edge=0):
    return [float(net.seconds_forward[edge]), float(net.seconds_backward[edge])]


def test_each_piece_has_its_own_speed_and_limits_hold_by_direction():
    pieces = (
        {"highway": "residential"},
        {"highway": "tertiary", "maxspeed:forward": "60", "maxspeed:backward": "20", "against": True},
    )
    net = travelled(street(pieces=pieces, lengths=(30.0, 70.0)))
    assert seconds(net) == pytest.approx(
        [30 / (30 * KMH) + 70 / (20 * KMH), 30 / (30 * KMH) + 70 / (60 * KMH)]
    )


def test_speeds_are_changed_without_preparing_again():
    net = street(
        pieces=({"highway": "residential"}, {"highway": "primary", "maxspeed": "80"}), lengths=(50.0, 50.0)
    )
    assert seconds(travelled(net, speeds_kmh={"residential": 20})) == pytest.approx(
        [50 / (20 * KMH) + 50 / (80 * KMH)] * 2
    )
    assert seconds(travelled(net, speeds_kmh={"ceiling": 60})) == pytest.approx(
        [50 / (30 * KMH) + 50 / (60 * KMH)] * 2
    )
    assert seconds(travelled(net, speeds_kmh=36.0)) == pytest.approx([10.0, 10.0])
    assert seconds(net) == pytest.approx([12.0, 12.0]), "what was given is left as it was"


def test_motorcycles_have_their_own_ceiling_and_walkers_no_limit():
    fast = ({"highway": "trunk", "maxspeed": "120"},)
    assert seconds(travelled(street("motorcycle", fast))) == pytest.approx([100 / (80 * KMH)] * 2)
    assert seconds(travelled(street("drive", fast))) == pytest.approx([100 / (120 * KMH)] * 2)
    assert seconds(travelled(street("walk", fast))) == pytest.approx([75.0, 75.0])
    assert seconds(travelled(street("walk", fast), speeds_kmh=3.6)) == pytest.approx([100.0, 100.0])
    steps = street("walk", ({"highway": "steps"},))
    assert seconds(travelled(steps, speeds_kmh=3.6)) == pytest.approx([180.0, 180.0]), "stairs stay slow"


def test_waits_are_added_by_direction_and_share():
    net = street(met=[("signals", 40), ("stop", 90, 1), ("give_way", 10, -1), ("signals", 100, 0, 0.5)])
    usual = DELAYS_S["drive"]
    ride = 100 / (30 * KMH)
    assert seconds(travelled(net)) == pytest.approx([
        ride + 1.5 * usual["signals"] + usual["stop"], ride + 1.5 * usual["signals"] + usual["give_way"]
    ])  # fmt: skip
    assert seconds(travelled(net, delays_s={"signals": 0, "stop": 7, "give_way": 0})) == pytest.approx(
        [ride + 7, ride]
    )


def costs(net, origins, places):
    """Return seconds between points given as (edge, metres)."""
    engine = Engine.build(net, cost="seconds")
    start, end = (engine.at([e for e, _ in points], [m for _, m in points]) for points in (origins, places))
    return matrix(engine, start, end)


def test_nobody_gets_through_a_closed_gate_but_up_to_it():
    round_about = LineString([(0, 0), (0, 50), (100, 50), (100, 0)])
    net = travelled(street("walk", met=[("closed", 40)], more=[round_about]))
    assert len(net.edge_u) == 3, "the parts are edge 0 and edge 2"
    assert net.length_m.tolist() == pytest.approx([40, 200, 60])
    assert net.node_id.min() == -2
    pace = 4.8 * KMH
    found = costs(net, [(0, 10)], [(0, 40), (2, 0), (1, 50)])
    assert found[0] == pytest.approx([30 / pace, (10 + 200 + 60) / pace, 60 / pace], abs=0.01)
    ends = sorted((round(x), round(y)) for x, y in zip(net.node_x, net.node_y, strict=True))
    assert ends == [(0, 0), (40, 0), (40, 0), (100, 0)]


def test_several_gates_cut_a_street_to_pieces_that_keep_its_drawing_and_seconds():
    net = travelled(
        street(
            "walk",
            met=[("closed", 30), ("closed", 70)],
            lengths=(60.0, 40.0),
            pieces=({"highway": "path"}, {"highway": "steps"}),
        )
    )
    assert net.length_m.tolist() == pytest.approx([30, 40, 30])
    assert net.seconds_forward.sum() == pytest.approx(60 / (4.8 * KMH) + 40 / (2 * KMH))
    assert [line.coords[:] for line in net.lines] == [
        [(0, 0), (30, 0)],
        [(30, 0), (70, 0)],
        [(70, 0), (100, 0)],
    ]
    assert len(net.component_sizes) == 3


def test_a_gate_at_the_end_of_a_street_takes_it_off_its_node():
    onward = LineString([(100, 0), (200, 0)])
    net = travelled(street("walk", met=[("closed", 100, 0, 0.5), ("closed", 0, 0, 0.5, 1)], more=[onward]))
    assert len(net.component_sizes) == 3, "two streets, and the node that neither is on any longer"
    assert np.isnan(costs(net, [(0, 50)], [(1, 50)])).all()


def test_a_delay_without_end_closes_and_a_private_gate_may_be_closed():
    net = street("walk", met=[("private", 40)])
    assert seconds(travelled(net)) == pytest.approx([78.0, 78.0])
    assert len(travelled(net, delays_s={"private": np.inf}).edge_u) == 2


def test_too_stressful_streets_are_left_or_the_bicycle_is_pushed():
    pieces = ({"highway": "residential"}, {"highway": "tertiary", "cycleway:left": "track"})
    net = street("bike", pieces, (50.0, 50.0))
    calm = travelled(net, max_stress=2)
    assert (calm.forward.tolist(), calm.backward.tolist()) == ([True], [False]), (
        "on the left there is a track, on the right none"
    )
    assert np.isinf(calm.seconds_backward[0])
    right = travelled(street("bike", pieces, (50.0, 50.0), side="right"), max_stress=2)
    assert (right.forward.tolist(), right.backward.tolist()) == ([False], [True])
    pushed = travelled(net, max_stress=2, push_kmh=3.6)
    assert seconds(pushed) == pytest.approx([100 / (15 * KMH), 50 / (15 * KMH) + 50])
    assert travelled(net).backward.tolist() == [True]
    assert travelled(net, max_stress=3).backward.tolist() == [True]


def test_a_network_without_details_is_travelled_by_the_words_of_its_edges():
    plain = StreetNetwork.assemble(
        mode="drive", crs=CRS, node_id=[1, 2], node_x=[0, 100], node_y=[0, 0], edge_u=[0], edge_v=[1],
        tags=pd.DataFrame({"highway": ["primary"]}), forward=[False],
    )  # fmt: skip
    net = travelled(plain)
    assert net.seconds_backward == pytest.approx([100 / (50 * KMH)])
    assert np.isinf(net.seconds_forward[0])
    assert net.turns is None


def test_nothing_else_changes():
    given = street(more=[LineString([(100, 0), (100, 70)])])
    net = travelled(given)
    for name in (
        "node_id",
        "node_x",
        "edge_u",
        "edge_v",
        "length_m",
        "forward",
        "backward",
        "geom_xy",
        "heads",
    ):
        assert np.array_equal(getattr(net, name), getattr(given, name)), name
    assert net.tags.equals(given.tags)


@pytest.mark.parametrize(
    ("mode", "given", "words"),
    [
        ("walk", {"slopes": "steep"}, "slopes are tobler, minetti, flat"),
        ("walk", {"max_stress": 2}, "for bicycles"),
        ("bike", {"max_stress": 5}, "1 to 4, not 5"),
        ("bike", {"push_kmh": 0}, "push_kmh must be above zero"),
        ("drive", {"speeds_kmh": {"primary": 0}}, "above zero km/h.*'primary' is 0"),
        ("drive", {"speeds_kmh": float("nan")}, "above zero km/h"),
        ("drive", {"delays_s": {"signals": -1}}, "'signals' must be zero or more"),
        ("drive", {"delays_s": {"dragon": 1}}, "nothing called 'dragon'"),
        ("drive", {"turn_s": -1}, "turn_s must be zero or more"),
    ],
)
def test_assumptions_that_cannot_be_meant_are_refused(mode, given, words):
    with pytest.raises(InputError, match=words):
        travelled(street(mode), **given)


def test_every_mode_has_speeds_and_delays():
    assert set(SPEEDS_KMH) == set(DELAYS_S) == {"walk", "bike", "motorcycle", "drive"}
    assert speeds_of("walk")["default"] == 4.8
    assert speeds_of("drive", {"residential": 20})["primary"] == 50


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "crs"),
    [
        ("las_palmas/las_palmas_2023.osm.pbf", "EPSG:32628"),
        ("chiang_mai/osm/chiang_mai.osm.pbf", "EPSG:32647"),
    ],
)
def test_real_cities_are_travelled_as_they_were_read_where_nothing_is_assumed(shared, file, crs):
    from urbanplan.sources.osm import read_osm  # noqa: PLC0415

    networks = read_osm(shared / file, crs=crs, layers=[], driving_side="left").networks
    for mode, net in networks.items():
        none = dict.fromkeys(DELAYS_S[mode], 0.0)
        speeds = {"steps": 4.8} if mode == "walk" else None
        made = travelled(net, delays_s=none, speeds_kmh=speeds)
        m = len(net.edge_u)
        uncut = np.flatnonzero(made.length_m[:m] == net.length_m)
        oneway_limits = (
            net.details.kinds[["maxspeed:forward", "maxspeed:backward"]].notna().any(axis=1).to_numpy()
        )
        plain = np.ones(m, dtype=bool)
        plain[net.details.piece_edge[oneway_limits[net.details.piece_kind]]] = False
        same = uncut[plain[uncut]]
        assert len(same) > 0.97 * m
        assert made.seconds_forward[same] == pytest.approx(net.seconds_forward[same])
        assert made.length_m.sum() == pytest.approx(
            net.length_m.sum() + net.length_m[made.turns.twin_of].sum() if made.turns else net.length_m.sum()
        )
