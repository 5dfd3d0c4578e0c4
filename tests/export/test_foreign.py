"""Other people's programs open every format, and read the same answers and words in each of them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from .builders import LONG, NASTY, nasty_snapshot, program, run

SKIPPED, DOES_NOT_APPLY = -9, 6


@pytest.fixture(scope="module")
def table(bundle: Path) -> pd.DataFrame:
    """responses.csv, as pandas reads it."""
    return pd.read_csv(bundle / "responses.csv")


def test_pandas_reads_numbers_only(table: pd.DataFrame) -> None:
    words = [name for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    assert words == ["wave", "unit"]
    assert len(table) == 127
    assert table["nasty"].isna().any()
    assert set(table["nasty"].dropna()) == {1, 2, 3, 4, 5, 6}
    assert table["months"].max() <= 300


def same(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """The same cells in the same order, to the last digit."""
    assert list(ours) == list(theirs)
    for name in ours:
        if name in ("wave", "unit"):
            assert list(ours[name]) == list(theirs[name]), name
        else:
            assert ours[name].astype(float).equals(theirs[name].astype(float)), name


def test_r_reads_the_csv(bundle: Path, table: pd.DataFrame) -> None:
    script = 'x <- read.csv("responses.csv"); for (n in names(x)) if (is.numeric(x[[n]])) x[[n]] <- '
    script += 'ifelse(is.na(x[[n]]), "", sprintf("%.17g", x[[n]])); write.csv(x, stdout(), row.names=FALSE)'
    said = run(program("Rscript"), "-e", script, folder=bundle)
    same(table, pd.read_csv(io.StringIO(said)))


def test_duckdb_reads_the_csv(bundle: Path, table: pd.DataFrame) -> None:
    duckdb = pytest.importorskip("duckdb")
    same(table, duckdb.read_csv(str(bundle / "responses.csv")).df())


def test_libreoffice_reads_csv_and_workbook(bundle: Path, table: pd.DataFrame, tmp_path: Path) -> None:
    office = program("soffice")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    last = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    for file in ("responses.csv", "report.xlsx"):
        command = (office, profile, "--headless", "--convert-to", last, "--outdir", str(tmp_path))
        run(*command, str(bundle / file), folder=tmp_path)
    for file in ("responses-responses.csv", "report-responses.csv"):
        found = pd.read_csv(tmp_path / file)
        assert list(found) == list(table)
        assert (found[["wave", "unit"]] == table[["wave", "unit"]]).all(axis=None)
        numbers = table.drop(columns=["wave", "unit"]).astype(float)
        # The last digit is lost on the way through fifteen printed ones.
        pd.testing.assert_frame_equal(found[list(numbers)].astype(float), numbers, rtol=1e-14)
    with (tmp_path / "report-codebook.csv").open(newline="", encoding="utf-8") as opened:
        values = {line["name"]: line["values"] for line in csv.DictReader(opened)}
    assert values["nasty"] == "; ".join(f"{code} = {words}" for code, words in enumerate(NASTY, 1))


def test_pspp_reads_labels_measures_and_missing_values(bundle: Path, tmp_path: Path) -> None:
    syntax = tmp_path / "look.sps"
    syntax.write_text(
        f"GET FILE='{bundle / 'responses.sav'}'.\n"
        "DISPLAY DICTIONARY /VARIABLES=eng1 contact_frequency nasty eng_mean.\n"
        "FREQUENCIES eng1 /FORMAT=NOTABLE.\n"
    )
    listing = tmp_path / "look.csv"
    said = run(program("pspp"), "-o", str(listing), str(syntax), folder=tmp_path)
    shown = listing.read_text()
    assert "warning" not in said + shown
    measures = {line.split(",")[0]: line for line in shown.splitlines() if line.count(",") > 5}
    for name, measure in (("eng1", "Ordinal"), ("contact_frequency", "Nominal"), ("eng_mean", "Scale")):
        assert f",{measure}," in measures[name], measures[name]
    assert "My probation officer tries to build a relationship with me." in shown
    assert "-9[a],Skipped" in shown
    assert f"6[a],{NASTY[5]}" in shown


def test_pspp_reads_the_same_cells(bundle: Path, table: pd.DataFrame, tmp_path: Path) -> None:
    out = tmp_path / "back.csv"
    run(program("pspp-convert"), "--recode", "-O", "csv", "responses.sav", str(out), folder=bundle)
    back = pd.read_csv(out, na_values=[" "], skipinitialspace=True)
    assert list(back) == list(table)
    numbers = table.drop(columns=["wave", "unit"]).astype(float)
    numbers["nasty"] = numbers["nasty"].where(numbers["nasty"] != DOES_NOT_APPLY)
    pd.testing.assert_frame_equal(back[list(numbers)].astype(float), numbers, rtol=1e-6)
    assert list(back["unit"].str.strip()) == list(table["unit"])


HAVEN = """
suppressMessages(library(haven))
sav <- read_sav("responses.sav", user_na = TRUE); dta <- read_dta("responses.dta")
plain <- function(x) { x <- zap_label(zap_labels(zap_formats(zap_widths(zap_missing(x)))))
  for (n in names(x)) if (is.numeric(x[[n]])) x[[n]] <- ifelse(is.na(x[[n]]), "", sprintf("%.17g", x[[n]]))
  x }
write.csv(plain(sav), "../sav.csv", row.names = FALSE, fileEncoding = "UTF-8")
write.csv(plain(dta), "../dta.csv", row.names = FALSE, fileEncoding = "UTF-8")
words <- function(x) list(label = attr(x, "label"), codes = unname(attr(x, "labels")),
  labels = names(attr(x, "labels")), na = attr(x, "na_values"))
tagged <- function(x) c(a = sum(is_tagged_na(x, "a"), na.rm = TRUE), all = sum(is.na(x)))
found <- list(sav = lapply(sav, words), dta = lapply(dta, words), tagged = as.list(tagged(dta$nasty)),
  system = as.list(tagged(dta$eng_mean)), minus = sum(as.numeric(sav$nasty) == -9, na.rm = TRUE))
cat(jsonlite::toJSON(found, auto_unbox = TRUE, null = "null", na = "string"))
"""


def test_haven_reads_spss_and_stata(bundle: Path, table: pd.DataFrame) -> None:
    found = json.loads(run(program("Rscript"), "-e", HAVEN, folder=bundle))
    for kind in ("sav", "dta"):
        back = pd.read_csv(bundle.parent / f"{kind}.csv")
        if kind == "sav":
            # haven's zap_missing empties whatever is user-missing.
            back["nasty"] = back["nasty"].fillna(table["nasty"].where(table["nasty"] == DOES_NOT_APPLY))
        same(table, back)
    assert found["sav"]["nasty"]["na"] == [SKIPPED, DOES_NOT_APPLY]
    assert found["sav"]["eng1"]["na"] == SKIPPED
    assert found["sav"]["nasty"]["label"] == "@What “odd” words - isn't it?"
    words = dict(zip(found["sav"]["nasty"]["codes"], found["sav"]["nasty"]["labels"], strict=True))
    # SPSS has room for 120 bytes.
    assert words.pop(5) == f"{LONG[:114]}…"
    assert words == {SKIPPED: "Skipped"} | {code: text for code, text in enumerate(NASTY, 1) if code != 5}
    assert found["dta"]["nasty"]["labels"] == [*NASTY, "Skipped"]
    skipped = int(table["nasty"].isna().sum())
    assert found["tagged"] == {"a": skipped, "all": skipped}
    assert found["minus"] == skipped
    assert found["system"] == {"a": 0, "all": int(table["eng_mean"].isna().sum())}


def test_openpyxl_reads_the_workbook_and_finds_no_formula(bundle: Path, table: pd.DataFrame) -> None:
    book = openpyxl.load_workbook(bundle / "report.xlsx")
    assert book.sheetnames == ["README", "scores", "items", "reliability", "codebook", "responses"]
    assert {cell.data_type for sheet in book for line in sheet.iter_rows() for cell in line} <= {"s", "n"}
    head, *lines = book["responses"].values
    back = pd.DataFrame(lines, columns=list(head))
    assert (back[["wave", "unit"]] == table[["wave", "unit"]]).all(axis=None)
    numbers = table.drop(columns=["wave", "unit"]).astype(float)
    # Sixteen digits are written.
    pd.testing.assert_frame_equal(back[list(numbers)].astype(float), numbers, rtol=1e-15)
    codebook = {line[0]: line for line in book["codebook"].values}
    assert codebook["nasty"][4] == "; ".join(f"{code} = {words}" for code, words in enumerate(NASTY, 1))


def test_frictionless_finds_nothing_wrong(bundle: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.Package(str(bundle / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "message"])
    tables = {"responses", "codebook", "values", "scoring", "comments", "reliability"}
    assert {task.name for task in report.tasks} == tables


def test_every_wording_is_in_the_tables_whole_and_no_cell_is_a_formula(bundle: Path) -> None:
    with (bundle / "values.csv").open(newline="", encoding="utf-8") as opened:
        said = [line["label_en"] for line in csv.DictReader(opened) if line["name"] == "nasty"]
    assert said == [f"'{NASTY[0]}", *NASTY[1:]]
    for file in ("codebook.csv", "values.csv", "scoring.csv", "responses.csv"):
        with (bundle / file).open(newline="", encoding="utf-8") as opened:
            assert not [cell for line in csv.reader(opened) for cell in line if cell[:1] in set("=+-@\t\r")]


def test_the_codebook_has_the_wording_in_every_language(bundle: Path) -> None:
    with (bundle / "codebook.csv").open(newline="", encoding="utf-8") as opened:
        lines = {line["name"]: line for line in csv.DictReader(opened)}
    assert lines["eng1"]["label_es"] == "Mi oficial intenta conocerme."
    # What nobody translated is blank, not English under a Spanish name.
    assert lines["eng2"]["label_es"] == ""
    assert lines["eng1"]["label_en"] == "My probation officer tries to build a relationship with me."
    needed = ("label_en", "type", "measure", "role")
    assert all(line[column] for line in lines.values() for column in needed)
    assert nasty_snapshot().hash in (bundle / "README.txt").read_text()
