"""Pure algorithms: arrays and geometries in, arrays and geometries out; no city, no file, no network."""
