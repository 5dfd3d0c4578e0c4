"""The page of cards: as many as were asked for, each scanned as it is read, only the codes different."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import segno

from admin.cards import card_keys
from admin.cardsheet import LANGUAGES_MAX, ON_A_PAGE, sayings
from admin.commands import main
from admin.released import Released
from survey_app.cards import SAID, is_sound, read
from tests.attacks.county import staff_settings
from tests.boxes.sql import ask
from tests.codes.builders import SPRING, change_wave
from tests.codes.sheet import codes_on, squares
from tests.public.builders import TRANSLATIONS, Ground

URL = "https://survey.example.org"


def make(ground: Ground, out: Path, *more: str, count: int = 19) -> int:
    """Run the command."""
    told = ["--wave", SPRING, "--box", "north", "--count", str(count), "--url", URL, "--out", str(out)]
    return main(["codes", "--data", str(ground.data), *told, *more])


@pytest.fixture
def page(ground: Ground, tmp_path: Path) -> str:
    """A sheet of 19 cards."""
    assert make(ground, tmp_path / "cards.html") == 0
    return (tmp_path / "cards.html").read_text()


def test_every_card_has_its_own_sound_code_and_all_of_them_count(ground: Ground, page: str) -> None:
    codes = [read(code) for code in codes_on(page)]
    assert len(set(codes)) == 19
    assert all(map(is_sound, codes))
    key = card_keys(staff_settings(ground.data).cards, [SPRING])[SPRING]
    awaited = Released(staff_settings(ground.data).released).awaited_cards()
    assert awaited == {key.hashed(code) for code in codes}


def test_what_is_scanned_is_the_address_with_the_code(page: str) -> None:
    """Square by square the picture that a QR encoder makes of the address."""
    pictures = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    for picture, code in zip(pictures, codes_on(page), strict=True):
        wanted = segno.make_qr(f"{URL}/s/north/{read(code)}", error="m").matrix_iter(border=4)
        assert squares(picture) == [[bool(square) for square in row] for row in wanted]


def test_nothing_but_the_code_differs_from_card_to_card(page: str) -> None:
    cards = re.findall(r"<article>.*?</article>", page, re.DOTALL)
    bare = {re.sub(r' d="[^"]*"|(?<=class="code">)[^<]*', "", card) for card in cards}
    assert (len(cards), len(bare)) == (19, 1)
    assert len(re.findall("<section>", page)) == -(-19 // ON_A_PAGE) == 3


def test_it_says_what_to_do_in_the_surveys_languages(page: str) -> None:
    said = ("Draw one card from the bowl.", "Saca una tarjeta del recipiente.", "survey.example.org/s/north")
    for words in said:
        assert page.count(words) == 19
    assert re.findall('<p lang="([^"]*)"', page)[:2] == ["en", "es"]


def test_it_needs_no_network(page: str) -> None:
    assert not re.findall(r"(?:src=|href=|url\(|@import|<script|<link)", page)
    assert "default-src 'none'" in page
    assert "://" not in re.sub(r'xmlns="[^"]*"', "", page)


def test_it_is_for_its_owner_only_and_tells_no_time(page: str, tmp_path: Path) -> None:
    written = (tmp_path / "cards.html").stat()
    assert written.st_mode & 0o777 == 0o600
    assert written.st_mtime == 946_684_800


def test_neither_screen_nor_trail_shows_a_code(
    ground: Ground, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert make(ground, tmp_path / "cards.html") == 0
    said = "".join(capfd.readouterr()) + (ground.data / "staff" / "audit.jsonl").read_text()
    assert "19 cards for" in said
    assert '"codes_made"' in said
    for code in codes_on((tmp_path / "cards.html").read_text()):
        assert code not in said
        assert read(code) not in said


def test_more_cards_can_be_printed_later_and_the_first_ones_still_count(
    ground: Ground, page: str, tmp_path: Path
) -> None:
    assert make(ground, tmp_path / "more.html", count=5) == 0
    assert ask(ground.data / "staff" / "released.db", "SELECT count(*) FROM cards") == [24]


def test_a_language_without_the_words_is_left_out_and_two_fit() -> None:
    assert [said.tag for said in sayings(["en", "ar", "es"], TRANSLATIONS)] == ["en", "es"]
    assert [said.text for said in sayings(["ar"], TRANSLATIONS)] == [" ".join(SAID)]
    assert len(sayings(["en", "es", "en"], TRANSLATIONS)) == LANGUAGES_MAX


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--wave", "autumn"], 'site.json has no wave "autumn", only: spring.'),
        (["--box", "west"], "Say where the cards lead with --box, one of: north, south."),
        (["--box", ""], "Say where the cards lead with --box"),
        (["--count", "0"], "--count must be from 1 to 5000."),
        (["--count", "5001"], "--count must be from 1 to 5000."),
        (["--url", "survey.example.org"], "write it like https://survey.example.org."),
        (["--url", 'https://x"><b>'], "write it like https://survey.example.org."),
        (["--language", "xx"], "The survey does not speak xx, only: en, es."),
        (["--out", "nowhere/cards.html"], "There is no folder nowhere."),
    ],
)
def test_what_cannot_be_printed_is_refused_and_no_code_is_made(
    ground: Ground, tmp_path: Path, capfd: pytest.CaptureFixture[str], flags: list[str], sentence: str
) -> None:
    assert make(ground, tmp_path / "cards.html", *flags) == 1
    assert sentence in capfd.readouterr().err
    assert not (ground.data / "staff" / "cards").exists()


def test_a_wave_without_codes_gets_no_cards(
    ground: Ground, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    change_wave(ground.data, codes=False)
    assert make(ground, tmp_path / "cards.html") == 1
    assert 'write "codes": true into it' in capfd.readouterr().err


def test_a_sheet_that_is_there_is_not_written_over(
    ground: Ground, page: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert make(ground, tmp_path / "cards.html") == 1
    assert "is there already" in capfd.readouterr().err
    assert (tmp_path / "cards.html").read_text() == page
