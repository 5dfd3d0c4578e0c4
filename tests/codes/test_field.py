"""The code on the page: filled in from a card's address, sealed with the answers, never judged."""

from __future__ import annotations

import gzip
import re
import sqlite3
import zlib
from contextlib import closing

import pytest
from msgspec.structs import replace

from survey_app.ballot import BALLOT_SIZE, Ballot, pack, unpack
from survey_app.cards import TYPED, grouped
from tests.codes.builders import STRANGER, change_wave, spoilt
from tests.public.builders import Ground
from tests.public.conftest import Visit
from tests.public.visitor import Document, Visitor

PRINTED = grouped(STRANGER)
CARD = f"/s/north/{STRANGER}"


def field(page: Document) -> dict[str, str]:
    (found,) = page.all("input", name="k")
    return found


def ballots(ground: Ground) -> list[Ballot]:
    """What lies in the intake, opened."""
    path = ground.data / "public" / "intake.db"
    if not path.exists():
        return []  # nobody has sent anything yet
    with closing(sqlite3.connect(path)) as intake:
        rows = intake.execute("SELECT sealed FROM ballots").fetchall()
    return [unpack(ground.openers["answers"].open(sealed)) for (sealed,) in rows]


@pytest.mark.parametrize("path", ["/", "/s/north", "/es/s/south", "/en/s/kiosk/north"])
def test_by_the_plain_link_the_field_is_empty(visitor: Visitor, path: str) -> None:
    found = field(visitor.read(path))
    assert "value" not in found
    assert (found["pattern"], found["autocomplete"]) == (TYPED, "off")


@pytest.mark.parametrize("written", [STRANGER, PRINTED, STRANGER.lower(), STRANGER.replace("1", "I")])
def test_by_a_cards_address_it_is_filled_in(visitor: Visitor, written: str) -> None:
    page = visitor.read(f"/s/north/{written}", language="es")
    assert field(page)["value"] == PRINTED
    assert field(page)["pattern"] == TYPED
    assert page.all("html")[0]["lang"] == "es"


def test_the_card_goes_along_into_another_language(visitor: Visitor) -> None:
    links = [link["href"] for link in visitor.read(CARD).all("a") if "hreflang" in link]
    assert links == [f"/en/s/north/{STRANGER}", f"/es/s/north/{STRANGER}"]
    assert field(visitor.read(links[1]))["value"] == PRINTED
    plain = [link["href"] for link in visitor.read("/s/north").all("a") if "hreflang" in link]
    assert plain == ["/en/s/north", "/es/s/north"]


def test_a_slip_is_shown_to_the_browser_as_what_the_field_does_not_take(visitor: Visitor) -> None:
    slip = grouped(spoilt(STRANGER))
    found = field(visitor.read(f"/s/north/{slip}"))
    assert found["value"] == slip
    assert not re.fullmatch(found["pattern"], slip)
    assert re.fullmatch(found["pattern"], PRINTED)


@pytest.mark.parametrize(
    "address",
    ["x", STRANGER[:-1], STRANGER * 2, "<script>", "%22%3E%3Cb%3E", "%00", "\u202e", "\x01", "\x02"],
)
def test_an_address_that_is_no_code_opens_the_survey_all_the_same(visitor: Visitor, address: str) -> None:
    response = visitor.open(f"/s/north/{address}")
    assert response.status_code == 203
    assert "value" not in field(Document(response.text))
    assert not {"\1", "\2", "\u202e"} & set(response.text)
    assert '"><b>' not in response.text


def test_zipped_and_plain_pages_are_the_same(visitor: Visitor) -> None:
    for path in ("/s/north", CARD, f"/es{CARD}", f"/s/north/{spoilt(STRANGER)}"):
        zipped = visitor.client.get(path, headers={"Accept-Encoding": "gzip"})
        assert len(zipped.data) < 9_500
        pages = [gzip.decompress(zipped.data).decode(), visitor.open(path).text]
        assert len({re.sub('name="n" value="[^"]*"', "", page) for page in pages}) == 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (PRINTED, STRANGER), (f" {STRANGER.lower()} ", STRANGER), (STRANGER, STRANGER), ("", ""),
        (spoilt(STRANGER), ""), ("no idea", ""), ("x" * 60_000, ""), ("\0\u202e", ""), (["", PRINTED], ""),
    ],
)  # fmt: skip
def test_every_send_is_thanked_alike_and_stored_alike(
    ground: Ground, visitor: Visitor, typed: str | list[str], kept: str
) -> None:
    """Only a code that could be on a card is sealed; whether it is on one, nobody knows here."""
    usual = visitor.answer({"a1": "5"})
    response = visitor.answer({"a1": "5", "k": typed})
    assert (response.status_code, response.data) == (usual.status_code, usual.data)
    assert dict(response.headers) == dict(usual.headers)
    assert sorted(ballot.card for ballot in ballots(ground)) == sorted(["", kept])


def test_a_code_alone_is_no_answer(ground: Ground, visitor: Visitor) -> None:
    visitor.answer({"k": PRINTED})
    assert ballots(ground) == []


def test_with_a_code_a_ballot_is_no_longer_and_without_one_it_is_what_it_was() -> None:
    bare = Ballot("0" * 64, "en", {"row1": "1"})
    assert b"card" not in zlib.decompress(pack(bare)[2:], -15)
    with_code = pack(replace(bare, card=STRANGER))
    assert unpack(with_code).card == STRANGER
    assert len(with_code) == len(pack(bare)) == BALLOT_SIZE


def test_nothing_outside_the_seal_tells_the_code(ground: Ground, visitor: Visitor) -> None:
    visitor.read(CARD)
    visitor.answer({"a1": "5", "k": PRINTED}, page=CARD)
    assert [ballot.card for ballot in ballots(ground)] == [STRANGER]
    for path in (path for path in ground.data.rglob("*") if path.is_file()):
        raw = path.read_bytes() + path.name.encode()
        for needle in (STRANGER, PRINTED, STRANGER.lower()):
            assert needle.encode() not in raw
            assert needle.encode("utf-16-le") not in raw


def test_the_thanks_page_and_its_address_know_no_code(visitor: Visitor) -> None:
    response = visitor.answer({"a1": "5", "k": PRINTED}, page=CARD)
    assert response.headers["Location"] == "/en/thanks/north"
    assert STRANGER not in visitor.open("/en/thanks/north").text


@pytest.mark.parametrize("path", ["/", "/es/s/north", "/en/s/kiosk/south", "/who", "/es/who"])
def test_without_codes_no_page_speaks_of_cards(ground: Ground, visit: Visit, path: str) -> None:
    for codes in (True, False):
        change_wave(ground.data, codes=codes)
        page = visit(ground).read(path)
        assert bool(re.search(r"\b(card|tarjeta)\b", page.words())) is codes
        is_survey = "who" not in path
        assert bool(page.all("input", name="k")) is ("#kc" in page.text) is (codes and is_survey)


def test_without_codes_a_cards_address_is_none_and_its_field_is_dropped(
    ground: Ground, visit: Visit
) -> None:
    change_wave(ground.data, codes=False)
    visitor = visit(ground)
    assert visitor.open(CARD).status_code == visitor.open(f"/en{CARD}").status_code == 404
    visitor.answer({"a1": "5", "k": PRINTED})
    assert [ballot.card for ballot in ballots(ground)] == [""]


def test_a_card_opens_the_survey_on_ones_own_phone_also_where_a_tablet_is_shared(
    ground: Ground, visit: Visit
) -> None:
    change_wave(ground.data, boxes=[{"id": "north", "unit": "north", "shared_tablet": True}])
    visitor = visit(ground)
    assert visitor.open("/s/north").headers["Location"] == "/kiosk/north"
    assert field(visitor.read(CARD))["value"] == PRINTED


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/en/s/north", "only answers with its code are counted"),
        ("/es/s/north", "solo se cuentan las respuestas con su código"),
        ("/who", "is thrown away when the box is opened"),
        ("/es/who/north", "se borra cuando se abre la caja"),
    ],
)
def test_the_page_says_what_a_card_is_for(visitor: Visitor, path: str, said: str) -> None:
    assert said in visitor.read(path).words()


def test_a_head_request_and_a_preview_use_nothing_up(ground: Ground, visitor: Visitor) -> None:
    for method in ("HEAD", "GET"):
        assert visitor.open(CARD, method=method).status_code == 203
    assert ballots(ground) == []
