"""Others read a comment when a person went through it, when the wave is over, and k or more at a time."""


import pytest

from admin.comments import Comments, Fate
from admin.originals import end_comments
from survey_app.roles import Role
from survey_app.site import K

from .page import Page
from .place import Browser, Place
from .test_words import events

NEEDLE = "Officer Quill hits people in the van"
MANY = [f"thought number {n}" for n in range(K - 1)]
DAY = 86_400


def decide(browser: Browser, link: str, **fields: str) -> int:
    """Send the form of one comment."""
    page = browser.read(link)
    return browser.send(link, page.fields | {"fate": "kept"} | fields).status_code


def work_of(page: Page) -> list[str]:
    return sorted({link for link in page.links if "/redaction/" in link})


def written(place: Place, words: list[str], wave: str = "spring") -> Browser:
    place.crowd.write(wave, "north", "anything_else", words)
    return place.browser(Role.SUPERVISOR)


def all_kept(browser: Browser, wave: str = "spring") -> None:
    """Keep all that nobody decided about yet."""
    for link in work_of(browser.read(f"/waves/{wave}/redaction")):
        if "Decide anew" not in browser.read(link).words:
            assert decide(browser, link) == 303


def share(browser: Browser, wave: str = "spring") -> None:
    path = f"/waves/{wave}/redaction"
    assert browser.send(path, browser.read(path).fields).status_code == 303


def words_of(browser: Browser, wave: str = "spring") -> str:
    return browser.read(f"/waves/{wave}/words").words


def test_nobody_else_reads_a_comment_before_a_person_let_them(place: Place) -> None:
    browser = written(place, [NEEDLE, *MANY])
    evaluator = place.browser(Role.EVALUATOR)
    assert "Nothing to read yet" in words_of(evaluator)
    links = work_of(browser.read("/waves/spring/redaction"))
    assert len(links) == K
    for link in links:
        fate = {}
        if NEEDLE in browser.read(link).words:
            fate = {"fate": "blacked", "edited": "Officer [...] hits people in [...]", "taken_out": "names"}
        assert decide(browser, link, **fate) == 303
    assert "Nothing to read yet" in words_of(evaluator)
    share(browser)
    found = words_of(evaluator)
    assert "Officer […] hits people in […]" in found
    assert "Quill" not in found
    assert all(one in found for one in MANY)
    assert [event[0] for event in events(place)][-1] == "comments_shown"


def test_the_page_for_others_has_no_way_to_an_original(place: Place) -> None:
    browser = written(place, [NEEDLE, *MANY])
    all_kept(browser)
    share(browser)
    evaluator = place.browser(Role.EVALUATOR)
    page = evaluator.read("/waves/spring/words")
    ways = ("/words/", "/comments", "/redaction")
    assert not [link for link in page.links if any(way in link for way in ways)]
    comments = Comments(place.settings.released)
    originals = {one.id for one in comments.of("spring")}
    assert not originals & {one.id for one in comments.shown("spring")}
    for link in ("/waves/spring/redaction", *work_of(browser.read("/waves/spring/redaction"))):
        for role in (Role.EVALUATOR, Role.OPERATOR):
            assert place.browser(role).read(link, 403)
    assert place.browser(Role.OPERATOR).read("/waves/spring/words", 403)


def test_what_is_shown_has_another_order_than_the_comments(place: Place) -> None:
    browser = written(place, [f"number {n}" for n in range(40)])
    all_kept(browser)
    share(browser)
    comments = Comments(place.settings.released)
    before, after = ([one.words for one in kind("spring")] for kind in (comments.of, comments.shown))
    assert sorted(before) == sorted(after)
    assert before != after


def test_while_the_wave_is_open_nothing_is_shown(place: Place) -> None:
    browser = written(place, [NEEDLE, *MANY], "now")
    all_kept(browser, "now")
    page = browser.read("/waves/now/redaction")
    assert "not over yet" in page.words
    assert browser.send("/waves/now/redaction", page.fields).status_code == 303
    assert "Nothing to read yet" in words_of(browser, "now")


def test_fewer_than_k_ready_ones_wait_and_withheld_ones_do_not_count(place: Place) -> None:
    browser = written(place, [NEEDLE, *MANY])
    links = work_of(browser.read("/waves/spring/redaction"))
    for link in links[1:]:
        decide(browser, link)
    assert decide(browser, links[0], fate="withheld", withheld="tells_who") == 303
    assert "Not enough are ready" in browser.read("/waves/spring/redaction").words
    share(browser)
    assert "Nothing to read yet" in words_of(browser)
    place.crowd.write("spring", "north", "anything_else", ["a late one"] * K)
    all_kept(browser)
    share(browser)
    assert words_of(browser).count("a late one") == K
    assert "thought number" in words_of(browser)


@pytest.mark.parametrize(
    "fields",
    [
        {"fate": "blacked", "edited": "Officer Quill is kind [...]", "taken_out": "names"},
        {"fate": "blacked", "edited": "Officer [...]", "taken_out": "whatever"},
        {"fate": "blacked", "taken_out": "names"},
        {"fate": "withheld", "withheld": "whatever"},
        {"fate": "published"},
        {"fate": ""},
    ],
)
def test_what_is_no_decision_is_not_kept_and_no_word_is_lost(place: Place, fields: dict[str, str]) -> None:
    browser = written(place, [NEEDLE] * K)
    link = work_of(browser.read("/waves/spring/redaction"))[0]
    answer = browser.send(link, browser.read(link).fields | fields)
    assert answer.status_code == 422
    assert "Only take out" in answer.text
    assert fields.get("edited", NEEDLE) in answer.text
    assert Comments(place.settings.released).judgements("spring") == {}


def test_of_two_who_decide_at_once_the_second_is_told(place: Place) -> None:
    browser = written(place, [NEEDLE] * K)
    link = work_of(browser.read("/waves/spring/redaction"))[0]
    first = browser.read(link).fields
    edited = {"fate": "blacked", "edited": "Officer [...] in the van", "taken_out": "names"}
    assert browser.send(link, first | edited).status_code == 303
    answer = browser.send(link, first | {"fate": "kept"})
    assert answer.status_code == 409
    assert "Somebody else decided" in answer.text
    assert "Officer […] in the van" in answer.text
    assert decide(browser, link, fate="withheld", withheld="danger") == 303
    (found,) = Comments(place.settings.released).judgements("spring").values()
    assert (found.fate, found.words, found.version) == (Fate.WITHHELD, "", 2)
    assert browser.send(link, first | edited | {"version": "1"}).status_code == 409
    assert decide(browser, link) == 303


def test_what_was_blacked_out_is_kept_on_the_page_when_the_session_is_over(place: Place) -> None:
    browser = written(place, [NEEDLE] * K)
    link = work_of(browser.read("/waves/spring/redaction"))[0]
    fields = browser.read(link).fields
    place.clock.seconds += 21 * 60
    edited = "Officer [...] hits people in [...]"
    answer = browser.send(link, fields | {"fate": "blacked", "edited": edited, "taken_out": "names"})
    assert answer.status_code == 403
    assert "What you wrote is kept on this page" in answer.text
    assert edited in answer.text


@pytest.mark.parametrize("version", ["-1", "x", "9" * 40, "\u0661"])
def test_a_version_that_is_none_decides_nothing(place: Place, version: str) -> None:
    browser = written(place, [NEEDLE] * K)
    link = work_of(browser.read("/waves/spring/redaction"))[0]
    assert decide(browser, link, version=version) == 409
    assert Comments(place.settings.released).judgements("spring") == {}


def test_no_word_of_a_comment_stands_in_the_trail(place: Place) -> None:
    browser = written(place, [NEEDLE] * K)
    for link in work_of(browser.read("/waves/spring/redaction")):
        decide(browser, link, fate="blacked", edited="Officer [...] the van", taken_out="names")
    share(browser)
    trail = place.settings.trail.read_text()
    assert trail.count('"comment_judged"') == K
    assert "Officer" not in trail
    assert "van" not in trail


@pytest.mark.parametrize(
    "words",
    ["<script>alert(1)</script> Quill", "مرحبا Quill مرحبا", "Quill " + "x" * 1990, "{{7*7}} Quill"],
)
def test_whatever_was_written_is_shown_as_words(place: Place, words: str) -> None:
    browser = written(place, [words] * K)
    edited = words.replace("Quill", "[...]")
    for link in work_of(browser.read("/waves/spring/redaction")):
        assert decide(browser, link, fate="blacked", edited=edited, taken_out="names") == 303
        assert browser.read(link).all("del") == [{}]
    share(browser)
    page = place.browser(Role.EVALUATOR).read("/waves/spring/words")
    assert page.words.count(words.replace("Quill", "[…]")) == K
    assert {quote["dir"] for quote in page.all("blockquote")} == {"auto"}


def test_a_shown_comment_can_be_taken_back_and_leaves_its_place(place: Place) -> None:
    browser = written(place, [NEEDLE, *MANY])
    all_kept(browser)
    share(browser)
    links = [link for link in browser.read("/waves/spring/words").links if "/words/" in link]
    link = next(link for link in links if NEEDLE in browser.read(link).words)
    assert place.browser(Role.EVALUATOR).read(link, 403)
    fields = browser.read(link).fields
    assert browser.send(link, fields).status_code == 303
    assert browser.send(link, fields).status_code == 303
    found = place.browser(Role.EVALUATOR).read("/waves/spring/words")
    assert NEEDLE not in found.words
    assert found.words.count("One comment was taken back.") == 1
    assert [event[0] for event in events(place)].count("comment_taken_back") == 1
    place.clock.seconds += 400 * DAY
    end_comments(place.settings, place.site, place.clock.today, "schedule")
    assert NEEDLE.encode() not in place.settings.data.joinpath("staff/released.db").read_bytes()
