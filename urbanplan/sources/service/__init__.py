"""Layers that a server hands out: WFS, OGC API Features, ArcGIS REST and PostGIS, brought whole or refused."""

from urbanplan.sources.service.bring import bring, describe

__all__ = ["bring", "describe"]
