"""Heritage, and the people who live beside it."""
