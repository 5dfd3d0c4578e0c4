"""For notebooks: results and row files as pandas tables, in one line each.

    from admin.api.notebook import responses, scores
    scores("https://staff.example.org", token, "spring")
    responses("spring.zip")

It keeps no token and writes nothing.
"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen
from zipfile import ZipFile

import pandas as pd

_PATIENCE = 30


def scores(address: str, token: str, wave: str) -> pd.DataFrame:
    """One line for each topic and activity: n, percent positive and mean with their 95 % intervals.

    What the small-number rules hide is empty. Raises urllib.error.HTTPError: 401 for a token that opens
    nothing, 404 for a wave that is not there; ValueError for an address that is not http(s).
    """
    if not address.startswith(("https://", "http://")):
        raise ValueError("The address begins with https://.")
    url = f"{address.rstrip('/')}/api/waves/{quote(wave, safe='')}"
    asked = Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310 - checked above
    with urlopen(asked, timeout=_PATIENCE) as answer:  # noqa: S310
        found = json.load(answer)
    lines = []
    for kind in ("topics", "activities"):
        for scale in found[kind]:
            line = {"kind": kind, "id": scale["id"], "label": scale["label"], "n": scale["n"]["value"]}
            for name in ("positive", "mean"):
                line |= {f"{name}{end}": scale[name][key] for end, key in _ENDS.items()}
            lines.append(line)
    return pd.DataFrame(lines)


_ENDS = {"": "value", "_low": "low", "_high": "high"}


def responses(bundle: Path | str) -> pd.DataFrame:
    """The rows of a bundle; questions with choices as categories, worded in the survey's own language."""
    with ZipFile(bundle) as opened:
        folder = opened.namelist()[0].partition("/")[0]
        with opened.open(f"{folder}/responses.csv") as file:
            rows = pd.read_csv(file)
        with opened.open(f"{folder}/datapackage.json") as file:
            package = json.load(file)
    for field in package["resources"][0]["schema"]["fields"]:
        if "categories" in field:
            labels = {one["value"]: one["label"] for one in field["categories"]}
            kind = pd.CategoricalDtype(list(dict.fromkeys(labels.values())), field["categoriesOrdered"])
            rows[field["name"]] = rows[field["name"]].map(labels).astype(kind)
    return rows
