"""The JSON Schema 2020-12 of instrument files, for editors: `python -m survey_app.instrument.schema > FILE`.

Generated from the models, which stay the definition; nothing is validated with it here.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import msgspec

from survey_app.instrument.model import Instrument

SCHEMA_ID = "instrument.schema.json"


def json_schema() -> dict[str, Any]:
    """The schema of a whole instrument file."""
    (root,), components = msgspec.json.schema_components((Instrument,), ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "An instrument of Your Voice (yourvoice-instrument/1)",
        **root,
        "$defs": components,
    }


def schema_text() -> str:
    """The schema as it is checked in: indented, with a newline at the end."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
