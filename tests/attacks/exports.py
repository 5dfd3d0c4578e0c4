"""The attacks on row files: whoever has them all, and every file of both hosts, looks for somebody's row.

The scene is closing.py. Rows are told apart by their answers, which no two youths there share.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat

from survey_app.coding import decode
from survey_app.instrument.snapshot import load_snapshot
from survey_app.site import K
from tests.attacks import traces
from tests.attacks.labels import label
from tests.attacks.loot import Loot, Traces
from tests.attacks.odds import Trace, strength

Scores = dict[str, float]
FEW = 50
"""What is promised: no row file has fewer rows."""

READERS = {
    ".csv": pd.read_csv,
    ".sav": lambda path: pyreadstat.read_sav(path)[0],
    ".dta": lambda path: pyreadstat.read_dta(path)[0],
}


def order_of_exports(loot: Loot) -> Scores:
    """Do the rows of a file stand in an order that something else knows: that of the visits, of the ballots,
    of released.db, or of another export? All rows, and those of each unit by themselves."""
    files, scores = _orders(loot), Scores()
    others = {"arrival": loot.arrival("response"), **loot.opened("responses")}
    same = {name: name for name in others["arrival"]}
    response_of = loot.joined("response", "ballot")
    for name, trace in files.items():
        scores |= {f"{name} against {other}": strength(trace, one, same) for other, one in others.items()}
        scores |= {
            f"{name} against {other}": strength(trace, one, response_of)
            for other, one in loot.ballots.items()
        }
        elsewhere = {other: one for other, one in files.items() if _export(other) < _export(name)}
        scores |= {f"{name} against {other}": strength(trace, one, same) for other, one in elsewhere.items()}
    return scores


def order_of_shared_words(loot: Loot) -> Scores:
    """Do words that others may read, in released.db and in the exports, stand in an order that something else
    knows: that of the visits, of the comments as they were written, of the responses, of an export's rows?

    Where the words themselves stand in the file is not asked: until the comments are destroyed, each decision
    lies beside its comment with the same words in it.
    """
    database, scores = loot.root / "released" / "staff" / "released.db", Scores()
    found = traces.of_table(database, "shown_words")
    shown = {name: trace for name, trace in found if not re.match("(first|last) (middle|tail)", name)}
    shown |= dict(traces.of_cells(database, "shown_words", traces.ids_of(database, "shown_words")))
    for path in (loot.root / "exports").rglob("comments.csv"):
        lines = [label(words.encode()) for words in pd.read_csv(path)["words"]]
        shown[f"{path.parts[-3]} comments.csv"] = {name: (0, float(at)) for at, name in enumerate(lines)}
    was = {label(f"shown {words}".encode()): words for words in loot.comments}
    came = {words: (0, float(place)) for place, note in enumerate(loot.truth) for words in note["words"]}
    whose = {name: loot.comments[words] for name, words in was.items()}
    for name, trace in shown.items():
        assert len(was.keys() & trace.keys()) >= K or not trace, name
        for same, others in (
            (was, {"arrival": came, **loot.opened("comments")}),
            (whose, {**loot.opened("responses"), **_orders(loot)}),
        ):
            scores |= {f"{name} against {other}": strength(trace, one, same) for other, one in others.items()}
    return scores


def newcomers_in_exports(loot: Loot) -> Scores:
    """Can rows be had before the wave is over, or those that came late, by comparing? Counts them."""
    rows = {name: Counter(_names(loot, table)) for name, table in tables(loot).items()}
    assert rows["first/now/responses.csv"], "there is no export to look at"
    scores = {"looked": 0.0, "while it is open": float(rows.get("open/responses.csv", Counter()).total())}
    for kind in READERS:
        first, second = (rows[f"{export}/now/responses{kind}"] for export in ("first", "second"))
        scores[f"by comparing {kind}"] = float(((first - second) + (second - first)).total())
    return scores


def few_in_exports(loot: Loot) -> Scores:
    """Is a file of few rows, or does a unit's score, or what is left of it without that unit, rest on fewer
    than k? Counts the rows that are so few."""
    scores = {"looked": 0.0}
    for name, table in tables(loot).items():
        scores[f"rows of {name}"] = float(len(table)) if len(table) < FEW else 0.0
        for column in (one for one in table.columns if one.endswith("_mean")):
            behind = table.groupby("unit")[column].count()
            for unit, n in behind.items():
                least = [n, behind.sum() - n]
                scores[f"{column} of {unit} in {name}"] = float(max(m if 0 < m < K else 0 for m in least))
    return scores


def tables(loot: Loot) -> dict[str, Any]:
    """Every row file that could be carried away."""
    found = sorted((loot.root / "exports").rglob("responses.*"))
    return {str(path.relative_to(loot.root / "exports")): READERS[path.suffix](path) for path in found}


def _orders(loot: Loot) -> Traces:
    """The place of each row: in its file, and among those of its unit."""
    found: Traces = {}
    for name, table in tables(loot).items():
        units = {unit: place for place, unit in enumerate(sorted(set(table["unit"])))}
        lines = list(zip(_names(loot, table), table["unit"], strict=True))
        whole: Trace = {row: (0, float(line)) for line, (row, _) in enumerate(lines)}
        found[f"{name}, whole"] = whole
        found[f"{name}, by unit"] = {row: (units[u], float(line)) for line, (row, u) in enumerate(lines)}
    return found


def _export(name: str) -> str:
    return Path(name).parts[0]


def _names(loot: Loot, table: Any) -> list[str]:
    """The label of each row's response."""
    known, items = _known(loot)
    numbers = np.nan_to_num(table[items].to_numpy(float), nan=0).astype(int)
    return [known[tuple(row)] for row in np.where(numbers < 0, 0, numbers).tolist()]


def _known(loot: Loot) -> tuple[dict[tuple[int, ...], str], list[str]]:
    """The answers that are numbers -> the label of the response; and their items."""
    folder = loot.root / "released"
    (snapshot,) = [load_snapshot(path) for path in (folder / "snapshots").glob("*.json")]
    items = [
        question.id
        for question in snapshot.items()
        if question.options and all(option.value.isdigit() for option in question.options)
    ]
    found = {}
    for row in traces.rows(folder / "staff" / "released.db", "responses"):
        said = decode(snapshot, row["codes"])
        found[tuple(int(str(said.get(item) or 0)) for item in items)] = label(row["codes"])
    return found, items


ORDERS = (order_of_exports, order_of_shared_words)
"""Of these chance gives something; of the others nothing."""

ATTACKS = (*ORDERS, newcomers_in_exports, few_in_exports)
