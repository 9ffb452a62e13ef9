"""What was fetched once is kept by its content, for every city and everybody who shares the folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from urbanplan.base.io import atomic_path, read_json, sha256, write_json
from urbanplan.base.workspace import cache_folder

Question = Mapping[str, Any]
"""What was asked for: an address, a query, a window of a set; plain values, in the words of the city file."""


@dataclass(frozen=True)
class Entry:
    """One answer that is kept.

    Attributes
    ----------
    question : mapping
        What was asked for.
    sha256 : str
        Checksum of the answer, which is also its name.
    size : int
        Bytes.
    """

    question: Question
    sha256: str
    size: int


@dataclass(frozen=True)
class Cache:
    """A folder of answers: `objects/` by their checksum, `asked/` which question has which answer.

    Both appear whole or not at all, so that the folder may be shared by runs and people at the same time. What is
    damaged is noticed by its checksum, thrown away and fetched again.
    """

    folder: Path

    @classmethod
    def default(cls) -> Cache:
        """Return the cache of this project, or the one that `URBANPLAN_CACHE` names."""
        return cls(cache_folder())

    def held(self, question: Question) -> Path | None:
        """Return the file that answers a question, having checked it; None where there is none."""
        note = self._note(question)
        try:
            facts = read_json(note)
            path = self._object(str(facts["sha256"]))
            if facts["question"] == dict(question) and path.is_file() and sha256(path) == facts["sha256"]:
                return path
            path.unlink(missing_ok=True)
        except (OSError, ValueError, KeyError, TypeError):
            pass
        with suppress(OSError):
            note.unlink(missing_ok=True)
        return None

    def keep(self, question: Question, get: Callable[[Path], object]) -> Path:
        """Return the file that answers a question; fetch it where it is not kept.

        Parameters
        ----------
        question : mapping
            What is asked for.
        get : callable
            Writes the answer to a path, whole and checked, or raises. The path is the same each time that this is
            asked, so that a download may be continued.
        """
        with self._alone(question) as draft:
            kept = self.held(question)
            if kept is not None:
                return kept
            get(draft)
            checksum, size = sha256(draft), draft.stat().st_size
            path = self._object(checksum)
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.replace(path)
            write_json(self._note(question), {"question": dict(question), "sha256": checksum, "bytes": size})
            return path

    def entries(self) -> list[Entry]:
        """Return what is kept, by question."""
        found = []
        for note in sorted((self.folder / "asked").glob("*.json")):
            with suppress(OSError, ValueError, KeyError, TypeError):
                facts = read_json(note)
                if self._object(facts["sha256"]).is_file():
                    found.append(Entry(facts["question"], facts["sha256"], int(facts["bytes"])))
        return found

    def size(self) -> int:
        """Return the bytes that the folder takes, drafts of unfinished downloads included."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    def damaged(self) -> list[Entry]:
        """Check every answer; throw away, and return, those that are not what they were."""
        return [entry for entry in self.entries() if self.held(entry.question) is None]

    def clear(self) -> None:
        """Throw everything away."""
        for name in ("asked", "objects", "drafts"):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def _note(self, question: Question) -> Path:
        return self.folder / "asked" / f"{_name(question)}.json"

    def _object(self, checksum: str) -> Path:
        return self.folder / "objects" / checksum[:2] / checksum

    @contextmanager
    def _alone(self, question: Question) -> Iterator[Path]:
        """Give the path of the draft of an answer, to one process at a time."""
        drafts = self.folder / "drafts"
        drafts.mkdir(parents=True, exist_ok=True)
        draft = drafts / _name(question)
        with (drafts / f"{draft.name}.lock").open("w") as lock:
            with suppress(
                ImportError, OSError
            ):  # a file system without locks: two may fetch the same, whole each
                import fcntl  # noqa: PLC0415 - not on every system

                fcntl.flock(lock, fcntl.LOCK_EX)
            yield draft


def _name(question: Question) -> str:
    text = json.dumps(dict(question), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:40]


def copied(kept: Path, target: Path) -> Path:
    """Put a copy of what is kept in a place of the user's own, so that editing it there changes nothing here."""
    with atomic_path(target) as draft:
        shutil.copyfile(kept, draft)
        os.chmod(draft, 0o644)  # noqa: PTH101 - the same for every umask
    return target


def told(entry: Entry) -> str:
    """Return one line about an answer: its size, what was asked, and its checksum."""
    asked = dict(entry.question)
    what = (
        asked.pop("url", None)
        or asked.pop("set", None)
        or ("OpenStreetMap" if asked.pop("overpass", None) else "")
    )
    rest = ", ".join(f"{name} {value}" for name, value in asked.items() if value)
    return f"{entry.size / 1e6:10,.1f} MB  {what}  ({rest})  {entry.sha256[:12]}"
