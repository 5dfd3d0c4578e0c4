""" "You said, we did" on the public side: shown as it was published, or not there at all."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec
import pytest

from survey_app.said import period
from survey_app.said_file import FORMAT, Finding, SaidFile, Told
from survey_app.site import load_site

from .builders import Ground
from .visitor import Visitor

DID = "Officers now ask you <b>first</b> & {{7*7}}."


def told(**texts: str) -> dict[str, Told]:
    return {code: Told(code, text) for code, text in texts.items()}


def finding(number: int = 1) -> Finding:
    return Finding(
        share="72%",
        answer=told(en="Agree / Strongly agree", es="De acuerdo"),
        about={"en": Told("en", f"Statement {number}."), "es": Told("es", f"Frase {number}.")},
        did={"en": Told("en", DID), "es": Told("en", DID)},
    )


def a_file(wave: str, findings: int = 2) -> SaidFile:
    topic = Finding(share="≥ 90%", about=told(en="Being heard", es="Ser oído"), did=told(en=DID, es="Hecho."))
    return SaidFile(
        format=FORMAT,
        wave=wave,
        opens=date(2031, 3, 30),
        closes=date(2031, 4, 20),
        people="1,243",
        languages=("en", "es"),
        findings=(*(finding(n) for n in range(1, findings)), topic),
    )


def put(ground: Ground, said: SaidFile) -> Path:
    folder = ground.data / "said"
    folder.mkdir(exist_ok=True)
    path = folder / f"{said.wave}.json"
    path.write_bytes(said.to_bytes())
    return path


def wave_of(ground: Ground) -> str:
    return load_site(ground.data / "site.json").waves[0].id


def test_it_shows_what_was_published_in_each_language(ground: Ground, visitor: Visitor) -> None:
    put(ground, a_file(wave_of(ground)))
    for path in ("/said", "/en/said", f"/en/said/{wave_of(ground)}"):
        page = visitor.read(path)
        assert "1,243 young people answered." in page.words()
        assert "72% said" in page.words()
        assert '“<bdi lang="en" dir="ltr">Agree / Strongly agree</bdi>”:' in page.text
        assert "≥ 90% gave mostly good answers about this:" in page.words()
        assert DID in page.words()
        assert "March 2031" in page.words()
    spanish = visitor.read("/es/said").words()
    assert "Frase 1." in spanish
    assert "Hecho." in spanish
    assert "marzo" in spanish
    assert visitor.open("/es/said").text.count('<p class="did" lang="en" dir="ltr">') == 1


def test_it_sets_nothing_and_says_the_same_to_everybody(ground: Ground, visitor: Visitor) -> None:
    put(ground, a_file(wave_of(ground)))
    first, second = visitor.open("/en/said"), visitor.open("/en/said")
    assert first.status_code == 200
    assert first.data == second.data
    assert "Set-Cookie" not in first.headers
    assert "ETag" not in first.headers
    assert "<b>first</b>" not in first.text


def test_where_nothing_is_published_there_is_no_page_and_no_way_to_it(visitor: Visitor) -> None:
    for path in ("/said", "/en/said", "/en/said/spring"):
        assert visitor.open(path).status_code == 404
    for path in ("/", "/thanks"):
        assert "/said" not in visitor.open(path).text


def test_the_first_and_the_last_page_lead_to_it_as_soon_as_there_is_something(
    ground: Ground, visitor: Visitor
) -> None:
    before = visitor.open("/").text
    path = put(ground, a_file(wave_of(ground)))
    for page in ("/", "/thanks"):
        assert visitor.read(page).all("a", href="/en/said")
    assert "/said" not in visitor.open("/en/s/kiosk/south").text, "a shared tablet leads nowhere else"
    path.unlink()
    assert visitor.open("/").text.partition('name="n"')[0] == before.partition('name="n"')[0]
    assert visitor.open("/said").status_code == 404


def test_a_new_file_is_shown_at_once(ground: Ground, visitor: Visitor) -> None:
    said = a_file(wave_of(ground))
    path = put(ground, said)
    assert "1,243" in visitor.open("/said").text
    draft = path.with_name(".new")
    draft.write_bytes(msgspec.structs.replace(said, people="1,254").to_bytes())
    draft.replace(path)
    assert "1,254" in visitor.open("/said").text


BREAKS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda whole: b"",
    "cut": lambda whole: whole[: len(whole) // 2],
    "changed": lambda whole: whole.replace(b"72%", b"73%"),
    "no JSON": lambda whole: b"\xff\xfe" + whole,
    "unknown field": lambda whole: whole.replace(b'"people"', b'"person"'),
    "huge": lambda whole: whole + b" " * 2**21,
    "deep": lambda whole: b"[" * 100_000,
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_file_is_a_page_that_is_not_there(ground: Ground, visitor: Visitor, name: str) -> None:
    path = put(ground, a_file(wave_of(ground)))
    path.write_bytes(BREAKS[name](path.read_bytes()))
    assert visitor.open("/said").status_code == 404
    assert visitor.open("/").status_code == 203
    assert "/said" not in visitor.open("/").text


UNFIT: list[dict[str, object]] = [
    {"wave": "autumn"},
    {"people": "fewer than 11"},
    {"languages": ("en",)},
    {"findings": ()},
    {"findings": tuple(finding(n) for n in range(7))},
    {"findings": (msgspec.structs.replace(finding(), share="fewer than 11"),)},
    {"findings": (msgspec.structs.replace(finding(), did=told(en="x" * 401, es="y")),)},
    {"findings": (msgspec.structs.replace(finding(), did=told(en="a\u202eb", es="y")),)},
    {"findings": (msgspec.structs.replace(finding(), did=told(en="", es="y")),)},
    {"findings": (msgspec.structs.replace(finding(), did=told(es="y", en="x")),)},
    {"findings": (msgspec.structs.replace(finding(), about={}),)},
    {"findings": (msgspec.structs.replace(finding(), about={"en": Told("xx", "a"), "es": Told("es", "a")}),)},
]


@pytest.mark.parametrize("changes", UNFIT, ids=lambda changes: str(changes)[:60])
def test_a_whole_file_that_says_what_no_page_may_is_not_shown(
    ground: Ground, visitor: Visitor, changes: dict[str, object]
) -> None:
    wave = wave_of(ground)
    path = put(ground, a_file(wave))
    path.write_bytes(msgspec.structs.replace(a_file(wave), **changes).to_bytes())
    assert visitor.open("/said").status_code == 404


def test_a_pipe_or_a_folder_in_its_place_keeps_nobody_waiting(ground: Ground, visitor: Visitor) -> None:
    path = put(ground, a_file(wave_of(ground)))
    path.unlink()
    os.mkfifo(path)
    assert visitor.open("/said").status_code == 404
    path.unlink()
    path.mkdir()
    assert visitor.open("/said").status_code == 404


def test_a_file_of_a_wave_that_the_plan_does_not_know_is_not_shown(ground: Ground, visitor: Visitor) -> None:
    put(ground, a_file("elsewhere"))
    assert visitor.open("/said").status_code == 404
    assert visitor.open("/en/said/elsewhere").status_code == 404
    assert visitor.open("/en/said/..%2fsite").status_code == 404


def test_a_language_that_the_site_has_not_is_no_page(ground: Ground, visitor: Visitor) -> None:
    put(ground, a_file(wave_of(ground)))
    assert visitor.open("/xx/said").status_code == 404


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "March 2031 \u2013 April 2031"),
        ("zh_hans", "2031年3月 \u2013 2031年4月"),
        ("xx_nowhere", "2031-03 \u2013 2031-04"),
        ("hmn", "2031-03 \u2013 2031-04"),
    ],
)
def test_the_months_of_a_wave_are_said_in_every_language(language: str, said: str) -> None:
    assert period(date(2031, 3, 30), date(2031, 4, 20), language) == said
