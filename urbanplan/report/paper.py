"""The report as a document for paper: blocks in reading order, which a typesetter lays out on pages."""

from __future__ import annotations

from typing import Any

from urbanplan.report.blocks import Block, Writer, box, cell, heading, listed, paragraph, sign, value
from urbanplan.report.chapters import Figure, Section
from urbanplan.report.paper_appendix import appendix
from urbanplan.report.plates import Plates
from urbanplan.report.values import Table

_PANELS_ACROSS = 3


def blocks(told: dict[str, Any]) -> list[Block]:
    """Return what the report says as blocks: headings, paragraphs, boxes, figures, tables.

    Parameters
    ----------
    told : dict
        What `content` returns.

    Returns
    -------
    list of dict
        Each with its kind under "kind"; texts are plain, and mean nothing to the typesetter.
    """
    writer, plates = Writer(told), Plates(told)
    made = [*_summary(writer), *_scenarios(writer)]
    for _, title, sections in told["chapters"]:
        made += [heading(1, title), *(block for one in sections for block in _section(writer, plates, one))]
    return [*made, *appendix(writer)]


def _summary(writer: Writer) -> list[Block]:
    told, t = writer.told, writer.t
    made = [heading(1, t("report.summary")), paragraph(t("report.summary_lead"))]
    made.append(listed((parts[0], " ".join(parts[1:])) for parts in told["summary"]))
    if told["untold"]:
        items = [f"{why}: {names}" for why, names in told["untold"]]
        made.append(box("gap", t("report.untold"), items))
    if told["unknowns"]["missing"]:
        names = ", ".join(row["layer"] for row in told["unknowns"]["missing"])
        made.append(box("gap", t("report.missing_title"), [names]))
    made += [paragraph(t("report.verdict"), quiet=True), heading(2, t("report.key_numbers"))]
    if not told["key_numbers"]:
        return [*made, paragraph(t("report.no_city_values"))]
    made.append(paragraph(t("report.low_coverage", share=told["low_coverage"]), quiet=True))
    rows = [
        [
            cell(one.name, to=one.anchor if one.anchor in writer.anchors else ""),
            value(one.number),
            cell("" if one.number.unknown else one.unit),
            cell(one.number.coverage, number=True),
            cell(one.date),
        ]
        for one in told["key_numbers"]
    ]
    head = [("table.metric", 2.8), ("table.value", 1.4), ("table.unit", 1.3), ("table.coverage", 0.9)]
    return [
        *made,
        writer.rows(t("report.key_caption"), [*head, ("table.date", 2.6)], rows, numbers={1, 3}),
    ]


def _scenarios(writer: Writer) -> list[Block]:
    if not writer.told["scenarios"]:
        return []
    items = [(name, [f"{kind} {' · '.join(counts)}"]) for name, kind, counts in writer.told["scenarios"]]
    return [
        heading(1, writer.t("scenario.title")),
        paragraph(writer.t("scenario.lead")),
        {"kind": "terms", "items": items},
    ]


def _section(writer: Writer, plates: Plates, section: Section) -> list[Block]:
    t = writer.t
    made = [heading(2, section.title, section.anchor)]
    reading = f"({section.reading})" if section.reading else ""
    made.append(paragraph(section.summary, after=reading))
    if section.empty:
        made.append(box("note", "", [section.empty]))
    if section.notes:
        made.append(box("note", t("report.note"), section.notes))
    made += [writer.remark(one) for one in section.remarks]
    if section.unknown:
        made.append(box("gap", t("report.nowhere"), [f"{names} ({why})" for why, names in section.unknown]))
    if section.figures or section.tables:
        made = [
            made[0],
            *({**block, "keep": True} for block in made[1:]),
        ]  # no words are left behind by their map
    made += [_figure(writer, plates, one) for one in section.figures]
    for table in section.tables:
        made += _table(writer, table)
    return made


def _figure(writer: Writer, plates: Plates, figure: Figure) -> Block:
    t, hover = writer.t, writer.t("report.hover")
    caption = " · ".join(part for part in figure.caption if part != hover)
    if writer.told["synthetic"]:
        caption = f"{caption} · {t('map.synthetic')}"
    return {
        "kind": "figure",
        "maps": [{"svg": plates.map(one, figure), "name": one.name, "alt": one.alt} for one in figure.maps],
        "across": _PANELS_ACROSS if figure.panel else 1,
        "tall": writer.told["frame"].height > writer.told["wide"],
        "unit": figure.unit,
        "reading": figure.reading,
        "classes": [sign(entry) for entry in reversed(figure.classes)],
        "others": [sign(entry) for entry in figure.others],
        "lead": t("report.figure", number=writer.counter.next("figure")),
        "caption": caption,
    }


def _table(writer: Writer, table: Table) -> list[Block]:
    rows = [[cell(row.name, code=row.code), *(value(one) for one in row.numbers)] for row in table.rows]
    words = [
        bool(rows) and all(row[place]["plain"] for row in rows) for place in range(1, len(table.columns) + 1)
    ]
    head = [
        {"text": table.head or writer.t("table.unit_name"), "unit": "", "number": False, "share": 1.7},
        *(
            {"text": name, "unit": unit, "number": not plain, "share": 1.3 if plain else 1.0}
            for (name, unit), plain in zip(table.columns, words, strict=True)
        ),
    ]
    made = [writer.laid(table.caption, head, rows)]
    return [*made, paragraph(table.more, quiet=True)] if table.more else made
