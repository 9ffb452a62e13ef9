"""What a city hall hands over: vector files and tables, in whatever encoding, datum and state of repair."""

from urbanplan.sources.municipal.reader import read_vector

__all__ = ["read_vector"]
