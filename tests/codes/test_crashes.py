"""kill -9 before every single change to a file: a code counts once, and no printed card is worth nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from admin.commands import main
from survey_app.boxes import BoxFile
from survey_app.cards import read
from tests.boxes.sql import ask, is_sound
from tests.boxes.stepping import run_until
from tests.codes.builders import SPRING, Bowl
from tests.codes.sheet import codes_on

FEW = 3


@pytest.mark.slow
def test_a_killed_release_lost_nothing_and_doubled_nothing(tmp_path: Path) -> None:
    """What counts, what is dropped and what is used up changes all at once or not at all."""
    bowl = Bowl(tmp_path, FEW)
    assert bowl.opener
    released, step, done = 0, 1, False
    while not done:
        codes = bowl.print_cards(FEW)
        rows = bowl.with_codes(codes) + bowl.with_codes(["", codes[0]])
        bowl.released.take_in(BoxFile(SPRING, "north-1", tuple(rows)))
        done = run_until(lambda: assert_lots(bowl), step)
        waiting = len(bowl.released.awaited_cards())
        kept = ask(bowl.database, "SELECT count(*) FROM responses")[0] - released
        pending = ask(bowl.database, "SELECT count(*) FROM pending")[0]
        assert (kept, waiting, pending) in {(0, FEW, FEW + 2), (FEW, 0, 0)}, step
        bowl.release()
        released += FEW
        assert ask(bowl.database, "SELECT count(*) FROM responses") == [released], step
        assert ask(bowl.database, "SELECT count(*) FROM pending") == [0], step
        assert bowl.released.awaited_cards() == frozenset(), step
        assert list(bowl.released.ledger_faults()) == [], step
        assert is_sound(bowl.database), step
        step += 1
    assert step > 10


def assert_lots(bowl: Bowl) -> None:
    assert bowl.release().lots


@pytest.mark.slow
def test_every_card_of_a_finished_sheet_counts_whenever_the_making_was_killed(tmp_path: Path) -> None:
    step, done = 1, False
    while not done:
        folder = tmp_path / str(step)
        bowl, out = Bowl(folder), folder / "cards.html"
        done = run_until(lambda bowl=bowl, out=out: make_sheet(bowl, out), step)  # type: ignore[misc]
        if out.exists():
            codes = codes_on(out.read_text())
            assert len(codes) == 11
            bowl.released.take_in(BoxFile(SPRING, "north-1", tuple(bowl.with_codes(map(read, codes)))))
            assert bowl.release().lots == ((SPRING, "north", 11),), step
        make_sheet(bowl, folder / "again.html")
        assert is_sound(bowl.database), step
        step += 1
    assert step > 5


def make_sheet(bowl: Bowl, out: Path) -> None:
    """The command as it is typed."""
    told = ["--wave", SPRING, "--box", "north-1", "--count", "11", "--url", "https://a.example"]
    assert main(["codes", "--data", str(bowl.data), *told, "--out", str(out)]) == 0
