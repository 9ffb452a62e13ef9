"""What stands behind the numbers, for paper: zones, what is unknown, the data, the methods, how to cite."""

from __future__ import annotations

from urbanplan.report.blocks import Block, Writer, box, cell, heading, paragraph


def appendix(writer: Writer) -> list[Block]:
    """Return the chapters that follow those of the themes."""
    return [
        *_zones(writer),
        *_unknown(writer),
        *_data(writer),
        *_methods(writer),
        *_cite(writer),
        *_licences(writer),
    ]


def _zones(writer: Writer) -> list[Block]:
    told, t = writer.told, writer.t
    if not told["zones"]:
        return []
    made = [heading(1, t("report.zones_title")), paragraph(t("report.zones_lead"))]
    if any(zone["proxy"] for zone in told["zones"]):
        made.append(box("note", t("map.proxy"), [t("report.zones_proxy")]))
    rows = [
        [
            cell(zone["name"], code=t("map.heritage_proxy") if zone["proxy"] else ""),
            *(cell(zone[name]) for name in ("kind", "version", "instrument")),
            cell(zone["height"] or t("table.not_stated"), number=True),
            *(cell(zone[name]) for name in ("in_force", "status")),
        ]
        for zone in told["zones"]
    ]
    head = [("table.unit_name", 1.8), ("report.zone_kind", 1.2), ("report.zone_version", 1.0)]
    head += [("report.zone_instrument", 1.8), ("report.zone_height", 1.1), ("report.zone_in_force", 1.3)]
    return [*made, writer.rows(t("report.zones_caption"), [*head, ("report.zone_status", 1.0)], rows, {4})]


def _unknown(writer: Writer) -> list[Block]:
    t, unknowns = writer.t, writer.told["unknowns"]
    made = [heading(1, t("report.unknown_title")), paragraph(t("report.unknown_lead"))]
    made.append(heading(2, t("report.missing_title")))
    if unknowns["missing"]:
        names = ("layer", "why_missing", "makes_unknown")
        rows = [[cell(row[name]) for name in names] for row in unknowns["missing"]]
        head = [("table.layer", 1.0), ("table.why_missing", 1.6), ("table.makes_unknown", 2.0)]
        made.append(writer.rows(t("report.missing_caption"), head, rows))
    else:
        made.append(paragraph(t("report.missing_none")))
    if unknowns["known"]:
        made += [heading(2, t("report.mapped_title")), paragraph(t("report.mapped_lead"))]
        rows = [[cell(row["layer"]), cell(row["share"], number=True)] for row in unknowns["known"]]
        made.append(
            writer.rows(
                t("report.mapped_caption"), [("table.layer", 2.0), ("table.known_share", 1.0)], rows, {1}
            )
        )
    return [*made, *_reasons(writer)]


def _reasons(writer: Writer) -> list[Block]:
    t, unknowns = writer.t, writer.told["unknowns"]
    made = [heading(2, t("report.reasons_title"))]
    if unknowns["reasons"]:
        rows = [
            [
                cell(row["metric"], to=row["anchor"] if row["anchor"] in writer.anchors else ""),
                *(cell(row[name]) for name in ("support", "reason")),
                *(cell(row[name], number=True) for name in ("count", "total", "share")),
            ]
            for row in unknowns["reasons"]
        ]
        head = [("table.metric", 2.2), ("table.support", 1.1), ("table.reason", 2.0)]
        head += [("table.units_unknown", 0.9), ("table.units_total", 0.9), ("table.share_unknown", 0.9)]
        made.append(writer.rows(t("report.reasons_caption"), head, rows, {3, 4, 5}))
        made.append(heading(3, t("report.reasons_meaning")))
        made.append({"kind": "terms", "items": [(short, [long]) for short, long in unknowns["meanings"]]})
    else:
        made.append(paragraph(t("report.reasons_none")))
    return [*made, heading(2, t("report.coverage_title")), paragraph(unknowns["low"])]


def _data(writer: Writer) -> list[Block]:
    told, t = writer.told, writer.t
    made = [heading(1, t("report.data_title")), paragraph(t("report.data_lead"))]
    if told["sources"]:
        names = ("file", "date", "licence", "checksum", "size", "origin")
        rows = [
            [cell(row["attribution"], code=row["key"]), *(cell(row[name]) for name in names)]
            for row in told["sources"]
        ]
        head = [("table.source", 2.0), ("table.file", 1.5), ("table.date", 1.2), ("table.licence", 1.2)]
        head += [("table.checksum", 1.4), ("table.size", 0.9), ("table.origin", 2.2)]
        made.append(writer.rows(t("report.sources_caption"), head, rows))
    if told["layers"]:
        made.append(_quality(writer))
        if told["repairs"]:
            made.append(paragraph(f"{t('report.repairs_lead')} {told['repairs']}"))
        for row in told["layers"]:
            made += [writer.remark(one, row["layer"]) for one in row["remarks"]]
    if told["layer_notes"]:
        made += [heading(2, t("table.notes")), {"kind": "terms", "items": told["layer_notes"]}]
    if told["remarks"]:
        made += [heading(2, t("report.remarks_title")), paragraph(t("report.remarks_lead"))]
        made += [writer.remark(one, one["about"]) for one in told["remarks"]]
    return made


def _quality(writer: Writer) -> Block:
    counts, texts = ("read", "rows", "repaired"), ("dropped", "encoding", "transformation")
    rows = [
        [
            *(cell(row[name]) for name in ("layer", "date", "source")),
            *(cell(row[name], number=True) for name in counts),
            *(cell(row[name]) for name in texts),
        ]
        for row in writer.told["layers"]
    ]
    head = [("table.layer", 1.4), ("table.date", 1.1), ("table.file", 1.5), ("table.read", 0.8)]
    head += [
        ("table.rows", 0.8),
        ("table.repaired", 0.8),
        ("table.dropped", 1.8),
        ("table.encoding", 0.9),
    ]
    head += [("table.transformation", 2.0)]
    return writer.rows(writer.t("report.quality_caption"), head, rows, {3, 4, 5})


def _methods(writer: Writer) -> list[Block]:
    t = writer.t
    made = [heading(1, t("report.methods_title")), paragraph(t("report.methods_lead"))]
    if writer.told["travel"]:
        made += [heading(2, t("travel.title")), paragraph(t("travel.lead"))]
        made.append({"kind": "terms", "items": writer.told["travel"]})
    for one in writer.told["methods"]:
        told = [
            ("formula", one["formula"]),
            ("unit", one["unit"]),
            ("direction", one["direction"]),
            ("layers", one["layers"]),
            ("supports", one["supports"]),
            ("variants", ", ".join(one["variants"])),
            ("knobs", ", ".join(one["settings"])),
            ("references", ", ".join(one["references"])),
            ("id", ", ".join(one["ids"])),
        ]
        items = [(t(f"report.method_{name}"), [text]) for name, text in told if text]
        made += [
            heading(2, one["title"], listed=False),
            paragraph(one["summary"]),
            {"kind": "terms", "items": items},
        ]
    return made


def _cite(writer: Writer) -> list[Block]:
    t, cite = writer.t, writer.told["cite"]
    made = [
        heading(1, t("report.cite_title")),
        paragraph(t("report.cite_lead")),
        box("note", "", [cite["text"]]),
    ]
    if cite["example"]:
        made.append(
            paragraph(f"{t('report.reference_lead')} {cite['example']}. {t('report.reference_paper')}")
        )
    remark = cite["remark"]
    code = (
        f"remarks:\n  - about: {remark['about']}\n    by: {remark['by']}\n    date: 2026-01-31\n"
        f"    text: {{en: …, th: …}}   # {remark['text']}"
    )
    return [*made, paragraph(t("report.disagree_lead")), {"kind": "code", "text": code}]


def _licences(writer: Writer) -> list[Block]:
    told, t = writer.told, writer.t
    made = [heading(1, t("report.licence_title"))]
    made.append(paragraph(f"{t('report.licence_lead')} {' · '.join(told['attributions'])}."))
    made.append(paragraph(t("report.font_licence")))
    if told["software"]:
        software = ", ".join(f"{name} {version}" for name, version in told["software"])
        made.append(paragraph(f"{t('report.software')}: {software}", quiet=True))
    return made
