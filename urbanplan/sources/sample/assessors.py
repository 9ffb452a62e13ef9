"""What two invented assessors entered in the table of the impact dossier; they do not agree."""

from __future__ import annotations

import csv
from pathlib import Path

from urbanplan.base.io import atomic_path

COLUMNS = ("row", "field", "value", "by", "date", "reason", "change", "computed")
VIEW, RULE = "view/V4>T2/visible_share/proposal", "rule/R67-1/expected_above/proposal"
THAI, ENGLISH = "สมหญิง ใจงาม (สมมุติ)", "John Smith (synthetic)"

ENTRIES: tuple[tuple[str, str, str, str, str, str, str, str], ...] = (
    (VIEW, "asset_value", "สูงมาก", THAI, "๑๕ มกราคม พ.ศ. ๒๕๖๙", "เจดีย์ประธานของเวียง ใช้ในพิธีทุกปี", "", ""),
    (VIEW, "magnitude", "ปานกลาง", THAI, "15/1/2569", "ต้นไม้ใหญ่หน้าลานวัดบังเจดีย์อยู่ส่วนหนึ่งแล้ว", "", "major"),
    (VIEW, "magnitude", "major", ENGLISH, "2026-01-20", "The trees lose their leaves in the dry season.", "", "major"),
    (VIEW, "reversibility", "คืนสภาพไม่ได้", THAI, "15/1/2569", "อาคารชุดมีอายุใช้งานหลายสิบปี", "", ""),
    (VIEW, "mitigation", "ลดความสูงเหลือ ๙ เมตรตามประกาศ", THAI, "15/1/2569", "แนวมองจะเปิดตามเดิม", "", ""),
    (RULE, "magnitude", "น้อย", ENGLISH, "2025-11-02", "Two towers more among several hundred.", "2", "no_thresholds"),
)  # fmt: skip
"""Row, field, value, name, date, reason, and what each had before them; the last judged an earlier draft, of two towers."""


def write_entries(target: Path) -> None:
    """Write the table as a spreadsheet saves it: CSV in UTF-8 with a mark at the start, dates of either era."""
    with atomic_path(target) as path, path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        writer.writerows(ENTRIES)
