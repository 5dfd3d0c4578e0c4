"""Comments leave in a file of their own: only what a person let out, whole, shuffled, in no unit's file."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from admin.comments import Comments, Fate, Judgement
from admin.released import Released

from .builders import export, furnish, nasty_snapshot, program, run, unpack, write_words

K = 11
WORDS = (
    "=SUM(A1:A9) isn't 'allowed'",
    "été, señora, naïve",
    "أريد أن يسمعني أحد",
    "so good 👍🏽👩‍👩‍👧",
    'first line\nsecond "line", and a\ttab',
    ("I was told to wait. " * 100).strip()[:2000],
    "\uff1d1+1",
    "-1 for the forms",
    "@home it is better",
    "plain words",
    "blacked ████ out",
)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county in which WORDS were let out, and one more comment was withheld."""
    folder = tmp_path_factory.mktemp("county")
    settings = furnish(folder)
    write_words(settings, nasty_snapshot(), "north", ("what nobody else may read", *WORDS))
    Released(settings.released).let_words_be_read(K)
    written = Comments(settings.released)
    for comment in written.of("spring"):
        shown = comment.words in WORDS
        kept = Judgement(Fate.KEPT, "", comment.words)
        withheld = Judgement(Fate.WITHHELD, "names somebody", "")
        assert written.judge(comment.id, kept if shown else withheld)
    assert written.share("spring", K) == len(WORDS)
    return folder


@pytest.fixture(scope="module")
def bundle(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack(export(county, tmp_path_factory.mktemp("out") / "spring.zip"))


def plain(words: str) -> str:
    """As it stands in a CSV file: a formula has an apostrophe before it."""
    return f"'{words}" if words[0] in "=\uff1d-@" else words


def test_only_what_was_let_out_leaves_and_it_is_whole(bundle: Path) -> None:
    found = pd.read_csv(bundle / "comments.csv", keep_default_na=False)
    assert sorted(found["words"]) == sorted(map(plain, WORDS))
    assert set(found["item"]) == {"anything_else"}
    for file in bundle.iterdir():
        assert b"what nobody else may read" not in file.read_bytes()


def test_r_reads_every_character(bundle: Path) -> None:
    script = 'cat(jsonlite::toJSON(read.csv("comments.csv", encoding = "UTF-8")$words))'
    found = json.loads(run(program("Rscript"), "-e", script, folder=bundle))
    assert sorted(found) == sorted(map(plain, WORDS))


def test_duckdb_reads_every_character(bundle: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    found = duckdb.read_csv(str(bundle / "comments.csv"), header=True).df()
    assert sorted(found["words"]) == sorted(map(plain, WORDS))


def test_libreoffice_takes_no_comment_for_a_formula(bundle: Path, tmp_path: Path) -> None:
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    target = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false"
    command = (program("soffice"), profile, "--headless", "--infilter=CSV:44,34,76", "--convert-to", target)
    run(*command, "--outdir", str(tmp_path), "comments.csv", folder=bundle)
    found = pd.read_csv(tmp_path / "comments.csv", keep_default_na=False)
    assert sorted(found["words"]) == sorted(map(plain, WORDS))


def test_their_order_is_drawn_anew_each_time(county: Path, bundle: Path, tmp_path: Path) -> None:
    orders = {tuple(pd.read_csv(bundle / "comments.csv")["words"])}
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        again = unpack(export(county, tmp_path / name / "spring.zip"))
        orders.add(tuple(pd.read_csv(again / "comments.csv")["words"]))
    assert len(orders) == 3


def test_a_units_file_has_none(county: Path, tmp_path: Path) -> None:
    alone = unpack(export(county, tmp_path / "north.zip", "--unit", "north"))
    assert len((alone / "comments.csv").read_text().splitlines()) == 1
