"""How easily people reach the places they need."""
