"""The layer of uses as they are found, made of land use and buildings when a city is prepared."""

from __future__ import annotations

import time
from collections.abc import Callable

from urbanplan.base.units import HECTARE_M2
from urbanplan.methods.overlay import observed_use
from urbanplan.model.layers import LAYERS, conform, empty
from urbanplan.study.drawn import Drawn

NAME = "observed_use"


def add_observed_use(layers: dict[str, Drawn], crs: str, say: Callable[[str], None]) -> None:
    """Add the observed use to a city's layers, where it has land use or buildings.

    Parameters
    ----------
    layers : dict of str to Drawn
        What was read; the new layer is added.
    crs : str
        Of the city.
    say : callable
        Takes one line of progress.

    Raises
    ------
    ConservationError
        If area was lost or made in the overlay.
    """
    drawn = {name: layers[name] for name in LAYERS[NAME].made_of if name in layers}
    if not drawn:
        return
    started = time.perf_counter()
    given = {name: drawn[name].frame if name in drawn else empty(name, crs) for name in LAYERS[NAME].made_of}
    frame = conform(observed_use(given["land_use"], given["buildings"]), NAME)
    frame.index = frame.index.astype(str).rename("unit_id")
    layers[NAME] = Drawn(
        frame=frame,
        sources=sorted({source for part in drawn.values() for source in part.sources}),
        dates=[date for part in drawn.values() for date in part.dates],
    )
    built = frame.loc[frame["basis"] == "building"].area.sum() / HECTARE_M2
    say(
        f"{NAME}  {len(frame)}  {built:,.1f} ha by the use of buildings  {time.perf_counter() - started:.1f} s"
    )
