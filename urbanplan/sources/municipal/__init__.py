"""What a city hall hands over: vector files and tables, in whatever encoding, datum and state of repair."""

from urbanplan.sources.municipal.attribute_table import read_attributes
from urbanplan.sources.municipal.reader import read_vector

__all__ = ["read_attributes", "read_vector"]
