"""Verbs: prepare a city, compute metrics, collect results, run the workflow."""
