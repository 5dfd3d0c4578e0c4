"""`yourvoice-admin score` gives R's numbers of an evaluator's own sheet, whatever programme wrote it."""

from __future__ import annotations

import csv
import json

import numpy as np
import pandas as pd
import pytest

from admin.commands import main
from survey_app.instrument.loading import load_instrument
from survey_app.instrument.snapshot import freeze, save

from .builders import REFERENCE, ROOT
from .evaluator import INSTRUMENT, SMALL, Evaluator

R = json.loads((REFERENCE / "survey22_reference.json").read_text())
NAMES = ("n", "unscored", "mean", "sd", "positive", "n_complete", "alpha", "avg_r")


def test_the_reference_sheet_gets_the_reference_statistics(desk: Evaluator) -> None:
    assert desk.score(REFERENCE / "survey22.csv") == 0
    for name, expected in R.items():
        found = desk.statistics["constructs"][name.lower()]
        for number in NAMES:
            assert found[number] == pytest.approx(expected[number], abs=1e-10), (name, number)
        assert (found["alpha_low"], found["alpha_high"]) == pytest.approx(expected["feldt"], abs=1e-10)
        assert found["omega"] == pytest.approx(expected["omega_ml_fa"], abs=1e-8)


def test_the_reference_sheet_gets_the_reference_items(desk: Evaluator) -> None:
    assert desk.score(REFERENCE / "survey22.csv") == 0
    expected = pd.read_csv(REFERENCE / "survey22_items.csv", skipinitialspace=True)
    names = {"n": "n", "mean": "mean", "sd": "sd", "favourable": "favourable"}
    names |= {"item_rest": "r_drop", "alpha_drop": "alpha_drop"}
    for row in expected.to_dict("records"):
        item, block = row["item"].lower(), row["block"].lower()
        for found in (desk.statistics["items"][item], desk.statistics["constructs"][block]["items"][item]):
            assert {name: found[name] for name in names} == pytest.approx(
                {name: row[theirs] for name, theirs in names.items()}, abs=1e-10
            )


def test_the_reference_sheet_gets_the_reference_scores_and_blanks(desk: Evaluator) -> None:
    assert desk.score(REFERENCE / "survey22.csv") == 0
    found = pd.read_csv(desk.out / "scores.csv")
    expected = pd.read_csv(REFERENCE / "survey22_scores_two_thirds.csv", skipinitialspace=True)
    assert list(found) == [name.lower() for name in expected]
    np.testing.assert_array_equal(found.isna(), expected.isna())
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def test_another_roll_up_of_the_sheet_has_the_reference_arithmetic(desk: Evaluator) -> None:
    """R's activities pool other constructs than ours; a changed map is all that it takes."""
    raw = json.loads(INSTRUMENT.read_text())
    roll_up = {"engagement": "eng col", "voice": "voi", "services": "srv", "culture": "cul con"}
    of = {construct["id"]: construct["items"] for construct in raw["constructs"]}
    template = raw["constructs"][0]
    raw["constructs"] = []
    for name, parts in roll_up.items():
        items = [item for part in parts.split() for item in of[part]]
        needed = {"min_answered": (2 * len(items) + 2) // 3}
        raw["constructs"].append({**template, "id": name, "items": items, "score": needed, "activities": []})
    changed = desk.folder / "rolled_up.json"
    changed.write_text(json.dumps(raw))
    assert desk.score(REFERENCE / "survey22.csv", instrument=changed) == 0, desk.said
    expected = pd.read_csv(REFERENCE / "survey22_activity_two_thirds.csv", skipinitialspace=True)
    np.testing.assert_allclose(pd.read_csv(desk.out / "scores.csv"), expected, rtol=0, atol=1e-12)


def test_it_says_that_nothing_is_hidden_and_what_it_did_not_score(desk: Evaluator) -> None:
    assert desk.score("eng1,eng2,eng3\n5,4,\n") == 0
    assert "Nothing is hidden here" in desk.said
    assert "construct.col, no columns for col1, col2, col3" in desk.said
    assert "construct.col" in desk.statistics["left_out"]


def test_columns_may_stand_in_any_order_and_rows_too(desk: Evaluator) -> None:
    assert desk.score("eng3,eng1,eng2\n5,1,2\n,,3\n") == 0
    one = desk.statistics["constructs"], desk.scores
    assert desk.score("eng1,eng2,eng3\n1,2,5\n,3,\n") == 0
    assert (desk.statistics["constructs"], desk.scores) == one
    assert desk.score("eng1,eng2,eng3\n,3,\n1,2,5\n") == 0
    assert desk.statistics["constructs"] == one[0]
    assert desk.scores.splitlines()[1:] == one[1].splitlines()[:0:-1]


def test_a_frozen_instrument_is_taken_as_well_under_any_name(desk: Evaluator) -> None:
    frozen = save(freeze(load_instrument(INSTRUMENT), {}), desk.folder)
    sheet = "eng1,eng2,eng3\n5,4,\n"
    assert desk.score(sheet, instrument=frozen) == 0
    named = frozen.rename(desk.folder / "ours.json")
    assert desk.score(sheet, instrument=named) == 0
    assert desk.statistics["constructs"]["eng"]["n"] == 1


@pytest.mark.parametrize(
    "sheet",
    [
        "eng1;eng2;eng3\n5;4;\n1;2;3\n",
        "eng1\teng2\teng3\n5\t4\t\n1\t2\t3\n",
        "\ufeffeng1,eng2,eng3\r\n5,4,\r\n1,2,3\r\n",
        '"ENG1","Eng2", eng3 \n"5","4",""\n"1","2","3"\n',
        "eng1,eng2,eng3\r5,4,\r1,2,3",
        "eng1,eng2,eng3\n5.0,4.,\n+1, 2 ,3.00\n\n\n",
    ],
    ids=["semicolons", "tabs", "mark and CRLF", "quotes and capitals", "CR only", "decimals and spaces"],
)
def test_what_other_programmes_write_is_read_alike(desk: Evaluator, sheet: str) -> None:
    assert desk.score(sheet) == 0, desk.said
    assert desk.scores == "eng\n4.5\n2\n"


def test_columns_that_are_not_ours_can_be_left_out(desk: Evaluator) -> None:
    sheet = ',Id,eng1,eng2,eng3,"what, else"\n1,a7,5,4,,"two\nlines"\n2,b1,1,2,3,\xe9\n'
    assert "no item" in desk.refuses(sheet)
    assert desk.score(sheet, "--ignore=,id", "--ignore", "what", "--ignore", "what, else") == 1
    assert desk.score(sheet.replace("what, else", "else"), "--ignore=,id,else") == 0, desk.said
    assert desk.scores == "eng\n4.5\n2\n"


def test_cells_that_mean_skipped_can_be_named(desk: Evaluator) -> None:
    assert desk.score("eng1,eng2,eng3\n5,4,NA\n.,2,-9.0\n", "--missing=NA,.,-9") == 0, desk.said
    assert desk.scores == 'eng\n4.5\n""\n'


@pytest.mark.parametrize("row", ["1,2,3", ",,", "3,3,3"])
def test_one_row_or_nothing_answered_has_nulls_where_nothing_can_be_said(desk: Evaluator, row: str) -> None:
    assert desk.score(f"eng1,eng2,eng3\n{row}\n") == 0
    found = desk.statistics["constructs"]["eng"]
    assert (found["sd"], found["alpha"], found["omega"], found["avg_r"]) == (None,) * 4
    assert found["n"] + found["unscored"] == 1
    assert "NaN" not in (desk.out / "statistics.json").read_text()


def test_a_column_that_never_varies_has_no_correlation_and_no_error(desk: Evaluator) -> None:
    assert desk.score("eng1,eng2,eng3\n" + "1,3,2\n5,3,4\n2,3,3\n" * 20) == 0
    found = desk.statistics["constructs"]["eng"]
    assert (found["avg_r"], found["omega"]) == (None, None)
    assert found["omega_missing_because"].startswith("an item is constant")
    assert found["items"]["eng2"]["item_rest"] is None
    assert found["items"]["eng1"]["item_rest"] == pytest.approx(np.corrcoef([1, 5, 2], [2, 4, 3])[0, 1])


def test_choices_boxes_and_numbers_are_counted(desk: Evaluator) -> None:
    header = "row1,row2,row3,where__home,where__none,where__other,place,visits"
    rows = ["1,2,3,1,0,0,home,7", "1,,,1,1,,none,50", ",,,0,0,0,,", "3,3,3,,1,,home,0"]
    assert desk.score("\n".join([header, *rows]), instrument=SMALL) == 0, desk.said
    where, place = desk.statistics["choices"]["where"], desk.statistics["choices"]["place"]
    assert where == {
        "n": 3,
        "counts": {"home": 2, "none": 1, "other": 0},
        "shares": pytest.approx({"home": 2 / 3, "none": 1 / 3, "other": 0}),
        "conflicts": 1,
    }
    assert (place["n"], place["counts"]) == (3, {"home": 2, "none": 1, "other": 0})
    assert desk.statistics["numbers"]["visits"] == {
        "n": 3,
        "mean": pytest.approx(19),
        "sd": pytest.approx(np.std([7, 50, 0], ddof=1)),
        "lowest": 0,
        "highest": 50,
    }


def test_the_files_are_the_same_each_time(desk: Evaluator) -> None:
    def written() -> dict[str, bytes]:
        assert desk.score(REFERENCE / "survey22.csv") == 0
        return {path.name: path.read_bytes() for path in desk.out.iterdir()}

    assert written() == written()


def test_scores_have_seventeen_significant_digits(desk: Evaluator) -> None:
    assert desk.score("voi1,voi2,voi3,voi4,voi5,voi6\n" + "1,1,2,,,4\n5,5,5,4,4,4\n1,2,3,4,5,2\n") == 0
    (_, *rows) = csv.reader(desk.scores.splitlines())
    assert [float(row[0]) for row in rows] == [2.0, 4.5, 17 / 6]
    assert rows[2] == [f"{17 / 6:.17g}"]


def test_the_example_of_the_page_runs_as_it_is_printed(
    desk: Evaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs/scoring.md").read_text()
    command, sheet = (block.strip() for block in page.split("```")[1:4:2])
    assert command.startswith("yourvoice-admin score ")
    (desk.folder / "answers.csv").write_text(sheet + "\n")
    (desk.folder / "instruments").symlink_to(ROOT / "instruments")
    monkeypatch.chdir(desk.folder)
    assert main(command.split()[1:]) == 0
    assert (desk.folder / "scored/scores.csv").read_text() == 'srv\n4\n3.5\n""\n'
    assert {path.name for path in (desk.folder / "scored").iterdir()} == {
        *("scores.csv", "activities.csv", "statistics.json")
    }
