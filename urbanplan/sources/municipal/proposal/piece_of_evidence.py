"""What a guess stands on: a code with its facts, the words of which stand in the locales under `evidence_of`."""

from __future__ import annotations

from urbanplan.base.notes import Note


class Evidence(Note):
    """One thing that speaks for a guess, or that the reader must decide."""
