"""How complete the map is that the other themes read, measured, not assumed."""
