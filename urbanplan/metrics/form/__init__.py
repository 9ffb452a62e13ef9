"""How the streets are laid out."""
