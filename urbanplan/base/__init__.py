"""The ground floor: errors, units, coordinate reference systems and safe writing."""
