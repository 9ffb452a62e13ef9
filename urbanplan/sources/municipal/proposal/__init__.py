"""What an unknown file may be: a mapping for the city file, the evidence for it, and what it would lose."""

from urbanplan.sources.municipal.proposal.proposing import propose

__all__ = ["propose"]
