"""The sample city: an invented moated town, written in the file formats that real cities come in."""

from __future__ import annotations

from urbanplan.sources.sample.write import write_sample

__all__ = ["write_sample"]
