"""What the town's plan rules of each use, as the town hall keeps it: a table in Thai. The instrument is invented."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from urbanplan.base.io import atomic_path
from urbanplan.sources.sample.plan_layers import (
    COMMERCE,
    CONSERVATION,
    FOREST,
    INDUSTRY,
    LIMITS,
    LOW,
    MEDIUM,
    RURAL,
)

if TYPE_CHECKING:
    from pathlib import Path

RULE_COLUMNS = ("รหัส", "ที่ดินประเภท", "การใช้ประโยชน์", "ข้อกำหนด", "น้ำหนัก", "สัดส่วนไม่เกิน", "ข้อ")
"""Id, zone, uses, what is ruled, weight of a conditional use, highest share of a quota, clause."""
MAIN, PERMITTED, CONDITIONAL, PROHIBITED, QUOTA = "กิจการหลัก", "อนุญาต", "มีเงื่อนไข", "ห้าม", "กิจการอื่นไม่เกินสัดส่วน"
QUOTA_SHARE = {LOW: 0.15, MEDIUM: 0.10}
"""Share of each block that all uses which no other rule names may take together."""

_ANY = ("residential", "commercial", "religious", "institutional", "open_space")
_RULES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("R01", CONSERVATION, _ANY, PERMITTED),
    ("R02", CONSERVATION, ("industrial",), PROHIBITED),
    ("R03", LOW, ("residential",), MAIN),
    ("R04", LOW, ("commercial", "religious", "institutional", "open_space", "agriculture"), PERMITTED),
    ("R05", LOW, ("industrial",), PROHIBITED),
    ("R06", LOW, ("*",), QUOTA),
    ("R07", MEDIUM, ("residential",), MAIN),
    ("R08", MEDIUM, ("commercial", "religious", "institutional", "open_space"), PERMITTED),
    ("R09", MEDIUM, ("industrial",), PROHIBITED),
    ("R10", MEDIUM, ("*",), QUOTA),
    ("R11", COMMERCE, ("commercial",), MAIN),
    ("R12", COMMERCE, ("residential", "religious", "institutional", "open_space"), PERMITTED),
    ("R13", COMMERCE, ("industrial",), PROHIBITED),
    ("R14", INDUSTRY, ("industrial",), MAIN),
    ("R15", INDUSTRY, ("commercial", "residential"), CONDITIONAL),
    ("R16", RURAL, ("agriculture",), MAIN),
    ("R17", RURAL, ("residential", "religious", "institutional", "open_space", "forest"), PERMITTED),
    ("R18", RURAL, ("commercial",), CONDITIONAL),
    ("R19", RURAL, ("industrial",), PROHIBITED),
    ("R20", FOREST, ("forest",), MAIN),
    ("R21", FOREST, ("industrial",), PROHIBITED),
)
"""Of all else the plan says nothing: a house in the forest zone is not known to be permitted, nor prohibited."""


def write_plan_rules(target: Path) -> None:
    """Write the rules as a spreadsheet saves them: CSV in UTF-8 with a mark at the start."""
    with atomic_path(target) as path, path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(RULE_COLUMNS)
        for key, zone, uses, says in _RULES:
            weight = "0.5" if says == CONDITIONAL else ""
            share = f"{QUOTA_SHARE[zone]:g}" if says == QUOTA else ""
            writer.writerow([key, zone, ";".join(uses), says, weight, share, LIMITS[zone][4]])
