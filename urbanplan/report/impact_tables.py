"""Tables of the impact dossier: what was measured, the fields of both guidances, several proposals at once, and who disagrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import numpy as np
from geopandas import GeoDataFrame

from urbanplan.model.assessment import OF_2011, OF_2022
from urbanplan.report.chapters import Maker
from urbanplan.report.scenarios import ACTUAL, scenario_name
from urbanplan.report.values import Number, Row, Table
from urbanplan.report.words import NBSP, Words

EVIDENCE, TOGETHER, ENTRIES = "impact.evidence", "impact.together", "impact.entries"
SIZES = ("negligible", "minor", "moderate", "major")
MINUS = "\N{MINUS SIGN}"
_MOST = 40
_SAME = 1e-9
Record = Mapping[Any, Any]
Records = list[tuple[int, Record]]
Said = Mapping[tuple[str, str], list[str]]


def tables(changed: GeoDataFrame, scenario: str, maker: Maker) -> list[Table]:
    """Return what was measured, the fields of 2011, and the fields of 2022, of one scenario; the largest changes first."""
    spoken = maker.words
    if changed.empty:
        return []
    name = scenario_name(maker.results.provenance, scenario, spoken)
    sizes = (*reversed(SIZES), "unknown", "no_thresholds", "no_change", "no_proposal")
    size = changed["magnitude"].map(sizes.index)
    ranked = changed.assign(_size=size).sort_values("_size", kind="stable").drop(columns="_size")
    more = ""
    if len(ranked) > _MOST:
        shown = spoken.digits(_MOST, "count")
        more = spoken.text("listing.more", shown=shown, total=spoken.digits(len(ranked), "count"))
    records = [(int(place), row) for place, row in zip(ranked.index, ranked.to_dict("records"), strict=True)]
    records = records[:_MOST]
    made = [_measured(records, name, more, maker)]
    if scenario != ACTUAL:
        said = _said(maker.results.listings.get(ENTRIES))
        made += [*_of_2011(records, said, name, spoken), _of_2022(records, said, name, spoken)]
    return made


def _measured(records: Records, scenario: str, more: str, maker: Maker) -> Table:
    spoken = maker.words
    rows = []
    for place, row in records:
        reference = f"{quote(EVIDENCE, safe='.')}/{place + 1}"
        cells = [
            Number(spoken.code("measure", str(row["measure"])), reference, plain=True),
            _with_state(row, "before", spoken),
            _with_state(row, "after", spoken),
            _bounded(row, "change", spoken, signed=True),
            _word("direction", row["direction"], spoken),
            _word("how_sure", row["how_sure"], spoken),
            _law(row, spoken),
            Number(_date(row["data_date"], spoken), plain=True),
        ]
        rows.append(Row(str(row["row"]), _name(row, spoken), cells))
    heads = ["measure", "before", "after", "change", "direction", "how_sure", "clause", "data_date"]
    if all(row["scenario"] == ACTUAL for _, row in records):  # nothing is proposed: no state but one
        kept = [
            place for place, head in enumerate(heads) if head in {"measure", "before", "clause", "data_date"}
        ]
        heads = [heads[place] for place in kept]
        rows = [Row(row.code, row.name, [row.numbers[place] for place in kept]) for row in rows]
    return Table(
        spoken.text("impact.measured", scenario=scenario),
        [(spoken.word("columns", head), "") for head in heads],
        rows,
        more,
        spoken.word("columns", "attribute"),
    )


def _of_2011(records: Records, said: Said, scenario: str, spoken: Words) -> list[Table]:
    """Return the rows that have a proposed magnitude, or of which an assessor decided a field of 2011."""
    rows = []
    for _, row in records:
        entered = any((str(row["row"]), field) in said for field in OF_2011)
        if row["magnitude"] == "no_thresholds" and not entered:
            continue
        cells = [Number(spoken.code("measure", str(row["measure"])), plain=True)]
        cells += [_both(field, [row], said, spoken) for field in OF_2011]
        rows.append(Row("", _name(row, spoken), cells))
    if not rows:
        return []
    heads = [(spoken.word("columns", head), "") for head in ("measure", *OF_2011)]
    how = spoken.text("impact.of_2011_how")
    return [
        Table(
            spoken.text("impact.of_2011", scenario=scenario),
            heads,
            rows,
            how,
            spoken.word("columns", "attribute"),
        )
    ]


def _of_2022(records: Records, said: Said, scenario: str, spoken: Words) -> Table:
    """Return one row for each attribute, with all that was measured of it."""
    groups: dict[tuple[str, str], list[Record]] = {}
    for _, row in records:
        groups.setdefault((str(row["attribute_kind"]), str(row["attribute"])), []).append(row)
    rows, fields = [], [field for field in OF_2022 if field != "impact"]
    for group in groups.values():
        before, impact = [], []
        for row in group:
            what = spoken.code("measure", str(row["measure"]))
            before.append(f"{what}: {_bounded(row, 'before', spoken).text}")
            impact.append(f"{what}: {_bounded(row, 'change', spoken, signed=True).text}")
        entered = [text for row in group for text in _entered("impact", row, said, spoken)]
        cells = [
            Number(text, plain=True) for text in (scenario, "; ".join(before), "; ".join([*impact, *entered]))
        ]
        cells += [_both(field, group, said, spoken) for field in fields]
        rows.append(Row("", _name(group[0], spoken), cells))
    heads = [spoken.text("impact.action"), spoken.text("impact.baseline")]
    heads += [spoken.word("columns", field) for field in ("impact", *fields)]
    return Table(
        spoken.text("impact.of_2022", scenario=scenario),
        [(head, "") for head in heads],
        rows,
        spoken.text("impact.of_2022_how"),
        spoken.word("columns", "attribute"),
    )


def together(frame: GeoDataFrame, maker: Maker) -> Table:
    """Return what proposals do at once beside what each does alone."""
    spoken, rows = maker.words, []
    for place, row in enumerate(frame.head(_MOST).to_dict("records")):
        reference, unit = f"{quote(TOGETHER, safe='.')}/{place + 1}", str(row["unit"])
        left = _bounded(row, "interaction", spoken, signed=True)
        cells = [
            Number(spoken.code("measure", str(row["measure"])), reference, plain=True),
            Number(scenario_name(maker.results.provenance, str(row["scenario"]), spoken), plain=True),
            Number(_each(str(row["alone_each"]), unit, maker), plain=True),
            _amount(row["alone_sum"], unit, spoken),
            _amount(row["together"], unit, spoken),
            left,
            _word("adds_up", row["adds_up"], spoken),
        ]
        rows.append(Row("", _name(row, spoken), cells))
    heads = ("measure", "scenario", "alone_each", "alone_sum", "together", "interaction", "adds_up")
    return Table(
        spoken.text("impact.together"),
        [(spoken.word("columns", head), "") for head in heads],
        rows,
        "",
        spoken.word("columns", "attribute"),
    )


def _each(text: str, unit: str, maker: Maker) -> str:
    """Return the changes of the single proposals with their names and unit."""
    spoken, told = maker.words, []
    for part in text.split("; "):
        key, _, numbers = part.partition(": ")
        ends = [_signed(float(number), unit, spoken) for number in numbers.split(" to ") if number != "?"]
        name = scenario_name(maker.results.provenance, key, spoken)
        text = ends[0] if len(ends) == 1 else spoken.text("impact.unknown")
        text = spoken.text("impact.range", low=ends[0], high=ends[1]) if len(ends) > 1 else text
        told.append(f"{name} {text}")
    return "; ".join(told)


def entries(frame: GeoDataFrame, maker: Maker) -> Table:
    """Return every decision of an assessor beside what was computed, with name, date and reason."""
    spoken, rows = maker.words, []
    order = ("disagrees", "recorded", "agrees", "gone")
    ranked = frame.assign(_rank=frame["agreement"].map(order.index)).sort_values("_rank", kind="stable")
    for row in ranked.head(10 * _MOST).to_dict("records"):
        field = str(row["field"])
        state = [spoken.code("agreement", str(row["agreement"]))]
        state += [spoken.text("impact.stale")] if row["stale"] == "yes" and row["agreement"] != "gone" else []
        state += [spoken.text("impact.contested")] if row["contested"] == "yes" else []
        where = [_text(row["measure"]) and spoken.code("measure", str(row["measure"]))]
        where.append(
            _text(row["scenario"]) and scenario_name(maker.results.provenance, str(row["scenario"]), spoken)
        )
        cells = [
            Number(" · ".join(part for part in where if part) or spoken.text("table.not_stated"), plain=True),
            Number(spoken.word("columns", field), plain=True),
            _word(field, row["computed"], spoken) if _text(row["computed"]) else Number(spoken.text("impact.not_computed"), plain=True),
            _word(field, row["entered"], spoken),
            Number(str(row["by"]), plain=True),
            Number(_date(row["entered_on"], spoken), plain=True),
            Number(str(row["why"]), plain=True),
            Number("; ".join(state), plain=True),
            _word("matrix_then", row["matrix_then"], spoken) if _text(row["matrix_then"]) else Number("", plain=True),
        ]  # fmt: skip
        rows.append(Row("", _name(row, spoken) or str(row["row"]), cells))
    heads = ["measure", "field", "computed", "entered", "by", "entered_on", "why", "agreement", "matrix_then"]
    return Table(
        spoken.text("impact.entries"),
        [(spoken.word("columns", head), "") for head in heads],
        rows,
        "",
        spoken.word("columns", "attribute"),
    )


def _said(entries: GeoDataFrame | None) -> dict[tuple[str, str], list[str]]:
    """Return the words that assessors entered, with who entered them, by row and field."""
    out: dict[tuple[str, str], list[str]] = {}
    for row in [] if entries is None else entries.to_dict("records"):
        out.setdefault((str(row["row"]), str(row["field"])), []).append(f"{row['entered']}\0{row['by']}")
    return out


def _entered(field: str, row: Record, said: Said, spoken: Words) -> list[str]:
    made = []
    for text in said.get((str(row["row"]), field), []):
        word, _, by = text.partition("\0")
        made.append(spoken.text("impact.by", value=spoken.code(field, word), by=by))
    return made


def _both(field: str, rows: Sequence[Record], said: Said, spoken: Words) -> Number:
    """Return what was computed for a field of some rows, and beside it what each assessor entered."""
    column = {"likelihood_of_impact": "how_sure"}.get(field, field)
    computed = [_computed(field, column, row, spoken) for row in rows if column in row]
    entered = [text for row in rows for text in _entered(field, row, said, spoken)]
    told = [part for part in dict.fromkeys([*computed, *entered]) if part]
    return Number("; ".join(told) or spoken.text("impact.for_assessor"), plain=True)


def _computed(field: str, column: str, row: Record, spoken: Words) -> str:
    text = spoken.code(column, str(row[column]))
    if field == "magnitude" and row["magnitude_low"] != row["magnitude_high"]:
        ends = [spoken.code("magnitude", str(row[f"magnitude_{end}"])) for end in ("low", "high")]
        return spoken.text("impact.between", value=text, low=ends[0], high=ends[1])
    return text


def _name(row: Record, spoken: Words) -> str:
    names = [_text(row["name"]), _text(row["name_en"])]
    return next((name for name in (names if spoken.lang == "th" else names[::-1]) if name), "")


def _date(value: object, spoken: Words) -> str:
    """Return a date that may be broken into lines in a narrow column."""
    return spoken.date(_text(value)).replace(NBSP, " ")


def _text(value: object) -> str:
    return str(value) if isinstance(value, str) else ""


def _word(column: str, value: object, spoken: Words) -> Number:
    text = _text(value)
    return Number(spoken.code(column, text), plain=True, unknown=text in {"unknown", ""})


def _law(row: Record, spoken: Words) -> Number:
    """Return the clause, its zone and version, and from when it holds."""
    parts = [_text(row["clause"])]
    if _text(row["zone"]):
        parts.append(spoken.text("impact.zone", zone=row["zone"], version=_text(row["version"]) or "?"))
    if _text(row["in_force_from"]):
        parts.append(spoken.text("impact.from", date=_date(row["in_force_from"], spoken)))
    told = [part for part in parts if part]
    return Number("; ".join(told) or spoken.text("table.not_stated"), plain=True, unknown=not told)


def _bounded(row: Record, column: str, spoken: Words, *, signed: bool = False) -> Number:
    """Return a value with its bounds, or the bounds alone where it is not known."""
    value, low, high = (float(row[name]) for name in (column, f"{column}_low", f"{column}_high"))
    unit, between = str(row["unit"]), ""
    if row["measure"] == "required_kept" and column != "interaction":
        return _kept(value, spoken, changed=signed)
    tell = _signed if signed else _plain
    if np.isfinite([low, high]).all():
        ends = [tell(end, unit, spoken) for end in (low, high)]
        between = spoken.text("impact.range", low=ends[0], high=ends[1]) if ends[0] != ends[1] else ends[0]
    if not np.isfinite(value):
        return Number(between or spoken.text("impact.unknown"), unknown=True)
    text = tell(value, unit, spoken)
    shown = f"{text} ({between})" if between not in {"", text} else text
    return Number(shown, value=f"{value:.8g}")


def _with_state(row: Record, column: str, spoken: Words) -> Number:
    """Return a value; of a view that cannot be measured, or only between bounds, its state in words too."""
    found, state = _bounded(row, column, spoken), _text(row[f"state_{column}"])
    if not found.unknown or not state:
        return found
    return Number(f"{found.text}; {spoken.code('state', state)}", unknown=True)


def _kept(value: float, spoken: Words, *, changed: bool) -> Number:
    """Tell in words whether a view keeps the share that must stay visible, or what becomes of that."""
    if not np.isfinite(value):
        return Number(spoken.text("impact.unknown"), unknown=True)
    word = f"{'change' if changed else 'is'}_{round(value)}"
    return Number(spoken.text(f"impact.kept.{word}"), value=f"{value:.8g}", plain=True)


def _amount(value: float, unit: str, spoken: Words) -> Number:
    if not np.isfinite(value):
        return Number(spoken.text("impact.unknown"), unknown=True)
    return Number(_signed(value, unit, spoken), value=f"{value:.8g}")


def _plain(value: float, unit: str, spoken: Words) -> str:
    return spoken.area(value) if unit == "m2" else spoken.number(value, unit)


def _signed(value: float, unit: str, spoken: Words) -> str:
    """Return a change with its sign."""
    if abs(value) <= _SAME:
        return _plain(0.0, unit, spoken)
    return f"{'+' if value > 0 else MINUS}{_plain(abs(value), unit, spoken)}"
