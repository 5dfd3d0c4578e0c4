"""Letters that whoever seized the public host has made up: public keys and the way in are all they have."""

from __future__ import annotations

import pytest

from .bench import FIELDS, Bench, act, open_contact
from .builders import lay_down, noise

REVERSED = "\u202e\u2066"


def test_a_letter_under_the_key_for_answers_is_not_read_and_can_be_closed(bench: Bench) -> None:
    key = bench.ring.bundle().key_for("answers", bench.today)
    assert key is not None
    letter_id, sealed = noise(bench.dice, key.key_id)
    lay_down(bench.settings.letters, letter_id, sealed)
    browser, request_id = bench.at_work(), letter_id.hex()
    assert open_contact(browser, request_id).status_code == 409
    assert act(browser, request_id, "note", words="NEEDLE of a note").status_code == 409
    assert "NEEDLE of a note" in browser.last.text
    assert act(browser, request_id, "tried", way="call", result="none").status_code == 303
    assert act(browser, request_id, "close", reason="not_real").status_code == 303


@pytest.mark.parametrize("snapshot", ["", "0" * 64])
def test_made_up_topics_are_few_short_and_turn_nothing_round(bench: Bench, snapshot: str) -> None:
    many = tuple(f"{REVERSED}call me {number}" + "o" * 40 for number in range(300))
    fields = FIELDS | {"contact_topic": many, "contact_times": many, f"{REVERSED}odd": "words"}
    request_id = bench.ask(fields, language=REVERSED, snapshot=snapshot or bench.snapshot.hash)
    browser = bench.at_work()
    for page in (browser.client.get("/desk"), browser.client.get(f"/desk/{request_id}")):
        assert page.status_code == 200
        assert page.text.count("call me") <= 24
        assert not set(REVERSED) & set(page.text)
    shown = open_contact(browser, request_id)
    assert shown.status_code == 203
    assert not set(REVERSED) & set(shown.text)
