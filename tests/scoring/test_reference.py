"""The numbers are R's: psych and lavaan on a simulated sheet of 600 responses (survey22)."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from admin.scoring.blocks import blocks
from admin.scoring.constructs import statistics
from admin.scoring.keying import scales
from admin.scoring.patterns import tally
from admin.scoring.reliability import reliability
from admin.scoring.sweep import scores

from .builders import REFERENCE, appendix_b

CONSTRUCTS = ("ENG", "COL", "VOI", "SRV", "CUL", "CON")
STATISTICS = 1e-10
SCORES = 1e-12

SNAPSHOT = appendix_b()
BLOCKS = {block.id: block for block in blocks(SNAPSHOT)}
SCALES = {scale.id: scale for scale in scales(SNAPSHOT)}
R = json.loads((REFERENCE / "survey22_reference.json").read_text())
R_ITEMS = pd.read_csv(REFERENCE / "survey22_items.csv", skipinitialspace=True).set_index("item")


def packed_sheet() -> np.ndarray:
    """The sheet as packed responses of the instrument; what it does not hold is skipped."""
    sheet = pd.read_csv(REFERENCE / "survey22.csv")
    places = {name: place for b in BLOCKS.values() for name, place in zip(b.columns, b.places, strict=False)}
    responses = np.zeros((len(sheet), 1 + max(max(block.places) for block in BLOCKS.values())), np.uint8)
    for name in sheet:
        responses[:, places[name.lower()]] = sheet[name].fillna(0)
    return responses


RESPONSES = packed_sheet()
TALLIES = tally(BLOCKS.values(), RESPONSES)


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_a_construct_has_the_reference_statistics(name: str) -> None:
    id = f"construct.{name.lower()}"
    found, expected = statistics(SCALES[id], TALLIES[id]), R[name]
    assert (found.n, found.unscored, found.positive) == (
        expected["n"],
        expected["unscored"],
        expected["positive"],
    )
    assert found.mean == pytest.approx(expected["mean"], abs=STATISTICS)
    assert found.sd == pytest.approx(expected["sd"], abs=STATISTICS)
    assert found.pomp == pytest.approx(expected["pomp"], abs=STATISTICS)


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_the_items_of_a_construct_have_the_reference_statistics(name: str) -> None:
    id = f"construct.{name.lower()}"
    for item in statistics(SCALES[id], TALLIES[id]).items:
        expected = R_ITEMS.loc[item.item.upper()]
        assert (item.n, item.favourable) == (expected["n"], expected["favourable"])
        assert item.mean == pytest.approx(expected["mean"], abs=STATISTICS)
        assert item.sd == pytest.approx(expected["sd"], abs=STATISTICS)


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_a_construct_has_the_reference_reliability(name: str) -> None:
    id = f"construct.{name.lower()}"
    found, expected = reliability(SCALES[id], TALLIES[id]), R[name]
    drop = R_ITEMS[R_ITEMS["block"] == name]
    assert found.n_complete == expected["n_complete"]
    assert found.alpha == pytest.approx(expected["alpha"], abs=STATISTICS)
    assert found.interval == pytest.approx(expected["feldt"], abs=STATISTICS)
    assert found.avg_r == pytest.approx(expected["avg_r"], abs=STATISTICS)
    assert found.item_rest == pytest.approx(list(drop["r_drop"]), abs=STATISTICS)
    assert found.alpha_drop == pytest.approx(list(drop["alpha_drop"]), abs=STATISTICS)


def test_every_response_has_the_reference_scores_and_the_same_blanks() -> None:
    expected = pd.read_csv(REFERENCE / "survey22_scores_two_thirds.csv", skipinitialspace=True)
    wanted = [SCALES[f"construct.{name.lower()}"] for name in CONSTRUCTS]
    found = scores(wanted, BLOCKS, RESPONSES)
    np.testing.assert_array_equal(found.isna(), expected.isna())
    np.testing.assert_allclose(found, expected, rtol=0, atol=SCORES)
