"""What the doctor tells somebody to do loses no ballot, and can be done by whoever is no programmer."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import survey_app.doctor
from survey_app.commands import main
from survey_app.doctor.files import OTHERS
from tests.doctor.broken_folders import SCHEMA, damage
from tests.doctor.installation import examine, make_sound
from tests.doctor.test_folder import start

ODD = "it's a $HOME `x` \u00e9\n\x1b[2J"
LOSING = re.compile(r"\b([Rr]emov|[Dd]elet|[Ee]ras|rm\b|[Tt]hrow|aside|[Uu]nlink)")
HARMLESS = (
    "Do not delete it yet", "Delete nothing", "but delete nothing", "Remove it with shred",
    "The next handover removes it", " delete the copy. If not,",
)  # fmt: skip
"""`delete the copy` stands behind its two conditions; shred is for images of memory; drafts are not whole."""


def said_in_sources() -> list[str]:
    files = Path(survey_app.doctor.__file__).parent.glob("*.py")
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text()))]
    return [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def test_no_remedy_tells_anybody_to_delete_what_may_be_the_only_ballots() -> None:
    said = said_in_sources()
    for words in HARMLESS:
        assert any(words in one for one in said), words
        said = [one.replace(words, "") for one in said]
    assert not [one for one in said if LOSING.search(one)]


@pytest.mark.parametrize("without", ["intake.db", "keys.json", ""])
def test_one_folder_too_deep_is_said_and_nothing_else(sound: Path, without: str) -> None:
    if without:
        (sound / "public" / without).unlink()
    diagnosis = examine(sound / "public")
    words = f"This is the folder public inside the data folder. Say --data {sound}"
    assert [f"{one['what']} {one['remedy']}" for one in diagnosis.said] == [words]
    assert diagnosis.status == 1
    assert words in start(sound / "public").stderr


def test_an_only_intake_under_another_name_is_not_to_be_deleted(sound: Path) -> None:
    intake = sound / "public" / "intake.db"
    intake.rename(intake.with_name("intake-old.db"))
    shutil.copy(intake.with_name("intake-old.db"), sound / "photo.jpg")
    words = examine(sound).words("copies")
    assert "photo.jpg, public/intake-old.db" in words
    assert "Do not delete it yet: it may be the only one with ballots" in words


@pytest.mark.parametrize(
    "break_it", [damage, lambda data: (data / "public" / "intake.db").write_bytes(b"x" * 8192)]
)
def test_a_damaged_intake_is_kept(sound: Path, break_it: object) -> None:
    assert callable(break_it)
    break_it(sound)
    words = examine(sound).words("integrity")
    assert "damaged" in words
    assert "Delete nothing: ballots may still be saved" in words
    assert "outside the data folder" in words


def test_no_jargon_stands_alone(sound: Path) -> None:
    (sound / "public" / "intake.db").write_bytes(b"x" * 8192)
    words = examine(sound).words("schema")
    assert "The intake cannot be read: the file is damaged (SQLITE_NOTADB)." in words


def test_whoever_changes_tables_back_keeps_the_small_boxes(sound: Path) -> None:
    SCHEMA[0].act(sound)
    words = examine(sound).words("schema")
    assert "Boxes with fewer than k ballots cannot leave; their ballots stay in this file." in words
    assert "Keep it, outside the data folder" in words


def opened(data: Path) -> None:
    for path in (data, *data.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)


@pytest.mark.parametrize("check", ["writers", "group", "intake-modes", "public-modes", "folder-mode"])
@pytest.mark.parametrize("name", ["data", "it's a $HOME `x`", ODD], ids=["plain", "quotes", "odd"])
def test_the_line_to_copy_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, check: str
) -> None:
    monkeypatch.setenv("YOURVOICE_PORT", "1")
    data = make_sound(tmp_path / name)
    opened(data)
    (finding,) = examine(data).of(check)
    assert "." not in re.findall(r"change (\S+)", finding["what"])
    line = re.sub("^Unless they all serve it: ", "", finding["remedy"])
    assert "\n" not in line
    assert "\x1b" not in line
    subprocess.run(["bash", "-c", line], check=True, cwd=tmp_path)
    assert examine(data).level(check) == "ok"


def test_the_public_keys_stay_readable_and_no_link_is_followed(sound: Path) -> None:
    opened(sound)
    (sound / "public" / "link").symlink_to(sound / "site.json")
    (finding,) = examine(sound).of("public-modes")
    subprocess.run(["bash", "-c", finding["remedy"]], check=True)
    for path in (sound / "public" / "keys.json", sound / "site.json"):
        assert path.stat().st_mode & OTHERS == 0o066


def test_a_server_that_was_not_found_is_said_plainly(sound: Path) -> None:
    words = examine(sound).words("server-flags")
    assert "no running yourvoice serve on this data folder was found" in words


def test_a_plan_with_txt_behind_its_name_is_found(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (sound / "site.json").rename(sound / "site.json.txt")
    assert "There is site.json.txt. Rename it to site.json." in examine(sound).words("plan")
    assert main(["check", str(sound / "site.json")]) == 1
    assert "There is site.json.txt. Rename it to site.json." in capsys.readouterr().out
