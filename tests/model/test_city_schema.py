"""The schema that editors complete city files with is the one that the model gives."""

import json
from pathlib import Path

from urbanplan.model.city import City

SCHEMA = Path(__file__).resolve().parents[2] / "data" / "cities" / "schema.json"


def test_schema_json_is_in_step_with_the_model():
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == City.model_json_schema(), (
        "write it anew: python -m urbanplan.model.city > data/cities/schema.json"
    )
