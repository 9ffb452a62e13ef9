"""Write a commented city file for a city that urbanplan does not know yet."""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from urbanplan.base.errors import UsageError
from urbanplan.base.io import write_text
from urbanplan.base.workspace import home_folder
from urbanplan.model.city_file import read_city

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_MAX_TEXT = 200

TEMPLATE = """\
# {title}
#
# Check it before a long run:  urbanplan doctor {id}
# Run it:                      urbanplan run {id}

id: {id}
name: {{en: {en}{th}}}
languages: [{languages}]   # of the reports; the first is also that of the notebooks

# Projected CRS in metres. Left out, it is the UTM zone of the city; in Thailand EPSG:32647 or EPSG:32648.
# crs: EPSG:32647

# The city's limits. By name, they are looked up in OpenStreetMap once and kept; other ways to say it:
#   boundary: {{source: limits, where: {{name: ...}}}}        a polygon in one of the sources below
#   boundary: {{centre: [102.83, 16.43], radius_m: 5000}}   a circle: longitude, latitude
#   boundary: {{bbox: [102.7, 16.3, 102.9, 16.5]}}          west, south, east, north
boundary: {{place: {place}}}

buffer_m: 2000   # data are read this far beyond the limits, so that the edge does not look deserted
cell_m: 100      # side of an analysis cell

# Every file, with its date and licence. Files are looked up in data/raw/{id} (or in --data DIR);
# one that is not there is fetched from its origin.
sources:
  osm:
    file: {id}.osm.json
    date: "{year}"            # the year in which it is fetched; common era
    licence: ODbL-1.0
    attribution: "© OpenStreetMap contributors"
    origin: {{overpass: true}}
    # A country's extract does as well: `file: thailand.osm.pbf` with `origin: {{url: https://...}}`
  # population:
  #   file: population.tif       # people per cell (counts, not density)
  #   date: "2025"
  #   licence: CC-BY-4.0
  #   attribution: who made it
  #   origin: {{note: where to get it}}
  # limits:
  #   file: tambon.shp           # Thai text in cp874 and maps in Indian 1975 are read as they are
  #   date: "2019"
  #   licence: not stated
  #   attribution: who made it

# Which layer is read from which source. What is left out is unknown in the results, never zero.
layers:
  streets: {{source: osm}}
  places: {{source: osm}}
  buildings: {{source: osm}}
  land_use: {{source: osm}}
  open_space: {{source: osm}}
  water: {{source: osm}}
  heritage_assets: {{source: osm}}
  # population: {{source: population}}
  # zones:
  #   source: limits
  #   columns: {{id: ADM3_PCODE, name: ADM3_TH, name_en: ADM3_EN, name_th: ADM3_TH}}   # ours: theirs
"""


def write_city_file(
    city: str,
    *,
    place: str,
    name: str = "",
    name_th: str = "",
    languages: Sequence[str] = ("th", "en"),
    target: Path | None = None,
) -> Path:
    """Write a city file that is valid as it stands and says in comments what else it may say.

    Parameters
    ----------
    city : str
        The city's id: a-z, 0-9 and -.
    place : str
        The city as a search in OpenStreetMap finds it.
    name, name_th : str
        English name (default: the place up to its first comma) and Thai name.
    languages : sequence of str
        Languages of the reports.
    target : Path, optional
        Where to write it; default `data/cities/<city>.yml`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    UsageError
        If the id or a text is not usable, or the file exists already.
    """
    if not _ID.fullmatch(city):
        near = re.sub(r"[^a-z0-9]+", "-", city.lower()).strip("-")[:60]
        hint = f"; {near} would do" if _ID.fullmatch(near) else ""
        raise UsageError(f"{city!r} cannot be a city's id: write a-z, 0-9 and -{hint}")
    place, english, thai = (
        _text(label, text)
        for label, text in (
            ("--place", place),
            ("--name", name or place.partition(",")[0]),
            ("--name-th", name_th),
        )
    )
    path = target or home_folder() / "data" / "cities" / f"{city}.yml"
    if path.exists():
        raise UsageError(
            f"{path} exists already and is left as it is; edit it, or name another file with --file"
        )
    if not place or not english:
        raise UsageError("--place: name the city as a search in OpenStreetMap finds it")
    text = TEMPLATE.format(
        id=city,
        title=f"{english} ({thai})" if thai else english,
        en=_quoted(english),
        th=f", th: {_quoted(thai)}" if thai else "",
        place=_quoted(place),
        languages=", ".join(languages),
        year=dt.datetime.now(tz=dt.UTC).year,
    )
    write_text(path, text)
    read_city(path)  # a file that is not valid must not leave this function unseen
    return path


def _text(label: str, text: str) -> str:
    """Return a text that stays on its line, or refuse it."""
    odd = [char for char in text if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}]
    if odd or len(text) > _MAX_TEXT:
        raise UsageError(
            f"{label}: write one line of at most {_MAX_TEXT} characters, without control characters"
        )
    return text.strip()


def _quoted(text: str) -> str:
    """Return a text as a quoted scalar of YAML, in which nothing can end the quotation."""
    return json.dumps(text, ensure_ascii=False)
