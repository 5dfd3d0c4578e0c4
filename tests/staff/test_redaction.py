"""Others read a comment when a person went through it, when the wave is over, and k or more at a time."""

import sqlite3
from collections import Counter
from datetime import timedelta
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admin.audit import Audit
from admin.comments import Comments, Fate, Judgement
from admin.desk.concerns import Concerns, Outcome
from admin.desk_rounds import one_round
from admin.originals import destroy_originals, end_comments
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


def rounds(place: Place) -> tuple[str, ...]:
    """What the desk's rounds do about comments."""
    worried = {one.comment for one in Concerns(place.settings.desk).all() if one.closed is None}
    comments, audit = Comments(place.settings.released), Audit(place.settings.trail)
    return destroy_originals(comments, place.site, place.clock.today, worried, audit, "schedule")


def in_file(place: Place, words: str) -> bool:
    return words.encode() in place.settings.data.joinpath("staff/released.db").read_bytes()


def test_an_original_is_destroyed_once_it_is_settled(place: Place) -> None:
    place.clock.seconds -= 300 * DAY
    browser = written(place, ["Quill is the cousin of my neighbour", *(one * 90 for one in MANY)])
    links = work_of(browser.read("/waves/spring/redaction"))
    for link in links:
        hot = "neighbour" in browser.read(link).words
        how = {"fate": "blacked", "edited": "[...] is the cousin of [...]", "taken_out": "family_health"}
        decide(browser, link, **(how if hot else {}))
    place.crowd.write("spring", "north", "anything_else", ["not looked at yet"] * K)
    assert rounds(place) == ()
    share(browser)
    assert in_file(place, "neighbour")
    assert rounds(place) == ("spring",)
    assert not in_file(place, "neighbour")
    assert "cousin" in words_of(browser)
    assert in_file(place, "not looked at yet")
    assert events(place)[-1] == ("comments_destroyed", "schedule", {"wave": "spring", "why": "settled"})
    assert browser.read(links[0], 404)
    assert rounds(place) == ()
    with sqlite3.connect(place.settings.data / "staff" / "released.db") as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)


def test_when_the_time_is_over_all_originals_go_read_or_not(place: Place) -> None:
    last = timedelta(days=370 - 1 - place.site.comments_keep_days)
    place.clock.seconds -= last / timedelta(seconds=1)
    written(place, [NEEDLE] * (K - 1))
    assert rounds(place) == ()
    place.clock.seconds += DAY
    assert rounds(place) == ("spring",)
    assert not in_file(place, NEEDLE)
    assert events(place)[-1] == ("comments_destroyed", "schedule", {"wave": "spring", "why": "time"})


def test_what_was_decided_in_time_is_shown_before_the_originals_go(place: Place) -> None:
    place.clock.seconds -= 300 * DAY
    browser = written(place, [NEEDLE, *MANY])
    all_kept(browser)
    place.clock.seconds += 300 * DAY
    assert rounds(place) == ("spring",)
    assert NEEDLE in words_of(place.browser(Role.EVALUATOR))
    assert "Nothing to decide" in place.browser(Role.SUPERVISOR).read("/waves/spring/redaction").words


def test_a_comment_with_an_open_concern_stays_until_it_is_dealt_with(place: Place) -> None:
    place.clock.seconds -= 300 * DAY
    browser = written(place, [NEEDLE, *MANY])
    comments, concerns = Comments(place.settings.released), Concerns(place.settings.desk)
    worry = next(one for one in comments.of("spring") if one.words == NEEDLE)
    concern = concerns.new(worry.id, "spring", "the.supervisor", place.clock.today)
    concerns.keep(concern)
    for link in work_of(browser.read("/waves/spring/redaction")):
        danger = {"fate": "withheld", "withheld": "danger"}
        decide(browser, link, **(danger if worry.id.hex() in link else {}))
    place.crowd.write("spring", "north", "anything_else", ["one more"] * K)
    all_kept(browser)
    share(browser)
    assert rounds(place) == ("spring",)
    assert in_file(place, NEEDLE)
    concerns.close(concern.id, Outcome.REPORTED, "the.supervisor", place.clock.today)
    assert rounds(place) == ("spring",)
    assert not in_file(place, NEEDLE)
    assert "no longer kept" in browser.read(f"/concerns/{concern.id.hex()}").words


def test_the_desks_rounds_do_it_and_a_wrong_clock_destroys_nothing(place: Place) -> None:
    place.clock.seconds -= 300 * DAY
    written(place, [NEEDLE] * K)
    assert one_round(place.settings, place.clock(), sure=True).faults == ()
    place.clock.seconds += 300 * DAY
    assert one_round(place.settings, place.clock()).doubt
    assert in_file(place, NEEDLE)
    assert one_round(place.settings, place.clock(), sure=True).faults == ()
    assert not in_file(place, NEEDLE)


def test_where_no_round_is_on_record_a_clock_must_be_said_to_be_right_first(place: Place) -> None:
    written(place, [NEEDLE] * K)
    assert one_round(place.settings, place.clock()).doubt
    assert in_file(place, NEEDLE)


def test_nothing_is_destroyed_that_cannot_be_recorded(place: Place) -> None:
    written(place, [NEEDLE] * K)
    place.clock.seconds += 400 * DAY
    place.settings.trail.unlink()
    place.settings.trail.mkdir()
    with pytest.raises(OSError, match="directory"):
        rounds(place)
    assert in_file(place, NEEDLE)


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 2 * K)),
        st.tuples(st.just("judge"), st.integers(1, 2 * K)),
        st.tuples(st.just("withhold"), st.integers(1, K)),
        st.tuples(st.sampled_from(["share", "destroy", "take back"]), st.just(0)),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None)
@given(acts=ACTS)
def test_whatever_happens_what_is_shown_moves_by_nothing_or_by_k(
    tmp_path_factory: pytest.TempPathFactory, furnished: Path, acts: list[tuple[str, int]]
) -> None:
    story = Story(Place(Path(copytree(furnished, tmp_path_factory.mktemp("story") / "data"))))
    for what, n in acts:
        before = story.shown()
        story.act(what, n)
        for question, now in story.shown().items():
            assert now == before[question] or now - before[question] >= K


class Story:
    """Acts upon one wave's comments to two questions."""

    def __init__(self, place: Place) -> None:
        self.place, self.comments = place, Comments(place.settings.released)

    def shown(self) -> Counter[str]:
        """How many are shown, by question."""
        return Counter(one.item for one in self.comments.shown("spring"))

    def act(self, what: str, n: int) -> None:
        """Do this once, or to n comments."""
        acts = {
            "share": lambda: self.comments.share("spring", K),
            "destroy": lambda: rounds(self.place),
            "take back": self.take_back,
            "write": lambda: self.write(n),
            "judge": lambda: self.judge(n, Fate.KEPT),
            "withhold": lambda: self.judge(n, Fate.WITHHELD),
        }
        acts[what]()

    def write(self, n: int) -> None:
        """Let n comments be released to one question, and a third as many to another."""
        for item, many in (("anything_else", n), ("supported_by__other", n // 3)):
            if many:
                self.place.crowd.write("spring", "north", item, ["words"] * many)

    def judge(self, n: int, fate: Fate) -> None:
        """Decide about the next n."""
        decided = self.comments.judgements("spring")
        waiting = [one for one in self.comments.of("spring") if one.id not in decided]
        for one in waiting[:n]:
            assert self.comments.judge(one.id, Judgement(fate, "", one.words if fate is Fate.KEPT else ""))

    def take_back(self) -> None:
        """Take the first one back."""
        for one in self.comments.shown("spring")[:1]:
            self.comments.take_back("spring", one.id)
