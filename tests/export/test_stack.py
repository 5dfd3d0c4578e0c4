"""Several waves in one file: no more than their own files hold, and in one column only what is the same."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import msgspec
import pandas as pd
import pytest

from admin.commands import main
from admin.scoring.omega import omega_of
from survey_app.instrument.model import ScaleBlock, Single
from survey_app.instrument.snapshot import Snapshot, freeze, save
from survey_app.instrument.texts import Catalog
from survey_app.site import Box, Wave

from .builders import (
    CLOSED,
    SIZES,
    export,
    furnish,
    nasty_snapshot,
    program,
    release,
    run,
    unpack,
    write_plan,
)

AUTUMN = (date(2020, 9, 1), date(2020, 9, 30))
AUTUMN_SIZES = {"north": 50, "south": 12, "hill": 7, "lake": 15}
BOTH = ("--wave", "spring", "--wave", "autumn")
replace = msgspec.structs.replace


def later_snapshot() -> Snapshot:
    """The survey of spring, with an item worded anew, one dropped, a rule changed, and answers changed."""
    instrument = nasty_snapshot().instrument
    odd = instrument.response_sets["odd"]
    options = (replace(odd.options[0], text="something else"), *odd.options[1:])
    fresh = Single(id="fresh", text="Is this new?", response_set="contact_amount")
    sections = tuple(
        replace(
            part, items=(*(_changed(item) for item in part.items), *((fresh,) if part.id == "added" else ()))
        )
        for part in instrument.sections
    )
    constructs = tuple(
        replace(one, items=one.items[:-1])
        if one.id == "voi"
        else replace(one, positive_above=4.0)
        if one.id == "srv"
        else one
        for one in instrument.constructs
    )
    changed = replace(
        instrument,
        sections=sections,
        constructs=constructs,
        response_sets={**instrument.response_sets, "odd": replace(odd, options=options)},
    )
    return freeze(changed, {"es": Catalog({"eng2.text": "Otra traducción.", "title": "Encuesta"})})


def _changed(item: object) -> object:
    if isinstance(item, ScaleBlock) and item.id == "eng":
        first = replace(item.rows[0], text="My officer wants to know me.")
        return replace(item, rows=(first, *item.rows[1:]))
    return item


def two_waves(folder: Path, later: Snapshot, sizes: dict[str, int] | None = None) -> Path:
    """A county whose waves "spring" and "autumn" are over."""
    settings = furnish(folder)
    save(later, folder / "snapshots")
    waves = tuple(
        Wave(
            id=wave,
            title=f"The {wave} wave",
            opens=opens,
            closes=closes,
            snapshot=snapshot.hash,
            boxes=tuple(Box(id=f"{wave}-{unit}", unit=unit) for unit in SIZES),
        )
        for wave, (opens, closes), snapshot in (
            ("spring", CLOSED, nasty_snapshot()),
            ("autumn", AUTUMN, later),
            ("now", (date(2020, 10, 1), date(2199, 1, 1)), later),
        )
    )
    write_plan(folder, later, waves=waves)
    release(settings, later, sizes or AUTUMN_SIZES, "autumn")
    return folder


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


def exported(folder: Path) -> list[dict[str, str]]:
    lines = map(json.loads, (folder / "staff" / "audit.jsonl").read_text().splitlines())
    return [line["about"] for line in lines if line["event"] == "exported"]


@pytest.fixture(scope="module")
def drifted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_waves(tmp_path_factory.mktemp("drifted"), later_snapshot())


@pytest.fixture(scope="module")
def stacked(drifted: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack(export(drifted, tmp_path_factory.mktemp("out") / "both.zip", *BOTH))


@pytest.fixture(scope="module")
def alone(drifted: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, str]]]:
    """The rows of each wave's own file."""
    out = tmp_path_factory.mktemp("alone")
    return {
        wave: rows(export(drifted, out / f"{wave}.csv", "--format", "csv", "--wave", wave))
        for wave in ("spring", "autumn")
    }


def verdicts(stacked: Path) -> dict[str, dict[str, str]]:
    return {line["id"]: line for line in rows(stacked / "drift.csv")}


def test_each_wave_has_the_rows_and_units_of_its_own_file(
    stacked: Path, alone: dict[str, list[dict[str, str]]]
) -> None:
    found = Counter((row["wave"], row["unit"]) for row in rows(stacked / "responses.csv"))
    assert found == Counter((row["wave"], row["unit"]) for one in alone.values() for row in one)
    assert {unit for wave, unit in found if wave == "autumn"} != {unit for _, unit in found}


def test_no_row_says_anything_that_its_own_file_does_not_say(
    stacked: Path, alone: dict[str, list[dict[str, str]]]
) -> None:
    together = rows(stacked / "responses.csv")
    for wave, own in alone.items():
        names = {name: name for name in together[0] if name in own[0]}
        names |= {f"{name}_{wave}": name for name in own[0] if f"{name}_{wave}" in together[0]}
        for here, there in (("eng1_spring", "eng1"), ("eng1_autumn", "eng1"), ("nasty_spring", "nasty")):
            assert (here in names) == here.endswith(wave), here
            assert names.get(here, there) == there
        mine = [row for row in together if row["wave"] == wave]
        assert Counter(tuple(row[name] for name in names) for row in mine) == Counter(
            tuple(row[name] for name in names.values()) for row in own
        )
        others = set(together[0]) - set(names)
        assert {row[name] for row in mine for name in others} == {""}


def test_a_score_stands_only_where_all_waves_ask_and_score_it_alike(stacked: Path) -> None:
    head = set(rows(stacked / "responses.csv")[0])
    assert {"col_n", "col_mean", "col_pomp", "col_pos"} <= head
    for construct in ("eng", "voi", "srv"):
        assert not {f"{construct}_{end}" for end in ("n", "mean", "pomp", "pos")} & head


def test_the_drift_report_says_why(stacked: Path) -> None:
    said = verdicts(stacked)
    assert said["construct.col"]["verdict"] == "same"
    for construct, why in (
        ("eng", "wording of eng1 changed in autumn"),
        ("voi", "voi6 removed in autumn"),
        ("srv", "rule of the score changed in autumn"),
    ):
        line = said[f"construct.{construct}"]
        assert (line["verdict"], line["columns"]) == ("common items only", "")
        assert why in line["why"].split("; ")
    assert "eng1" not in said["construct.eng"]["common_items"].split()
    assert "eng2" in said["construct.eng"]["common_items"].split()
    assert said["nasty"]["why"] == "answers of nasty changed in autumn"
    assert said["nasty"]["columns"].split() == ["nasty_autumn", "nasty_spring"]
    assert said["fresh"]["why"] == "not asked in spring"
    assert said["eng2"]["verdict"] == "same"


def test_the_readme_says_it_in_words(stacked: Path) -> None:
    said = " ".join((stacked / "README.txt").read_text().split())
    assert "WAVES IN ONE FILE" in said
    assert "score construct.srv: common items only (common items:" in said
    assert "item nasty: not comparable: answers of nasty changed in autumn." in said
    assert f"snapshot {nasty_snapshot().hash}" in said
    assert f"snapshot {later_snapshot().hash}" in said


def test_waves_with_one_survey_share_every_column(tmp_path: Path) -> None:
    folder = two_waves(tmp_path / "data", nasty_snapshot())
    unpacked = unpack(export(folder, tmp_path / "both.zip", *BOTH))
    own = rows(export(folder, tmp_path / "own.csv", "--format", "csv"))
    assert list(rows(unpacked / "responses.csv")[0]) == list(own[0])
    assert {line["verdict"] for line in rows(unpacked / "drift.csv")} == {"same"}
    assert "Nothing that is asked or scored changed" in (unpacked / "README.txt").read_text()


def test_a_translation_that_was_mended_splits_no_column(stacked: Path) -> None:
    assert "eng2" in rows(stacked / "responses.csv")[0]


def test_what_a_wave_did_not_ask_is_not_called_skipped(stacked: Path) -> None:
    import pyreadstat

    table, _ = pyreadstat.read_sav(str(stacked / "responses.sav"), user_missing=True)
    spring = table[table["wave"] == "spring"]
    assert spring["fresh"].isna().all()
    assert (table.loc[table["wave"] == "autumn", "fresh"] == -9).any()
    stata, _ = pyreadstat.read_dta(str(stacked / "responses.dta"), user_missing=True)
    assert "a" not in set(stata.loc[stata["wave"] == "spring", "fresh"])
    assert "a" in set(stata.loc[stata["wave"] == "autumn", "fresh"])


def test_other_peoples_programs_read_the_stacked_file(stacked: Path) -> None:
    table = pd.read_csv(stacked / "responses.csv")
    said = run(
        program("Rscript"),
        "-e",
        'x <- haven::read_sav("responses.sav"); cat(nrow(x), ncol(x), sum(x$col_mean, na.rm=TRUE))',
        folder=stacked,
    )
    n, width, total = said.split()
    assert (int(n), int(width)) == table.shape
    assert float(total) == pytest.approx(table["col_mean"].sum(), rel=1e-6)
    schema = Path(__file__).parent / "ddi_part.xsd"
    run(program("xmllint"), "--noout", "--schema", str(schema), "ddi-codebook.xml", folder=stacked)
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.validate(str(stacked / "datapackage.json"))
    assert report.valid, report.to_summary()


def test_the_scripts_work_the_scores_out_from_the_stacked_file(stacked: Path) -> None:
    import sys

    found = pd.read_csv(io.StringIO(run(sys.executable, "scores.py", folder=stacked)))
    same = [
        one["columns"].split()[0].removesuffix("_n")
        for one in verdicts(stacked).values()
        if one["what"] == "score" and one["verdict"] == "same"
    ]
    assert set(found["score"]) == set(same)
    assert len(same) > 5


def test_every_wave_is_on_record_with_what_was_held_back(tmp_path: Path) -> None:
    folder = two_waves(tmp_path / "data", later_snapshot())
    export(folder, tmp_path / "both.zip", *BOTH)
    spring, autumn = exported(folder)
    assert (spring["wave"], spring["rows"], spring["with"], spring["held_back"]) == (
        "spring",
        "127",
        "autumn",
        "none",
    )
    assert (autumn["wave"], autumn["rows"], autumn["with"]) == ("autumn", "84", "spring")
    assert spring["units"] == "north south other-units"


def test_a_wave_that_may_not_leave_keeps_the_others_and_fixes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = two_waves(tmp_path / "data", later_snapshot(), {"north": 49})
    command = ["export", "--out", str(tmp_path / "a.zip"), "--data", str(folder)]
    for waves, why in (
        (BOTH, "fewer than 50 rows"),
        (("--wave", "spring", "--wave", "now"), "Rows leave when the wave is over"),
        (("--wave", "spring", "--wave", "spring"), "named twice"),
    ):
        assert main([*command, *waves]) == 1
        assert why in capsys.readouterr().err
    assert not (tmp_path / "a.zip").exists()
    assert not (folder / "staff" / "exports" / "spring.json").exists()


def test_a_unit_must_stand_alone_in_every_wave(
    drifted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = rows(export(drifted, tmp_path / "a.csv", "--format", "csv", "--unit", "north", *BOTH))
    assert Counter(row["wave"] for row in found) == {"spring": 61, "autumn": 50}
    command = ["export", "--out", str(tmp_path / "b.csv"), "--data", str(drifted), *BOTH]
    assert main([*command, "--unit", "south"]) == 1
    assert "fewer than 50 rows" in capsys.readouterr().err


def test_a_late_release_changes_no_stacked_file(tmp_path: Path) -> None:
    folder = two_waves(tmp_path / "data", later_snapshot())
    before = rows(export(folder, tmp_path / "a.csv", "--format", "csv", *BOTH))
    from admin.settings import read_settings

    release(read_settings({"YOURVOICE_DATA": str(folder)}), later_snapshot(), {"south": 30}, "autumn")
    after = rows(export(folder, tmp_path / "b.csv", "--format", "csv", *BOTH))
    assert sorted(map(str, before)) == sorted(map(str, after))


def test_the_name_of_the_file_names_the_waves(drifted: Path, tmp_path: Path) -> None:
    with ZipFile(export(drifted, tmp_path / "both.zip", *BOTH)) as bundle:
        assert bundle.namelist()[0] == "spring-autumn/README.txt"
    with ZipFile(export(drifted, tmp_path / "one.zip")) as bundle:
        assert "spring/drift.csv" not in bundle.namelist()


def test_the_workbook_and_reliability_csv_say_the_same_omega(bundle: Path) -> None:
    from math import isnan

    import openpyxl

    found = {line["score"]: line for line in rows(bundle / "reliability.csv")}
    book = openpyxl.load_workbook(bundle / "report.xlsx", read_only=True)
    sheet = list(book["reliability"].iter_rows(values_only=True))
    at = {name: place for place, name in enumerate(sheet[0])}
    shown = {line[at["topic"]]: line for line in sheet[1:]}
    for line in found.values():
        omega = shown[line["label"]][at["omega"]]
        assert (omega is None) == (line["omega"] == "") == (line["why_no_omega"] != "")
        if omega is not None:
            assert not isnan(omega)
            assert float(line["omega"]) == pytest.approx(omega, rel=1e-14)
    assert any(line["omega"] for line in found.values())
    assert any(line["why_no_omega"] for line in found.values())


def test_omega_is_of_the_rows_in_the_file(bundle: Path) -> None:
    table, rules = pd.read_csv(bundle / "responses.csv"), pd.read_csv(bundle / "scoring.csv")
    found = [line for line in rows(bundle / "reliability.csv") if line["omega"]]
    assert found
    for line in found:
        keyed = {
            item: table[item].map(rule.set_index("code")["keyed"])
            for item, rule in rules[rules["scale"] == line["score"]].groupby("item", sort=False)
        }
        complete = pd.DataFrame(keyed).dropna()
        assert len(complete) == int(line["complete"])
        omega = omega_of(complete.cov().to_numpy()).value
        assert float(line["omega"]) == pytest.approx(omega, rel=1e-6)
