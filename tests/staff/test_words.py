"""Comments are read in lots of k, by supervisors only, and one that tells of danger leads somewhere."""

import json
from datetime import timedelta

import pytest

from admin.accounts import Accounts
from admin.desk.concerns import Concerns, Outcome
from admin.sessions import Sessions
from survey_app.roles import Role
from survey_app.site import K

from .page import Page
from .place import PASSPHRASE, SMALL, Browser, Place

NEEDLE = "Officer Quill hits people in the van"
FEW = [f"thought number {n}" for n in range(K - 1)]


def events(place: Place) -> list[tuple[str, str, dict[str, str]]]:
    """The trail's lines: event, actor, about."""
    lines = map(json.loads, place.settings.trail.read_text().splitlines())
    return [(line["event"], line["actor"], line["about"]) for line in lines]


def comment_links(page: Page) -> list[str]:
    return [link for link in page.links if "/comments/" in link]


def supervisor_of(place: Place, words: list[str]) -> Browser:
    place.crowd.write("now", "north", "anything_else", words)
    return place.browser(Role.SUPERVISOR)


def test_fewer_than_k_comments_are_not_shown_and_the_next_ones_come_in_lots_of_k(place: Place) -> None:
    browser = supervisor_of(place, FEW)
    assert "No comments to read yet" in browser.read("/waves/now/comments").words
    place.crowd.write("now", "south", "anything_else", ["one more"])
    first = browser.read("/waves/now/comments").words
    assert all(one in first for one in [*FEW, "one more"])
    place.crowd.write("now", "south", "anything_else", ["a late one"] * (K - 1))
    assert "a late one" not in browser.read("/waves/now/comments").words
    place.crowd.write("now", "south", "anything_else", ["the last one"])
    assert browser.read("/waves/now/comments").words.count("a late one") == K - 1


def test_a_lot_is_counted_by_question_because_one_person_writes_to_several(place: Place) -> None:
    browser = supervisor_of(place, FEW)
    place.crowd.write("now", "north", "supported_by__other", ["my aunt"] * (K - 1))
    assert "No comments to read yet" in browser.read("/waves/now/comments").words
    place.crowd.write("now", "north", "supported_by__other", ["my aunt"])
    page = browser.read("/waves/now/comments").words
    assert page.count("my aunt") == K
    assert FEW[0] not in page


def test_comments_of_one_wave_stand_on_its_own_page_only(place: Place) -> None:
    browser = supervisor_of(place, [NEEDLE] * K)
    assert NEEDLE in browser.read("/waves/now/comments").words
    assert NEEDLE not in browser.read("/waves/spring/comments").words
    link = comment_links(browser.read("/waves/now/comments"))[0]
    assert browser.read(link.replace("/now/", "/spring/"), 404)


def test_only_supervisors_are_offered_and_shown_comments(place: Place) -> None:
    link = comment_links(supervisor_of(place, [NEEDLE] * K).read("/waves/now/comments"))[0]
    assert "/waves/now/comments" in place.browser(Role.SUPERVISOR).read("/waves/now").links
    assert "/waves/now/comments" not in place.browser(Role.EVALUATOR).read("/waves/now").links
    for role in (Role.EVALUATOR, Role.OPERATOR):
        browser = place.browser(role)
        for path in ("/waves/now/comments", link, "/concerns"):
            assert NEEDLE not in browser.read(path, 403).words


HOSTILE = ["<script>alert(1)</script>", "{{7*7}}", "=1+1", "a\nb", "مرحبا", "x" * 2000]


def test_whatever_was_written_is_shown_as_words(place: Place) -> None:
    page = supervisor_of(place, HOSTILE + FEW).read("/waves/now/comments")
    for words in HOSTILE:
        assert words in page.words
    assert len(page.all("blockquote")) == len(HOSTILE + FEW)
    assert all(quote["dir"] == "auto" for quote in page.all("blockquote"))


def test_a_concern_is_on_record_shown_to_other_supervisors_and_ended_once(place: Place) -> None:
    browser = supervisor_of(place, [NEEDLE, *FEW])
    links = comment_links(browser.read("/waves/now/comments"))
    link = next(link for link in links if NEEDLE in browser.read(link).words)
    page = browser.read(link)
    assert "call 911" in page.words
    assert "Do not try to find out who wrote it" in page.words
    raised = browser.send(link, page.fields)
    assert (raised.status_code, len(Concerns(place.settings.desk).all())) == (303, 1)
    assert browser.send(link, page.fields).location == raised.location
    (concern,) = Concerns(place.settings.desk).all()
    assert events(place)[-1] == ("concern_raised", "the.supervisor", {"concern": concern.name, "wave": "now"})

    Accounts(place.store, cost=SMALL).add("second.supervisor", Role.SUPERVISOR, PASSPHRASE)
    other = place.browser()
    other.sign_in("second.supervisor")
    assert f"/concerns/{concern.id.hex()}" in other.read("/concerns").links
    page = other.read(raised.location)
    assert NEEDLE in page.words
    assert other.send(raised.location, page.fields | {"outcome": "anything"}).status_code == 303
    assert Concerns(place.settings.desk).all()[0].closed is None
    place.clock.seconds += timedelta(hours=0.1) / timedelta(seconds=1)
    for outcome in ("reported", "no_danger"):
        assert other.send(raised.location, page.fields | {"outcome": outcome}).status_code == 303
    assert events(place)[-1] == (
        "concern_closed",
        "second.supervisor",
        {"concern": concern.name, "outcome": "reported"},
    )
    assert "It was reported" in browser.read(raised.location).words
    assert "A concern was raised, and dealt with" in browser.read("/waves/now/comments").words


def test_no_word_of_a_comment_stands_in_the_trail_or_the_desks_file(place: Place) -> None:
    browser = supervisor_of(place, [NEEDLE] * K)
    link = comment_links(browser.read("/waves/now/comments"))[0]
    browser.send(link, browser.read(link).fields)
    for file in (place.settings.trail, place.settings.desk, place.settings.accounts):
        assert NEEDLE.encode() not in file.read_bytes()


@pytest.mark.parametrize(
    "path", ["/waves/now/comments/zz", "/waves/now/comments/00ff", "/concerns/none", "/waves/none/comments"]
)
def test_an_address_of_nothing_is_said_to_be_that(place: Place, path: str) -> None:
    assert "no such page" in place.browser(Role.SUPERVISOR).read(path, 404).words


def test_a_concern_that_cannot_be_recorded_is_not_raised(place: Place) -> None:
    browser = supervisor_of(place, [NEEDLE] * K)
    link = comment_links(browser.read("/waves/now/comments"))[0]
    fields = browser.read(link).fields
    place.settings.trail.unlink()
    place.settings.trail.mkdir()
    assert browser.send(link, fields).status_code == 503
    assert Concerns(place.settings.desk).all() == ()


def test_of_two_who_end_a_concern_at_once_one_does(place: Place) -> None:
    concerns, today = Concerns(place.settings.desk), place.clock.today
    concern = concerns.new(bytes(16), "now", "the.supervisor", today)
    concerns.keep(concern)
    ended = [concerns.close(concern.id, outcome, "the.supervisor", today) for outcome in list(Outcome)[:2]]
    assert ended == [True, False]
    assert concerns.all()[0].outcome == Outcome.REPORTED


def test_the_desk_says_that_a_concern_waits(place: Place) -> None:
    browser = supervisor_of(place, [NEEDLE] * K)
    account = next(one for one in Accounts(place.store, cost=SMALL).everyone() if "super" in one.name)
    token = Sessions(place.store, place.clock).start(account, "0", strong=True)
    browser.client.set_cookie("staff", token)
    assert "/concerns" not in browser.read("/desk").links
    link = comment_links(browser.read("/waves/now/comments"))[0]
    browser.send(link, browser.read(link).fields)
    page = browser.read("/desk")
    assert "1 comment tells that somebody may be in danger" in page.words
    assert "/concerns" in page.links
