"""The quality record of one file as lines for a reader, or as JSON: codes and numbers with their words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from urbanplan.report.proposal import proposal_json, proposal_lines
from urbanplan.report.words import Words, words

_NARROWEST = 10


def as_json(record: Mapping[str, Any], lang: str = "en") -> str:
    """Return a quality record as JSON; each remark has its code, its facts and its sentence.

    Parameters
    ----------
    record : mapping
        As `QualityRecord.to_dict` gives it, with the `kind` of file.
    lang : str
        Language of the sentences.
    """
    spoken = words(lang)
    out = {**record, "notes": [{**note, "text": spoken.note(note)} for note in record["notes"]]}
    if record.get("proposal"):
        out["proposal"] = proposal_json(record["proposal"], record, lang)
    return json.dumps(out, ensure_ascii=False, indent=1)


def as_lines(record: Mapping[str, Any], lang: str = "en") -> str:
    """Return a quality record as lines for a reader: a word, and what was found.

    Parameters
    ----------
    record : mapping
        As `QualityRecord.to_dict` gives it, with the `kind` of file, and the `proposal` of a mapping where there is one.
    lang : str
        Language of all words.
    """
    spoken = words(lang)
    lines = [("file", str(record["file"])), ("kind", str(record["kind"]))]
    lines += [(name, f"{record[name]:,}") for name in ("read", "kept")]
    if record["repaired"]:
        text = spoken.text(
            "doctor.repaired_by", count=f"{record['repaired']:,}", area=f"{record['area_change_m2']:,}"
        )
        lines.append(("repaired", text))
    lines += [
        ("left_out", f"{count:,} {spoken.word('dropped', reason)}")
        for reason, count in record["dropped"].items()
    ]
    lines += [("repairs", _repairs(record["repairs_written"], spoken))] if "repairs_written" in record else []
    lines += [("duplicates", f"{record['duplicates']:,}")] * bool(record["duplicates"])
    lines += _told(record, spoken)
    lines += [("note", spoken.note(note)) for note in record["notes"]]
    names = {name: spoken.text(f"doctor.{name}") for name, _ in lines}
    width = max(_NARROWEST, *map(_width, names.values())) + 2
    told = "\n".join(
        f"{names[name]}{' ' * (width - _width(names[name]))}{' '.join(text.split())}" for name, text in lines
    )
    return f"{told}\n\n{proposal_lines(record['proposal'], record, lang)}" if record.get("proposal") else told


def _repairs(written: Mapping[str, Any], spoken: Words) -> str:
    if not written["file"]:
        return spoken.text("doctor.no_repairs")
    return spoken.text("doctor.repairs_in", **{key: written[key] for key in ("file", "repaired", "dropped")})


def _told(record: Mapping[str, Any], spoken: Words) -> list[tuple[str, str]]:
    found = {
        "crs": record["crs"],
        "crs_from": record["crs_from"] and spoken.word("evidence", record["crs_from"]),
        "encoding": record["encoding"] and spoken.encoding(record["encoding"]),
    }
    return [(name, str(text)) for name, text in found.items() if text]


def _width(text: str) -> int:
    """Return how many columns a text takes on a terminal: Thai signs above and below a letter take none."""
    return sum(
        letter not in "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a"
        and not "\u0e47" <= letter <= "\u0e4e"
        for letter in text
    )
