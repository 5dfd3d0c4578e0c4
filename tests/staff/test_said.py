""" "You said, we did": only numbers that are shown, as they were shown, after a look at them, on record."""

import re
from datetime import date

import msgspec
import pytest

from admin.accounts import Accounts
from admin.said_drafts import Drafts
from survey_app.files import FileError
from survey_app.roles import Role
from survey_app.said_file import MOST, read_said
from survey_app.site import K

from .page import Page
from .place import PASSPHRASE, SMALL, Browser, Place
from .test_words import events

AT = "/waves/spring/said"
DID = "Officers now ask you first."
DID_ES = "Ahora te preguntan primero."


def offered(page: Page) -> list[str]:
    return [str(box["value"]) for box in page.all("input") if box.get("name") == "key"]


def choose(browser: Browser, *keys: str) -> int:
    page = browser.read(f"{AT}/findings")
    form = {name: value for name, value in page.fields.items() if name != "key"}
    return browser.send(f"{AT}/findings", form | {"key": list(keys)}).status_code  # type: ignore[dict-item]


def write(browser: Browser, key: str, en: str = DID, es: str = "") -> int:
    page = browser.read(f"{AT}/findings/{key}")
    return browser.send(f"{AT}/findings/{key}", page.fields | {"did.en": en, "did.es": es}).status_code


def publish(browser: Browser) -> int:
    page = browser.read(f"{AT}/preview/en")
    return browser.send(f"{AT}/preview/en", page.fields).status_code


def prepared(place: Place, count: int = 2) -> tuple[Browser, list[str]]:
    """Findings chosen and written about, not published."""
    browser = place.browser(Role.SUPERVISOR)
    keys = offered(browser.read(f"{AT}/findings"))[:count]
    assert choose(browser, *keys) == 303
    for key in keys:
        assert write(browser, key, DID, DID_ES) == 303
    return browser, keys


def file_of(place: Place, wave: str = "spring") -> bytes:
    return (place.settings.said / f"{wave}.json").read_bytes()


def test_what_is_published_are_the_results_pages_numbers(place: Place) -> None:
    browser, _ = prepared(place, MOST)
    assert publish(browser) == 303
    said = read_said(place.settings.said / "spring.json")
    results = browser.read("/waves/spring").words + browser.read("/waves/spring/topics/eng").words
    assert said.people == "243"
    assert len(said.findings) == MOST
    for finding in said.findings:
        assert finding.share in results
    assert said.languages == ("en", "es")
    assert said.findings[0].did["es"].text == DID_ES
    assert said.findings[1].about["es"].language == "en", "what is not translated is marked so"
    assert events(place)[-1][:2] == ("said_published", "the.supervisor")
    assert DID not in place.settings.trail.read_text()


def test_a_number_is_said_with_the_answer_that_so_many_gave(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    page = browser.read(f"{AT}/findings").words
    assert re.search(r"\d+%\s*gave mostly good answers about: ", page)
    assert re.search(r"\d+%\s*said “Agree / Strongly agree”: ", page)
    unmet = "still not getting"
    (found,) = re.findall(r"(\d+%)\s*said “([^”]*)”: ([^”%]*)" + unmet, page)
    assert found[1] == "Agree / Strongly agree", "that they agree is the news here"
    assert f"<b>{found[0]}</b> strongly agree or agree" in browser.client.get("/waves/spring/topics/srv").text


def test_the_numbers_do_not_tick_after_they_were_published(place: Place) -> None:
    browser, _ = prepared(place)
    assert publish(browser) == 303
    before = file_of(place)
    place.crowd.release("spring", "north", place.crowd.answer("spring", "north", 60))
    browser.read(AT)
    assert file_of(place) == before
    assert "have changed since" in browser.read(AT).words


def test_nothing_is_published_that_was_not_looked_at(place: Place) -> None:
    browser, keys = prepared(place)
    fields = browser.read(f"{AT}/preview/en").fields
    assert write(browser, keys[0], "Something else.") == 303
    answer = browser.send(f"{AT}/preview/en", fields)
    assert answer.status_code == 409
    assert "look once more" in answer.text
    assert not place.settings.said.exists()
    place.crowd.release("spring", "north", place.crowd.answer("spring", "north", 200))
    assert browser.send(f"{AT}/preview/en", browser.read(f"{AT}/preview/en").fields).status_code == 303


def test_no_series_of_publishing_tells_two_numbers_that_fewer_than_k_moved(place: Place) -> None:
    """Late boxes bring three at a time (as several snapshots may); it is published after each of them."""
    browser, _ = prepared(place, MOST)
    assert publish(browser) == 303
    first = read_said(place.settings.said / "spring.json")
    former, moved_at = {n: one.share for n, one in enumerate(first.findings)}, dict.fromkeys(range(MOST), 243)
    moves = 0
    for total in range(246, 300, 3):
        place.crowd.release("spring", "north", place.crowd.answer("spring", "north", 3))
        assert publish(browser) == 303
        for n, one in enumerate(read_said(place.settings.said / "spring.json").findings):
            if one.share != former[n]:
                assert total - moved_at[n] >= K
                former[n], moved_at[n], moves = one.share, total, moves + 1
    assert moves


def test_of_an_open_wave_or_a_small_one_nothing_can_be_chosen(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    for wave in ("now", "quiet", "next"):
        assert offered(browser.read(f"/waves/{wave}/said/findings")) == []
        assert "when the wave is over" in browser.read(f"/waves/{wave}/said").words
    assert browser.read("/waves/none/said", 404)


def test_of_a_closed_wave_whose_numbers_are_hidden_nothing_can_be_chosen(place: Place) -> None:
    place.crowd.release("quiet", "north", place.crowd.answer("quiet", "north", K - 1))
    place.clock.seconds += 40 * 86_400
    browser = place.browser(Role.SUPERVISOR)
    assert "Nothing to choose yet" in browser.read("/waves/quiet/said/findings").words
    place.crowd.release("quiet", "north", place.crowd.answer("quiet", "north", K))
    assert offered(browser.read("/waves/quiet/said/findings"))


def test_more_than_fit_cannot_be_chosen_and_the_ticks_stay(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    keys = offered(browser.read(f"{AT}/findings"))
    assert choose(browser, *keys[: MOST + 1]) == 422
    assert browser.last.text.count(" checked") == MOST + 1
    assert choose(browser, *keys[:MOST], "item.invented", "x") == 303
    assert Drafts(place.settings.said_drafts).of("spring").chosen == tuple(keys[:MOST])


def test_it_cannot_be_published_before_everything_is_written(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    key = offered(browser.read(f"{AT}/findings"))[0]
    assert choose(browser, key) == 303
    assert browser.read(f"{AT}/preview/en", 404)
    assert write(browser, key, "", DID_ES) == 303
    assert browser.read(f"{AT}/preview/en", 404)
    assert write(browser, key) == 303
    assert "1 not written in it: shown in English" in browser.read(AT).words
    assert DID in browser.read(f"{AT}/preview/es").words


def test_what_is_missing_in_a_language_is_shown_in_the_source_language_and_marked(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    key = offered(browser.read(f"{AT}/findings"))[0]
    choose(browser, key)
    write(browser, key, DID, "")
    assert publish(browser) == 303
    told = read_said(place.settings.said / "spring.json").findings[0].did["es"]
    assert (told.language, told.text) == ("en", DID)
    assert 'lang="en"' in browser.client.get(f"{AT}/preview/es").text.partition(DID)[0].rpartition("<p")[2]


def test_what_was_written_about_a_finding_stays_when_it_is_no_longer_chosen(place: Place) -> None:
    browser, keys = prepared(place)
    assert choose(browser, keys[1]) == 303
    assert choose(browser, *keys) == 303
    assert browser.read(AT).words.count(DID) == 2


def test_of_two_who_write_at_once_the_second_is_told_and_loses_nothing(place: Place) -> None:
    browser, keys = prepared(place)
    Accounts(place.store, cost=SMALL).add("second.supervisor", Role.SUPERVISOR, PASSPHRASE)
    other = place.browser()
    other.sign_in("second.supervisor")
    path = f"{AT}/findings/{keys[0]}"
    mine, theirs = browser.read(path).fields, other.read(path).fields
    assert other.send(path, theirs | {"did.en": "Theirs."}).status_code == 303
    answer = browser.send(path, mine | {"did.en": "Mine, in full."})
    assert answer.status_code == 409
    assert "Mine, in full." in answer.text
    assert "Theirs." in answer.text
    again = Page(answer.text).fields | {"did.en": "Both."}
    assert browser.send(path, again).status_code == 303
    assert "Both." in other.read(AT).words


def test_what_was_written_is_kept_on_the_page_when_the_session_is_over(place: Place) -> None:
    browser, keys = prepared(place)
    fields = browser.read(f"{AT}/findings/{keys[0]}").fields
    place.clock.seconds += 21 * 60
    answer = browser.send(f"{AT}/findings/{keys[0]}", fields | {"did.en": "A long new text.", "did.es": ""})
    assert answer.status_code == 403
    assert "What you wrote is kept on this page" in answer.text
    assert "A long new text." in answer.text


def test_it_can_be_withdrawn_and_the_draft_stays(place: Place) -> None:
    browser, _ = prepared(place)
    publish(browser)
    fields = browser.read(AT).fields | {"withdraw": "1"}
    for _ in range(2):
        assert browser.send(AT, fields).status_code == 303
    assert list(place.settings.said.iterdir()) == []
    assert [event[0] for event in events(place)].count("said_withdrawn") == 1
    assert DID in browser.read(AT).words


def test_nothing_is_published_that_cannot_be_recorded(place: Place) -> None:
    browser, _ = prepared(place)
    fields = browser.read(f"{AT}/preview/en").fields
    place.settings.trail.unlink()
    place.settings.trail.mkdir()
    assert browser.send(f"{AT}/preview/en", fields).status_code == 503
    assert not place.settings.said.exists()


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{7*7}}", "مرحبا", "x" * 400, "a\nb"])
def test_whatever_is_written_is_shown_as_words(place: Place, text: str) -> None:
    browser = place.browser(Role.SUPERVISOR)
    key = offered(browser.read(f"{AT}/findings"))[0]
    choose(browser, key)
    assert write(browser, key, text, text) == 303
    assert text in browser.read(f"{AT}/preview/en").words
    assert publish(browser) == 303
    assert read_said(place.settings.said / "spring.json").findings[0].did["en"].text == text
    assert text in browser.read(f"{AT}/poster/es").words


def test_what_is_too_long_is_cut_and_what_no_page_may_hold_is_taken_out(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    key = offered(browser.read(f"{AT}/findings"))[0]
    choose(browser, key)
    write(browser, key, "\u202eevil\x00" + "y" * 500)
    publish(browser)
    did = read_said(place.settings.said / "spring.json").findings[0].did["en"].text
    assert did == "evil" + "y" * 396


def test_the_poster_has_the_published_words_and_a_code_to_scan(place: Place) -> None:
    browser, _ = prepared(place)
    assert browser.read(f"{AT}/poster/en", 404)
    publish(browser)
    page = browser.read(f"{AT}/poster/en")
    assert DID in page.words
    assert page.all("svg") == []
    fields = browser.read(AT).fields | {"link": "https://survey.example.org/s/x"}
    assert browser.send(AT, fields).status_code == 303
    page = browser.read(f"{AT}/poster/es")
    assert (page.all("main")[0]["lang"], len(page.all("svg"))) == ("es", 1)
    assert "survey.example.org/s/x" in page.words
    assert browser.read(f"{AT}/poster/xx", 404)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "http://a.example/", "https://", "https://" + "a" * 300 + ".org"]
)
def test_an_address_that_is_none_is_not_kept_and_not_lost(place: Place, link: str) -> None:
    browser, _ = prepared(place)
    answer = browser.send(AT, browser.read(AT).fields | {"link": link})
    assert answer.status_code == 422
    assert "no address that begins with https://" in answer.text
    assert Drafts(place.settings.said_drafts).of("spring").link == ""


FAULTS: list[dict[str, object]] = [
    {"wave": "autumn"},
    {"format": "yourvoice-said/2"},
    {"languages": []},
    {"languages": ["en", "es", "fr"]},
    {"languages": ["../x", "es"]},
    {"people": "fewer than 11"},
    {"people": "<b>"},
    {"findings": []},
    {"closes": date(1, 1, 1), "findings": 7 * [0]},
]


@pytest.mark.parametrize("changes", FAULTS, ids=str)
def test_a_file_that_says_what_no_page_may_say_is_refused(place: Place, changes: dict[str, object]) -> None:
    browser, _ = prepared(place)
    publish(browser)
    path = place.settings.said / "spring.json"
    said = read_said(path)
    if changes.get("findings") == 7 * [0]:
        changes = {"findings": 7 * [said.findings[0]]}
    named = {name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()}
    spoilt = msgspec.structs.replace(said, **named)
    path.write_bytes(spoilt.to_bytes())
    with pytest.raises(FileError, match=r"^spring\.json"):
        read_said(path)


@pytest.mark.parametrize("share", ["72", "fewer than 11", "<b>7%", "1072%", "72%\n", "٧٢%"])
def test_a_number_that_no_page_shows_is_refused(place: Place, share: str) -> None:
    browser, _ = prepared(place)
    publish(browser)
    path = place.settings.said / "spring.json"
    said = read_said(path)
    first = msgspec.structs.replace(said.findings[0], share=share)
    path.write_bytes(msgspec.structs.replace(said, findings=(first,)).to_bytes())
    with pytest.raises(FileError, match="A number in it is none"):
        read_said(path)
