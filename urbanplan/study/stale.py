"""Find prepared cities whose inputs changed in a way that no date of a file shows."""

from __future__ import annotations

from pathlib import Path

from urbanplan.base.io import is_there, read_json, sha256, size_of
from urbanplan.study.plan import CityPlan
from urbanplan.study.step import read_record


def changed_unseen(out: Path, plan: CityPlan) -> bool:
    """Tell whether a prepared city's inputs differ from what was read, whatever the dates of the files say.

    A file that was swapped for an older one (unpacked, copied with its date) is newer only in the time that the
    system keeps of its last change, so only such files are read to compare their checksums.

    Parameters
    ----------
    out : Path
        The folder of runs.
    plan : CityPlan
        The city.
    """
    path = out / plan.id / "layers" / "manifest.json"
    try:
        manifest = read_json(path)
        since = float(read_record(out, plan.id, "prepare").get("started", path.stat().st_mtime))
        if manifest["city_file_sha256"] != sha256(Path(plan.file)):
            return True
        for source in manifest["sources"].values():
            file = Path(plan.data) / source["file"]
            if not is_there(file):
                continue
            touched = file.is_dir() or file.stat().st_ctime > since
            if size_of(file) != source["bytes"] or (touched and sha256(file) != source["sha256"]):
                return True
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return path.exists()  # a manifest that cannot be read is no ground to stand on
    return False
