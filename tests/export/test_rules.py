"""Rows leave only of a wave that is over, 50 or more, no finer than the units page, and never twice apart."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from admin.commands import main

from .builders import SIZES, export, furnish, nasty_snapshot, release, unpack, write_plan


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


def refusal(folder: Path, out: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main(["export", "--out", str(out), "--data", str(folder), *options]) == 1
    assert list(out.parent.glob("*.zip")) == []
    assert list(out.parent.glob(".*")) == []
    return capsys.readouterr().err.strip()


def trail(folder: Path) -> list[dict[str, object]]:
    path = folder / "staff" / "audit.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_every_response_is_one_row_under_its_unit(bundle: Path) -> None:
    found = Counter(row["unit"] for row in rows(bundle / "responses.csv"))
    assert found == {"north": 61, "south": 49, "other-units": 17}


def test_a_wave_that_is_open_gives_no_rows(
    county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refusal(county, tmp_path / "a.zip", capsys, "--wave", "now")
    assert said == "Rows leave when the wave is over and its boxes are in: after 9 January 2199."


def test_an_unknown_wave_and_an_unknown_unit_are_named(
    county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "There are: spring, now." in refusal(county, tmp_path / "a.zip", capsys, "--wave", "autumn")
    said = refusal(county, tmp_path / "a.zip", capsys, "--wave", "spring", "--unit", "nowhere")
    assert said.endswith("There are: north, south, other-units.")


def test_a_small_unit_is_found_only_among_the_others(
    county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refusal(county, tmp_path / "a.zip", capsys, "--wave", "spring", "--unit", "hill")
    assert said == "The unit hill is too small to stand alone; its rows are in other-units."


@pytest.mark.parametrize(("n", "leaves"), [(49, False), (50, True)])
def test_fifty_rows_are_the_fewest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], n: int, leaves: bool
) -> None:
    folder = tmp_path / "data"
    furnish(folder, {"north": n})
    if leaves:
        assert len(rows(export(folder, tmp_path / "a.csv", "--format", "csv"))) == n
    else:
        said = refusal(folder, tmp_path / "a.zip", capsys, "--wave", "spring")
        assert said == "There are fewer than 50 rows: too few for a file of single answers."


def test_one_unit_of_fifty_or_more_can_be_had_alone(county: Path, tmp_path: Path) -> None:
    found = rows(export(county, tmp_path / "a.csv", "--format", "csv", "--unit", "north"))
    assert [row["unit"] for row in found] == ["north"] * SIZES["north"]


def test_a_unit_below_fifty_cannot_be_had_alone(
    county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refusal(county, tmp_path / "a.zip", capsys, "--wave", "spring", "--unit", "south")
    assert said.startswith("There are fewer than 50 rows")


def test_the_order_is_drawn_anew_and_the_rows_are_the_same(county: Path, tmp_path: Path) -> None:
    first, second = (
        export(county, tmp_path / name, "--format", "csv").read_bytes() for name in ("a.csv", "b.csv")
    )
    assert first != second
    assert sorted(first.splitlines()) == sorted(second.splitlines())


def test_a_release_that_comes_late_changes_no_row_file(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    settings = furnish(folder)
    before = rows(export(folder, tmp_path / "a.csv", "--format", "csv"))
    release(settings, nasty_snapshot(), {"south": 30, "lake": 20})
    after = rows(export(folder, tmp_path / "b.csv", "--format", "csv"))
    assert sorted(map(str, before)) == sorted(map(str, after))
    unpacked = unpack(export(folder, tmp_path / "spring.zip"))
    assert "releases that came later): 50" in (unpacked / "README.txt").read_text()


def test_few_late_responses_are_not_counted_out(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    settings = furnish(folder)
    export(folder, tmp_path / "a.csv", "--format", "csv")
    release(settings, nasty_snapshot(), {"south": 3})
    unpacked = unpack(export(folder, tmp_path / "spring.zip"))
    assert "releases that came later): fewer than 11" in (unpacked / "README.txt").read_text()


def test_responses_to_another_version_of_the_questions_stay_out(tmp_path: Path) -> None:
    from tests.scoring.builders import appendix_b

    folder = tmp_path / "data"
    settings = furnish(folder)
    release(settings, appendix_b(), {"north": 20})
    assert len(rows(export(folder, tmp_path / "a.csv", "--format", "csv"))) == sum(SIZES.values())


def test_every_column_is_a_place_an_answer_or_a_score(bundle: Path) -> None:
    roles = {line["name"]: line["role"] for line in rows(bundle / "codebook.csv")}
    assert list(roles) == list(rows(bundle / "responses.csv")[0])
    assert [name for name, role in roles.items() if role == "where and when"] == ["wave", "unit"]
    assert set(roles.values()) == {"where and when", "answer as it was given", "answer turned round", "score"}


def test_an_export_is_on_record_with_its_head_in_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    furnish(folder)
    unpacked = unpack(export(folder, tmp_path / "spring.zip", "--unit", "north"))
    (line,) = trail(folder)
    assert line["event"] == "exported"
    assert line["about"] == {"wave": "spring", "unit": "north", "format": "zip", "rows": "61"}
    assert f"1-{str(line['hash'])[:24]}" in (unpacked / "README.txt").read_text()


def test_where_the_trail_cannot_be_written_nothing_leaves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    furnish(folder)
    (folder / "staff" / "audit.jsonl").mkdir()
    refusal(folder, tmp_path / "a.zip", capsys, "--wave", "spring")


def test_a_file_that_is_there_is_not_written_over(
    county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = tmp_path / "a.txt"
    there.write_text("mine")
    assert "is there already" in refusal(county, there, capsys, "--wave", "spring")
    assert there.read_text() == "mine"


def test_but_for_the_order_two_bundles_are_the_same(county: Path, bundle: Path, tmp_path: Path) -> None:
    second = unpack(export(county, tmp_path / "spring.zip"))
    ordered = {"comments.csv", "responses.csv", "responses.sav", "responses.dta", "report.xlsx", "README.txt"}
    assert {file.name for file in bundle.iterdir()} == {file.name for file in second.iterdir()}
    for file in sorted(bundle.iterdir()):
        if file.name not in ordered:
            assert file.read_bytes() == (second / file.name).read_bytes(), file.name


def test_units_stand_together_for_good_whatever_the_plan_says_later(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    furnish(folder)
    export(folder, tmp_path / "a.csv", "--format", "csv")
    write_plan(folder, nasty_snapshot(), k=5, allow_small_k=True)
    found = Counter(row["unit"] for row in rows(export(folder, tmp_path / "b.csv", "--format", "csv")))
    assert found["other-units"] == 17
