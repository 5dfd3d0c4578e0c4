"""A sheet that `yourvoice-admin score` cannot score gets a sentence with row and column, never a number."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .builders import ROOT
from .evaluator import INSTRUMENT, SMALL, Evaluator


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("eng1,eng2,eng3\n", "a header but no responses"),
        ("eng1,eng2,eng3,age\n1,2,3,17\n", 'The column "age" is no item.'),
        ("eng1,eng2,emg3\n1,2,3\n", 'Did you mean "eng3"?'),
        ("eng1,eng2,eng3,\n1,2,3,4\n", "A column has no name"),
        ("eng1,eng2,eng3,ENG1\n1,2,3,4\n", "eng1 stands in the header twice"),
        ("eng1,eng2\n1,2\n", "Columns are missing of the construct eng: eng3"),
        ("eng1,eng2,eng3\n1,2,3\n1,2\n", "Row 3 (response 2) has 2 cells, but the header has 3"),
        ("eng1,eng2,eng3\n1,2,3,4\n", "Row 2 (response 1) has 4 cells"),
        ("eng1,eng2,eng3\n1,2,3\n1,6,3\n", 'Row 3 (response 2), column eng2: "6" is no answer'),
        ("eng1,eng2,eng3\n1,0,3\n", 'column eng2: "0" is no answer to this item. Write 1, 2, 3, 4, 5;'),
        ("eng1,eng2,eng3\n1,2.5,3\n", '"2.5" is no answer'),
        ("eng1,eng2,eng3\n1,-3,3\n", '"-3" is no answer'),
        ("eng1,eng2,eng3\n1,3e0,3\n", '"3e0" is no answer'),
        ("eng1;eng2;eng3\n1;3,0;3\n", '"3,0" is no answer'),
        ("eng1,eng2,eng3\n1,agree,3\n", '"agree" is no answer'),
        ("eng1,eng2,eng3\n1,NA,3\n", "say --missing=NA"),
        ("eng1,eng2,eng3\n1,.,3\n", "say --missing=."),
        ("eng1,eng2,eng3\n1,-9,3\n", "say --missing=-9"),
        ("eng1,eng2,eng3\n1,inf,3\n", '"inf" is no answer'),
        ("eng1,eng2,eng3\n1,\uff13,3\n", "is no answer"),
        ("eng1,eng2,eng3\n1,\u0663,3\n", "is no answer"),
        ("eng1,eng2,eng3\n1,\u00a03,3\n", "is no answer"),
        ("eng1,eng2,eng3\n1,3\x00,3\n", "is no answer"),
        ("eng1,eng2,eng3\n1," + "9" * 5000 + ",3\n", '"99999999999999999999..." is no answer'),
        ("eng1,eng2,eng3\n1,2,3\n\n1,2,3\n", "Row 3 is empty, and there are rows after it"),
        ('eng1,eng2,eng3\n1,"2,3\n1,2,3\n', "double quote"),
        ('eng1,eng2,eng3\n1,"2"2,3\n', "double quote"),
        ("anything_else,eng1,eng2,eng3\nwords,1,2,3\n", "holds words"),
        ("contact_name,eng1,eng2,eng3\nAna,1,2,3\n", 'The column "contact_name" is no item'),
        ("eng1,eng2,eng3\n" + "1" * 2**20, "letters or more"),
    ],
)
def test_a_sheet_with_a_fault_is_refused_with_row_and_column(desk: Evaluator, sheet: str, words: str) -> None:
    assert words in desk.refuses(sheet)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("eng1,eng2,eng3\n1,2,3\n".encode("utf-16"), "UTF-16"),
        ("eng1,eng2,eng3\n1,2,3\n".encode("utf-16-le"), "UTF-16"),
        (gzip.compress(b"eng1\n1\n"), "compressed"),
        (b"PK\x03\x04rest of a spreadsheet", "spreadsheet"),
        (b"eng1,eng2,eng3\n1,\xe9,3\n", "is no answer"),
        (b"\xff" * 300, "is no item"),
        (os.urandom(4096), ""),
    ],
)
def test_what_is_no_csv_is_refused_with_a_sentence(desk: Evaluator, content: bytes, words: str) -> None:
    assert words in desk.refuses(content)


def test_all_wrong_cells_are_told_at_once_up_to_ten(desk: Evaluator) -> None:
    told = desk.refuses("eng1,eng2,eng3\n" + "1,x,3\n" * 20)
    assert told.count("is no answer") == 10
    assert "Row 11 " in told


def test_an_error_repeats_no_more_than_the_start_of_a_cell(desk: Evaluator) -> None:
    cell = "my mother's \x1b[31mphone is 555-0199"
    told = desk.refuses(f'eng1,eng2,eng3,note\n1,"{cell}",3,secret\n', "--ignore=note")
    assert "my mother" in told
    assert "555" not in told
    assert "secret" not in told
    assert "\x1b" not in told


def test_an_answer_cannot_be_made_to_mean_skipped(desk: Evaluator) -> None:
    assert '"5" is an answer to eng1' in desk.refuses("eng1,eng2,eng3\n5,4,\n", "--missing=5")


def test_half_of_a_check_all_question_is_refused(desk: Evaluator) -> None:
    assert "missing of the question where: where__none" in desk.refuses("where__home\n1\n", instrument=SMALL)


@pytest.mark.parametrize("number", ["51", "-1", "7.5", "1e1"])
def test_a_number_outside_its_range_or_with_a_fraction_is_refused(desk: Evaluator, number: str) -> None:
    assert "a whole number from 0 to 50" in desk.refuses(f"visits,place\n{number},home\n", instrument=SMALL)


def test_an_item_that_is_new_in_another_version_is_missed(desk: Evaluator) -> None:
    raw = json.loads(INSTRUMENT.read_text())
    rows = next(i for s in raw["sections"] for i in s["items"] if i["id"] == "eng")["rows"]
    rows.append({"id": "eng4", "text": "My probation officer listens to me."})
    raw["constructs"][0]["items"].append({"item": "eng4"})
    raw["version"] = "2.0.0"
    newer = desk.folder / "newer.json"
    newer.write_text(json.dumps(raw))
    told = desk.refuses("eng1,eng2,eng3\n1,2,3\n", instrument=newer)
    assert "eng4" in told
    assert "2.0.0" in told
    assert 'The column "eng4" is no item' in desk.refuses("eng1,eng2,eng3,eng4\n1,2,3,4\n")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no such file"),
        ("{}", "format"),
        ('{"format": "yourvoice-instrument/9"}', "format"),
        ('{"format": "yourvoice-snapshot/9"}', "another version"),
        ("[1, 2", "not JSON"),
    ],
)
def test_questions_of_another_kind_are_refused(desk: Evaluator, content: str | None, words: str) -> None:
    path = desk.folder / "questions.json"
    if content is not None:
        path.write_text(content)
    assert words in desk.refuses("eng1\n1\n", instrument=path)


def test_a_missing_sheet_or_a_folder_is_told_in_a_sentence(desk: Evaluator) -> None:
    assert "No such file" in desk.refuses(desk.folder / "none.csv")
    assert "directory" in desk.refuses(ROOT)


def test_a_folder_with_other_files_is_left_alone(desk: Evaluator) -> None:
    desk.out.mkdir()
    (desk.out / "scores.csv").write_text("somebody's own")
    assert "holds other files" in desk.refuses("eng1,eng2,eng3\n1,2,3\n")
    assert desk.scores == "somebody's own"


def test_the_folder_of_the_sheet_is_not_written_over(desk: Evaluator) -> None:
    assert desk.score("eng1,eng2,eng3\n1,2,3\n") == 0
    assert "holds other files" in desk.refuses(desk.out / "scores.csv", "--ignore=eng")


def test_a_file_in_the_place_of_the_folder_is_refused(desk: Evaluator) -> None:
    desk.out.write_text("a file")
    assert "is not a folder" in desk.refuses("eng1,eng2,eng3\n1,2,3\n")


def test_what_was_scored_before_stays_when_the_next_sheet_is_wrong(desk: Evaluator) -> None:
    assert desk.score("eng1,eng2,eng3\n1,2,3\n") == 0
    before = desk.scores
    desk.refuses("eng1,eng2,eng3\n1,2,3\n" * 2)
    assert desk.scores == before


def test_a_killed_run_leaves_no_folder(tmp_path: Path) -> None:
    """The sheet comes through a pipe that stays open, so that the kill hits the middle."""
    pipe, out = tmp_path / "pipe", tmp_path / "out"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "admin.commands", "score", "--instrument", str(INSTRUMENT)]
    with subprocess.Popen([*command, "--responses", str(pipe), "--out", str(out)], cwd=ROOT) as running:
        with pipe.open("w") as sheet:
            sheet.write("eng1,eng2,eng3\n" + "1,2,3\n" * 40_000)
            sheet.flush()
            wanted = time.monotonic() + 60
            while not list(tmp_path.glob(".out.*/scores.csv")) and time.monotonic() < wanted:
                time.sleep(0.05)
            running.send_signal(signal.SIGKILL)
        running.wait(60)
    assert list(tmp_path.glob(".out.*/scores.csv"))
    assert not out.exists()


def test_a_full_disk_leaves_no_folder_and_a_sentence(desk: Evaluator) -> None:
    """A limit on the size of files, for the command alone."""
    sheet = desk.folder / "sheet.csv"
    sheet.write_text("eng1,eng2,eng3\n" + "1,2,2\n" * 5_000)
    run = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        " resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000));"
        " from admin.commands import main; sys.exit(main(sys.argv[1:]))"
    )
    options = ["--instrument", str(INSTRUMENT), "--responses", str(sheet), "--out", str(desk.out)]
    done = subprocess.run(
        [sys.executable, "-c", run, "score", *options], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in desk.folder.iterdir()] == ["sheet.csv"]
