"""What every metric promises, asked of each in the registry: any new one is asked too."""

import inspect

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML
from town import ROOT, frame, streets

from urbanplan.metrics import load
from urbanplan.model.layers import LAYERS, MODES
from urbanplan.model.metric import REGISTRY, SUPPORTS
from urbanplan.model.reason import Reason

load()
COLUMNS = {"value", "coverage", "n", "low", "high", "reason"}
SIGNED_UNITS = {"1/year", "%/year"}
"""Units of rates, which may be below zero."""
FIRST = {m.base: m for m in reversed(REGISTRY.values())}
"""One variant of each: the others run the same lines, and the ordinary town asks them all."""
SIGNED = {"landuse.plan_agreement_kappa", "landuse.population_clustering", "landuse.walkability_frank"}
"""Metrics that may be below zero."""
BASES = [pytest.param(m, id=base) for base, m in sorted(FIRST.items())]


def cases(*, variants=False, only=lambda _: True):
    """Give metrics with each of their supports."""
    chosen = REGISTRY.values() if variants else FIRST.values()
    pairs = [pytest.param(m, s, id=f"{m.id}-{s}") for m in chosen if only(m) for s in m.supports]
    return pytest.mark.parametrize(("metric", "support"), pairs)


def units_of(layers, support):
    """Give what values of a support belong to, as a study area does."""
    layer = layers[SUPPORTS[support]]
    return layer if isinstance(layer, gpd.GeoDataFrame) else layer.streets()


def measure(metric, support, layers, **given):
    """Run a metric as compute does, and check what must hold of every answer."""
    known = {**layers, **given}
    units = known.get("units", units_of(known, support))
    arguments = [units if name == "units" else known[name] for name in metric.layers]
    table = metric.function(*arguments, **metric.variant)
    expected = units if "units" in metric.layers else known["cells"]
    assert table.index.equals(expected.index)
    if isinstance(table, pd.Series):
        table = table.to_frame("value")
    assert set(table) <= COLUMNS
    value, reason = table["value"].to_numpy(dtype=float), table.get("reason", pd.Series("", table.index))
    assert not np.isinf(value).any()
    assert set(reason[np.isnan(value)]) <= {cause.value for cause in Reason}
    assert (reason[~np.isnan(value)] == "").all()
    for column, lowest, highest in (("coverage", 0, 1), ("n", 0, np.inf)):
        numbers = table.get(column, pd.Series(0.0, table.index)).dropna()
        assert numbers.between(lowest - 1e-9, highest + 1e-9).all()
    if metric.unit == "share" or metric.id == "landuse.mix":
        assert np.nanmin(value, initial=0) >= 0
        assert np.nanmax(value, initial=1) <= 1
    elif metric.unit not in SIGNED_UNITS and metric.id not in SIGNED:
        assert np.nanmin(value, initial=0) >= 0
    if "low" in table:
        told = table.dropna(subset=["value", "low", "high"])
        assert (told["low"] <= told["value"] + 1e-9).all()
        assert (told["value"] <= told["high"] + 1e-9).all()
    return table


def same(one, other):
    """Tell that two answers are the same but for rounding."""
    pd.testing.assert_frame_equal(one, other, check_exact=False, rtol=1e-9, atol=1e-9, check_dtype=False)


@cases(variants=True)
def test_an_ordinary_town_is_measured(metric, support, layers):
    table = measure(metric, support, layers)
    assert table["value"].notna().any()
    same(measure(metric, support, layers), table)


@cases()
def test_inputs_are_left_as_they_were(metric, support, layers):
    before = {name: layer.copy() for name, layer in layers.items() if isinstance(layer, gpd.GeoDataFrame)}
    arrays = {
        mode: {k: v.copy() for k, v in vars(layers[mode]).items() if isinstance(v, np.ndarray)}
        for mode in ("walk", "drive")
    }
    measure(metric, support, layers)
    for name, layer in before.items():
        pd.testing.assert_frame_equal(pd.DataFrame(layers[name]), pd.DataFrame(layer))
        assert layers[name].geometry.to_wkb().equals(layer.geometry.to_wkb())
    for mode, columns in arrays.items():
        for name, column in columns.items():
            if column.dtype != object:
                np.testing.assert_array_equal(vars(layers[mode])[name], column)


@cases()
def test_mixed_rows_give_the_same_answers_mixed(metric, support, layers):
    here = measure(metric, support, layers)
    rng = np.random.default_rng(6)
    mixed = {
        name: layer.iloc[rng.permutation(len(layer))] if isinstance(layer, gpd.GeoDataFrame) else layer
        for name, layer in layers.items()
    }
    same(measure(metric, support, mixed).loc[here.index], here)


@cases()
def test_where_a_layer_is_empty_nothing_is_known(metric, support, layers):
    for name in metric.mapped_layers:
        nothing = streets([(5, 5)], np.empty((0, 2)), mode=name) if name in MODES else frame(name, [])
        table = measure(metric, support, layers, **{name: nothing})
        assert table["value"].isna().all()
        if name not in MODES or "cells" not in metric.layers:
            assert (table["reason"] == Reason.NO_PLACES.value).all()


@cases()
def test_one_unit_and_no_unit(metric, support, layers):
    name = "units" if "units" in metric.layers else "cells"
    whole = measure(metric, support, layers)
    first = units_of(layers, support).iloc[[0]]
    one = measure(metric, support, layers, **{name: first})
    assert one["value"].to_numpy() == pytest.approx(whole["value"].iloc[[0]].to_numpy(), nan_ok=True)
    assert measure(metric, support, layers, **{name: first.iloc[:0]}).empty


@cases(only=lambda m: "population" in m.requires)
def test_unknown_people_are_never_zero_people(metric, support, layers):
    unknown = layers["cells"].assign(population=np.nan)
    table = measure(metric, support, {**layers, "cells": unknown})
    assert (table["reason"] == Reason.POPULATION_UNKNOWN.value).all()
    nobody = layers["cells"].assign(population=0.0)
    table = measure(metric, support, {**layers, "cells": nobody})
    assert set(table["reason"]) <= {Reason.NO_PEOPLE.value, ""}
    assert (table["value"].dropna() == 0).all()


@cases(only=lambda m: m.mapped_layers and {"cells", "units"} <= set(m.layers))
def test_where_nothing_is_mapped_nothing_is_known(metric, support, layers):
    table = measure(metric, support, {**layers, "cells": layers["cells"].assign(known=False)})
    assert table["value"].isna().all()
    assert (table["reason"] == Reason.NOT_MAPPED.value).all()
    assert (table["coverage"] == 0).all()


@cases(only=lambda m: set(m.layers) & set(MODES))
def test_a_town_without_a_way_between_its_parts(metric, support, layers):
    modes = [name for name in metric.layers if name in MODES]
    torn = streets([(50, 50), (55, 50), (550, 350), (555, 350)], [(0, 1), (2, 3)], mode=modes[0])
    measure(metric, support, layers, **{modes[0]: torn})


@cases(only=lambda m: m.unit in {"people", "count"} and {"zone", "city"} <= set(m.supports))
def test_people_and_things_of_the_zones_add_up_to_the_city(metric, support, layers):
    assert measure(metric, support, layers)["value"].sum() == pytest.approx(
        measure(metric, "city", layers)["value"].sum(), rel=1e-9
    )


@pytest.mark.parametrize("metric", BASES)
def test_each_is_written_down(metric):
    file = inspect.getsourcefile(metric.function)
    assert file.endswith(f"urbanplan/metrics/{metric.theme}/{metric.function.__name__}.py")
    text = inspect.getdoc(metric.function)
    assert text.split("\n\n")[0].endswith(".")
    for heading in ("Parameters", "Returns", "Notes"):
        assert f"\n{heading}\n---" in text
    for name in (*metric.layers, *metric.knobs, *metric.variant):
        assert name in text
    for knob, default in {**metric.knobs, **metric.variant}.items():
        assert default is not inspect.Parameter.empty
        if isinstance(default, float):
            assert knob.rsplit("_", 1)[-1] in {"m", "m2", "people", "s", "share"}, f"{knob} names no unit"
    assert set(metric.layers) <= {*LAYERS, "units"}


def test_references_are_known():
    known = YAML(typ="safe").load((ROOT / "data" / "references.yml").read_text(encoding="utf-8"))
    used = {key for metric in REGISTRY.values() for key in metric.references}
    assert used <= set(known)
    for entry in known.values():
        assert {"authors", "year", "title"} <= set(entry)


def test_every_metric_has_thai_words():
    words = YAML(typ="safe").load((ROOT / "urbanplan" / "locales" / "th.yml").read_text(encoding="utf-8"))
    assert set(words["metrics"]) == set(FIRST)
    for base, metric in FIRST.items():
        entry = words["metrics"][base]
        assert set(entry) == {"name", "summary"}
        assert any("\u0e00" <= letter <= "\u0e7f" for letter in entry["name"])
        assert any("\u0e00" <= letter <= "\u0e7f" for letter in entry["summary"])
        for knob in metric.variant:
            assert f"{{{knob}}}" in entry["name"]
    for metric in REGISTRY.values():
        for knob, value in metric.variant.items():
            assert words["variants"][knob][value]
