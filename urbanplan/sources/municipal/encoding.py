"""The encoding of text, found by evidence: what is declared counts only as far as the text itself bears it out."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

from urbanplan.base.errors import InputError
from urbanplan.base.faults import Fault

_LANGUAGE_DRIVER = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x13: "cp932",
    0x4D: "cp936",
    0x4E: "cp949",
    0x4F: "cp950",
    0x50: "cp874",
    0x57: "cp1252",
    0x58: "cp1252",
    0x59: "cp1252",
    0x7A: "cp936",
    0x7B: "cp932",
    0x7C: "cp874",
    0x7D: "cp1255",
    0x7E: "cp1256",
    0xC8: "cp1250",
    0xC9: "cp1251",
    0xCA: "cp1254",
    0xCB: "cp1253",
}
_MULTI_BYTE = {
    "cp932",
    "cp936",
    "gbk",
    "gb18030",
    "gb2312",
    "cp949",
    "euc_kr",
    "cp950",
    "big5",
    "shift_jis",
    "euc_jp",
}
_THAI_ENCODINGS = {"cp874", "tis_620", "iso8859_11"}
_UTF8 = "utf-8"
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_THAI_LETTERS = re.compile(rb"^[\xa1-\xda\xdf-\xfb\x80\x85\x91-\x97\xa0]+$")
_THAI_SHARE = 0.6
_THAI_RUN = 3
_LONGEST_CHARACTER = 4
_COMBINING = (
    frozenset(range(0xD4, 0xDB)) | {0xD1} | frozenset(range(0xE7, 0xEF))
)  # signs above and below a consonant


@dataclass(frozen=True)
class Encoding:
    """An encoding and why it was chosen."""

    name: str
    evidence: str

    def __str__(self) -> str:
        return f"{self.name} ({self.evidence})"


def codec_name(label: str) -> str | None:
    """Return Python's name for an encoding as files call it ("OEM 874", "TIS-620", "ANSI 1252", "65001"), or None."""
    text = label.strip().strip("\x00").lower()
    number = re.fullmatch(r"(?:oem|ansi|cp|windows|ms|x-windows|ibm|dos)?[\s_-]*(\d{3,5})", text)
    if number and number.group(1) == "65001":
        return _UTF8
    if iso := re.fullmatch(r"(?:iso)?[\s_-]*8859[\s_-]*(\d{1,2})", text):
        text = "cp874" if iso.group(1) == "11" else f"iso8859-{iso.group(1)}"
    elif number:
        text = f"cp{number.group(1)}"
    elif text in {"thai", "tis620", "tis-620", "tis620-2533", "iso-ir-166"}:
        text = "cp874"  # a superset of TIS-620 with the quotation marks that Windows writes
    try:
        found = codecs.lookup(text).name
    except (LookupError, ValueError):
        return None
    return _UTF8 if found in {"utf-8", "utf-8-sig", "ascii"} else found


def language_driver(code: int) -> str | None:
    """Return the encoding that the language byte of a DBF header stands for, or None."""
    return _LANGUAGE_DRIVER.get(code)


def is_thai(samples: Sequence[bytes]) -> bool:
    """Tell whether bytes are Thai in cp874: long runs of Thai letters that never begin with a vowel sign.

    Latin text in a one-byte encoding has single accented letters between plain ones; Thai has words.
    """
    runs = [run for sample in samples for run in _HIGH_RUN.findall(sample)]
    total = sum(map(len, runs))
    if not total or not all(map(_THAI_LETTERS.match, runs)):
        return False
    long_runs = [run for run in runs if len(run) >= _THAI_RUN]
    orphans = sum(run[0] in _COMBINING for run in runs)
    return sum(map(len, long_runs)) >= _THAI_SHARE * total and orphans <= len(runs) // 10


def decodes(samples: Sequence[bytes], encoding: str, *, cut: bool = False) -> bool:
    """Tell whether all samples are text in an encoding; `cut` allows a last character cut off by the field's width."""
    for sample in samples:
        try:
            sample.decode(encoding)
        except UnicodeDecodeError as error:
            if not (cut and error.end == len(sample) and len(sample) - error.start < _LONGEST_CHARACTER):
                return False
    return True


def detect(
    samples: Sequence[bytes],
    *,
    told: str | None,
    hints: Sequence[tuple[str, str]],
    where: str,
    cut: bool = False,
) -> Encoding:
    """Choose the encoding of text from what was told, what the file says and the bytes themselves.

    Parameters
    ----------
    samples : sequence of bytes
        The text, raw.
    told : str, optional
        The encoding that the city file states; it wins, but must fit.
    hints : sequence of (str, str)
        What the file says, best first: (who says it, name of the encoding).
    where : str
        What the sentence of an error calls the file.
    cut : bool
        Whether fields of fixed width may have cut a character in two.

    Raises
    ------
    InputError
        If the stated encoding does not exist or does not fit the text.
    """
    high = [sample for sample in samples if not sample.isascii()]
    if told is not None:
        return _told(high, told, where, cut=cut)
    if not high:
        return Encoding(_UTF8, "plain letters only")
    if decodes(high, _UTF8, cut=cut):
        return Encoding(_UTF8, "the text itself")
    return _declared(high, hints, cut=cut) or _guessed(high)


def _told(high: Sequence[bytes], told: str, where: str, *, cut: bool) -> Encoding:
    name = codec_name(told)
    if name is None:
        raise InputError(Fault("encoding_unknown", file=where, told=told))
    if not decodes(high, name, cut=cut) and not (name in _THAI_ENCODINGS and mostly_thai(high)):
        raise InputError(Fault("encoding_not", file=where, told=told))
    return Encoding(name, "city file")


def _declared(high: Sequence[bytes], hints: Sequence[tuple[str, str]], *, cut: bool) -> Encoding | None:
    """Return the first declaration that the text bears out; Thai text is not Western whatever the file says."""
    thai = mostly_thai(high)
    for who, stated in hints:
        name = codec_name(stated)
        if name in _THAI_ENCODINGS and (thai or decodes(high, "cp874", cut=cut)):
            return Encoding("cp874", who)
        if name is not None and decodes(high, name, cut=cut) and (name in _MULTI_BYTE or not thai):
            return Encoding(name, who)
    return None


def _guessed(high: Sequence[bytes]) -> Encoding:
    if mostly_thai(high):
        return Encoding("cp874", "the text itself is Thai")
    name = "cp1252" if decodes(high, "cp1252") else "latin-1"
    return Encoding(name, "a guess: no declaration fits")


def mostly_thai(samples: Sequence[bytes]) -> bool:
    """Tell whether most samples are Thai in cp874, where a few hold stray bytes."""
    good = sum(is_thai([sample]) for sample in samples)
    return good >= _THAI_SHARE * len(samples)


def decode(raw: bytes, encoding: str) -> str:
    """Turn bytes to text; a character that the field's width cut in two is left out, stray bytes become U+FFFD."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        if error.end == len(raw) and error.start > len(raw) - _LONGEST_CHARACTER:
            return raw[: error.start].decode(encoding, errors="replace")
        return raw.decode(encoding, errors="replace")
