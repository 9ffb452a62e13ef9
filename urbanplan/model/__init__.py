"""Nouns: city, layers, street network, study area, metric, results."""
