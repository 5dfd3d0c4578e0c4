"""Comments are destroyed as they were written on a day that is told; what others read moves by k or not."""

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
from admin.originals import destroy_originals
from survey_app.roles import Role
from survey_app.site import K

from .place import Place
from .test_redaction import DAY, MANY, NEEDLE, all_kept, decide, share, words_of, work_of, written
from .test_words import events


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
