"""A proposed mapping in words: lines for a reader, and YAML for the city file with the evidence beside each line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from urbanplan.base.notes import shown
from urbanplan.report.words import Words, words

_PLAIN = re.compile(r"^[A-Za-z_\u0e01-\u0e2e\u0e40-\u0e44][\w\u0e00-\u0e7f]*(?:[ .-][\w\u0e00-\u0e7f]+)*$")
_TAKEN = {"true", "false", "yes", "no", "on", "off", "null", "y", "n", "inf", "nan"}
_LONGEST_REMARK = 200
_INDENT = "  "


def proposal_lines(proposal: Mapping[str, Any], record: Mapping[str, Any], lang: str = "en") -> str:
    """Return a proposed mapping as lines: what the file may be, the YAML, what is left over, what would be lost.

    Parameters
    ----------
    proposal : mapping
        As `propose` gives it.
    record : mapping
        The file's quality record as plain values, with the `date` of the file and what the reader `told`.
    lang : str
        Language of all words.
    """
    spoken = words(lang)
    blocks = [_choice(proposal, spoken)]
    if proposal["layer"]:
        blocks.append(
            "\n".join([spoken.text("proposal.paste"), "", proposal_yaml(proposal, record, lang).rstrip()])
        )
    else:
        blocks += [spoken.text("proposal.say_to")]
    blocks += _listed("proposal.asks", [_told(note, spoken) for note in proposal["questions"]], spoken)
    if proposal["refused"]:
        blocks.append(spoken.text("proposal.refused", text=proposal["refused"]))
    blocks += _listed("proposal.loses", [loss_line(loss, spoken) for loss in proposal["lost"]], spoken)
    blocks += _listed("proposal.leaves", [_unmapped(each, spoken) for each in proposal["unmapped"]], spoken)
    return "\n\n".join(blocks)


def proposal_json(proposal: Mapping[str, Any], record: Mapping[str, Any], lang: str = "en") -> dict[str, Any]:
    """Return a proposed mapping as plain values: each piece of evidence with its sentence, and the YAML to paste."""
    spoken = words(lang)
    out = dict(proposal)
    out["candidates"] = [
        {**each, "evidence": _spoken(each["evidence"], spoken)} for each in proposal["candidates"]
    ]
    out["evidence"] = {ours: _spoken(notes, spoken) for ours, notes in proposal["evidence"].items()}
    out["questions"] = _spoken(proposal["questions"], spoken)
    out["lost"] = [{**loss, "text": loss_line(loss, spoken)} for loss in proposal["lost"]]
    out["yaml"] = proposal_yaml(proposal, record, lang) if proposal["layer"] else ""
    return out


def proposal_yaml(proposal: Mapping[str, Any], record: Mapping[str, Any], lang: str = "en") -> str:
    """Return the part of a city file that reads this file so; the evidence stands beside each line as a remark."""
    spoken, layer = words(lang), str(proposal["layer"])
    lines = ["sources:", f"  {layer}:", f"    file: {scalar(record['file'])}"]
    lines.append(_line(4, "date", json.dumps(record["modified"]), [spoken.text("proposal.date_of_file")]))
    lines.append(_line(4, "licence", "unknown", [spoken.text("proposal.ask_licence")]))
    lines.append(_line(4, "attribution", "unknown", [spoken.text("proposal.ask_attribution")]))
    told = record["told"]
    lines += [f"    {key}: {scalar(told[key])}" for key in ("encoding", "crs") if told.get(key)]
    lines += ["layers:", f"  {layer}:", f"    source: {layer}"]
    if told.get("layer"):
        lines.append(f"    layer: {scalar(told['layer'])}")
    entry = proposal["entry"]
    if entry.get("where"):
        lines += ["    where:", *(_words_of(column, held) for column, held in entry["where"].items())]
    if entry.get("columns"):
        lines.append("    columns:")
        for ours, column in entry["columns"].items():
            lines.append(
                _line(6, ours, scalar(column), [_told(note, spoken) for note in proposal["evidence"][ours]])
            )
    if entry.get("values"):
        lines.append("    values:")
        for ours, pairs in entry["values"].items():
            lines.append(f"      {ours}:")
            lines += [f"        {scalar(theirs)}: {scalar(word)}" for theirs, word in pairs.items()]
    if entry.get("units"):
        lines += ["    units:", *(f"      {ours}: {unit}" for ours, unit in entry["units"].items())]
    if entry.get("point_cell_m"):
        lines.append(f"    point_cell_m: {entry['point_cell_m']:g}")
    return "\n".join(lines) + "\n"


def scalar(value: object) -> str:
    """Return a value as YAML takes it: plain where that is safe, else in quotes.

    Examples
    --------
    >>> scalar("LU_CODE"), scalar("no"), scalar("0501"), scalar("ชื่อ: #1"), scalar(3)
    ('LU_CODE', '"no"', '"0501"', '"ชื่อ: #1"', '3')
    """
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    text = str(value)
    if _PLAIN.match(text) and text.casefold() not in _TAKEN:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in quoted)


def loss_line(loss: Mapping[str, Any], spoken: Words) -> str:
    """Return in one sentence which rows become unknown, or are left out, and why."""
    code = "rows_dropped" if loss["dropped"] else "values_unknown"
    return spoken.text(
        f"proposal.{code}",
        column=loss["column"],
        count=shown(loss["count"]),
        total=shown(loss["total"]),
        reason=spoken.word("lost", loss["reason"]),
        rows=", ".join(map(str, loss["rows"])) + (" …" if loss["count"] > len(loss["rows"]) else ""),
        examples=", ".join(map(repr, loss["examples"])),
    )


def _choice(proposal: Mapping[str, Any], spoken: Words) -> str:
    if proposal["told"]:
        return spoken.text("proposal.as_told", layer=spoken.word("layers", proposal["layer"]))
    lines = [
        spoken.text(
            "proposal.may_be",
            layer=f"{spoken.word('layers', each['layer'])} ({each['layer']})",
            evidence="; ".join(_told(note, spoken) for note in each["evidence"]),
        )
        for each in proposal["candidates"]
    ]
    head = "proposal.decided" if proposal["layer"] else "proposal.undecided"
    return "\n".join([spoken.text(head), *(f"{_INDENT}{line}" for line in lines)])


def _spoken(notes: Iterable[Mapping[str, Any]], spoken: Words) -> list[dict[str, Any]]:
    return [{**note, "text": _told(note, spoken)} for note in notes]


def _told(note: Mapping[str, Any], spoken: Words) -> str:
    return spoken.text(
        f"evidence_of.{note['code']}", **{key: shown(value) for key, value in note["facts"].items()}
    )


def _listed(key: str, lines: list[str], spoken: Words) -> list[str]:
    return ["\n".join([spoken.text(key), *(f"{_INDENT}{line}" for line in lines)])] if lines else []


def _unmapped(each: Mapping[str, Any], spoken: Words) -> str:
    return spoken.text(
        "proposal.unmapped",
        column=each["column"],
        percent=f"{100 * each['filled']:.0f}",
        different=shown(each["different"]),
        examples=", ".join(map(repr, each["examples"])),
    )


def _words_of(column: str, held: Iterable[str]) -> str:
    return f"      {scalar(column)}: [{', '.join(map(scalar, held))}]"


def _line(indent: int, key: str, value: str, remarks: Iterable[str]) -> str:
    said = "; ".join(
        " ".join("".join(c if c.isprintable() else " " for c in each).split()) for each in remarks
    )
    cut = f"{said[:_LONGEST_REMARK].rstrip()} …" if len(said) > _LONGEST_REMARK else said
    return f"{' ' * indent}{key}: {value}" + (f"  # {cut}" if cut else "")
