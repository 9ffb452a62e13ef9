"""Views: what is seen of a city's landmarks, what stands in the way, and how high may be built."""
