"""`yourvoice check`: instruments and plans, the errors first, and an exit status that a script can trust."""

from pathlib import Path

import pytest

from kernel.builders import base, changed, written
from survey_app.commands import main


def checked(capsys: pytest.CaptureFixture[str], folder: Path, *files: Path) -> tuple[int, list[str]]:
    """The exit status and the printed lines."""
    status = main(["check", "--translations", str(folder), *map(str, files)])
    return status, capsys.readouterr().out.splitlines()


def test_errors_come_before_warnings_and_the_last_line_counts_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoilt = {"languages": ["en", "es"], "sections.0.items.0.rows.1.text": "I never feel <b>safe</b>"}
    path = written(tmp_path, changed(base(), spoilt))
    status, lines = checked(capsys, tmp_path, path, tmp_path / "none.json")
    levels = [line.rpartition(" (")[2][0] for line in lines[:-1]]
    assert status == 1
    assert levels == sorted(levels, key="EWI".index)
    assert set(levels) > {"E"}
    assert lines[-1] == (
        f"Files: 2. Errors (E): {levels.count('E')}. "
        f"Warnings (W): {levels.count('W')}. Notes (I): {levels.count('I')}."
    )


def test_warnings_alone_do_not_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = changed(base(), {"sections.0.items.0.rows.1.text": "I never feel safe"})
    status, lines = checked(capsys, tmp_path, written(tmp_path, raw))
    assert (status, "(W " in lines[0]) == (0, True)


def test_a_plan_is_checked_as_a_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = {"jurisdiction": "Elm", "default_box": "x", "units": [], "waves": [], "k": 5}
    path = written(tmp_path, plan, "site.json")
    status, lines = checked(capsys, tmp_path, path)
    assert (status, len(lines)) == (1, 3)
    assert "k is 5, but no box may be opened below 11 ballots. Write 11 or more." in lines[0]
    assert "default_box" in lines[1]
    plan.pop("waves")
    assert 'The field "waves" is missing.' in checked(capsys, tmp_path, written(tmp_path, plan))[1][0]


def test_a_sound_plan_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wave = {"id": "w", "title": "W", "opens": "2026-01-01", "closes": "2026-02-01", "snapshot": "ab" * 32}
    plan = {
        "jurisdiction": "Elm",
        "default_box": "b",
        "units": [{"id": "u", "title": "U"}],
        "waves": [{**wave, "boxes": [{"id": "b", "unit": "u"}]}],
    }
    status, lines = checked(capsys, tmp_path, written(tmp_path, plan, "our-plan.json"))
    assert (status, lines) == (0, ["Files: 1. Errors (E): 0. Warnings (W): 0. Notes (I): 0."])


def plan_of(*hashes: str) -> dict[str, object]:
    wave = {"title": "W", "opens": "2026-01-01", "closes": "2026-02-01"}
    waves = [
        {**wave, "id": f"w{n}", "snapshot": name, "boxes": [{"id": f"b{n}", "unit": "u"}]}
        for n, name in enumerate(hashes)
    ]
    units = [{"id": "u", "title": "U"}]
    return {"jurisdiction": "Elm", "default_box": "b0", "units": units, "waves": waves}


def test_questions_that_were_never_frozen_are_an_error_where_the_frozen_ones_lie(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "snapshots").mkdir()
    (tmp_path / "snapshots" / f"{'ab' * 32}.json").write_text("{}")
    path = written(tmp_path, plan_of("ab" * 32, "0" * 64), "site.json")
    status, lines = checked(capsys, tmp_path, path)
    assert (status, len(lines)) == (1, 2)
    assert f'wave "w1": There is no snapshot {"0" * 64}. Run yourvoice-admin snapshot' in lines[0]


def test_a_plan_written_before_its_questions_were_frozen_is_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, lines = checked(capsys, tmp_path, written(tmp_path, plan_of("0" * 64), "site.json"))
    assert (status, len(lines)) == (0, 2)
    assert "(W no_snapshot)" in lines[0]


def test_a_language_without_the_interface_s_own_words_is_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = tmp_path / "es" / "LC_MESSAGES" / "messages.mo"
    words.parent.mkdir(parents=True)
    words.write_bytes(b"")
    path = written(tmp_path, changed(base(), {"languages": ["en", "es", "ar"]}))
    found = [line for line in checked(capsys, tmp_path, path)[1] if "untranslated_interface" in line]
    assert len(found) == 1
    assert 'The interface has no words in "ar": its buttons and notices are in English.' in found[0]
    assert "(W " in found[0]
