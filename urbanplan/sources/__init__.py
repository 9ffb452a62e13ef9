"""Where data come from: one room a source; the rooms do not know each other."""
