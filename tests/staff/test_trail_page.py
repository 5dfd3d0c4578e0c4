"""The audit trail as a page: readable, whole or not, narrowed, quick; no word of anybody's answers in it."""

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from admin.audit import Audit, verify
from admin.commands import main
from admin.keys import KeyRing
from admin.rounds_record import Held, Rounds, write_rounds
from admin.trail import Line, Trail
from admin.trail_words import KINDS, kind_of, said
from survey_app.roles import Role

from .page import Page
from .place import SMALL, Place

ADMIN = Path(__file__).parents[2] / "admin"
START = datetime(2031, 5, 20, 9, 0, tzinfo=UTC)


def note_all(place: Place, lines: list[tuple[str, str, dict[str, str]]]) -> None:
    """Write these lines, a minute between two."""
    for number, (event, actor, about) in enumerate(lines):
        at = START + timedelta(minutes=number)
        Audit(place.settings.trail, lambda at=at: at).note(event, actor, **about)  # type: ignore[misc]


def read(place: Place, path: str = "/audit", role: Role = Role.OPERATOR) -> Page:
    return place.browser(role).read(path)


def lines_of(page: Page) -> str:
    """The page's words with single blanks."""
    return re.sub(r"\s+", " ", page.words)


def test_each_line_is_a_sentence_and_the_newest_is_first(place: Place) -> None:
    note_all(
        place,
        [
            ("contact_opened", "ana.ruiz", {"request": "3f2a91bc", "reason": "first"}),
            ("key_shredding", "schedule", {"purpose": "contact", "epoch": "2031-02"}),
            ("account_added", "console:root", {"account": "bo.smith", "role": "operator"}),
            ("something_new", "ana.ruiz", {"page": "x", "a": "b"}),
        ],
    )
    words = lines_of(read(place))
    newest_first = [
        "09:03 ana.ruiz something new (a b, page x)",
        "09:02 root (at the console) made an account for bo.smith, operator",
        "09:01 The schedule destroyed the key contact 2031-02",
        "09:00 ana.ruiz opened request 3f2a91bc: first contact",
    ]
    places = [words.index(sentence) for sentence in newest_first]
    assert places == sorted(places)
    assert "20 May 2031" in words


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.OPERATOR])
def test_supervisor_and_operator_may_read_it_and_find_the_way(place: Place, role: Role) -> None:
    assert "/audit" in place.browser(role).read("/audit").links


def test_nobody_else_may(place: Place) -> None:
    browser = place.browser(Role.EVALUATOR)
    browser.read("/audit", 403)
    assert "/audit" not in browser.read("/waves").links
    assert '"event": "refused"' in place.settings.trail.read_text().splitlines()[-1]


def test_it_says_whether_the_chain_is_whole_and_shows_the_head_to_copy(place: Place) -> None:
    page = read(place)
    head = verify(place.settings.trail)
    assert "The chain is whole" in page.words
    assert f"The head now: {head}" in page.words
    assert f"yourvoice-admin audit verify --anchor {head}" in page.words


def test_an_edited_and_a_torn_trail_are_said_and_still_shown(place: Place) -> None:
    note_all(place, [("alert_tested", f"person.{number}", {}) for number in range(3)])
    browser = place.browser(Role.OPERATOR)
    trail = place.settings.trail
    whole = trail.read_text()
    trail.write_text(whole.replace("person.1", "person.9"))
    page = browser.read("/audit")
    assert "The trail is not whole" in page.words
    assert "Line 2 of the trail was changed" in page.words
    assert "person.9 sent an alert to try it" in lines_of(page)
    trail.write_text(whole + '{"line": 5, "at": "20')
    page = browser.read("/audit")
    assert "Line 5 of the trail is not whole" in page.words
    assert "This line cannot be read." in page.words
    trail.write_text("\x00\x01 <script>\n" + "9" * 100_000 + "\n[]\n{}\n" + whole)
    page = browser.read("/audit")
    assert "The trail is not whole" in page.words
    assert page.words.count("This line cannot be read.") == 4
    trail.write_text(whole)
    assert "The chain is whole" in browser.read("/audit").words


def test_it_can_be_narrowed_to_a_person_a_kind_and_a_day(place: Place) -> None:
    note_all(
        place,
        [
            ("request_taken", "ana.ruiz", {"request": "aaaaaaaa"}),
            ("request_given", "bo.smith", {"request": "bbbbbbbb", "to": "ana.ruiz"}),
            ("keys_published", "console:root", {"fingerprint": "ABCD"}),
            ("request_taken", "bo.smith", {"request": "cccccccc"}),
        ],
    )
    browser = place.browser(Role.OPERATOR)
    words = lines_of(browser.read("/audit?person=ana.ruiz"))
    assert ("aaaaaaaa" in words, "bbbbbbbb" in words, "cccccccc" in words) == (True, True, False)
    words = lines_of(browser.read("/audit?kind=keys"))
    assert ("wrote the public keys" in words, "cccccccc" in words) == (True, False)
    assert "cccccccc" in browser.read("/audit?day=2031-05-20").words
    assert "No line fits this choice" in browser.read("/audit?day=2031-05-19").words
    links = browser.read("/audit?person=bo.smith").links
    assert "/audit?kind=desk&person=bo.smith" in links
    assert "/audit?person=bo.smith&day=2031-05-20" in links


@pytest.mark.parametrize(
    "asked",
    ["kind=nonsense", "day=yesterday", "before=-1", "before=x", "before=" + "9" * 30, "person=" + "%00" * 99],
)
def test_what_an_address_says_wrongly_is_left_out(place: Place, asked: str) -> None:
    assert "Audit trail" in read(place, f"/audit?{asked}").words


def test_every_line_is_on_exactly_one_page(place: Place) -> None:
    note_all(place, [("alert_tested", f"person.{number}", {}) for number in range(130)])
    browser, path, seen = place.browser(Role.OPERATOR), "/audit", []
    for _ in range(3):
        page = browser.read(path)
        seen += [int(number) for number in re.findall(r"person\.(\d+)\b", page.words)]
        older = [link["href"] for link in page.all("a") if link.get("rel") == "next"]
        path = str(older[0]) if older else ""
    assert path == ""
    assert seen == list(range(129, -1, -1))


def test_a_block_of_the_file_cuts_no_line(tmp_path: Path) -> None:
    """Lines of all lengths, many blocks of them."""
    trail = tmp_path / "audit.jsonl"
    audit = Audit(trail)
    for number in range(3000):
        audit.note("refused", "ana", page="\u00e9" * (number % 190))
    found = Trail(trail).page(None, None, 5000)
    assert [one.line.line for one in found.lines if one.line] == list(range(3000, 0, -1))
    middle = found.lines[1500]
    rest = Trail(trail).page(None, middle.place, 5000)
    assert rest.lines == found.lines[1501:]


def test_a_release_names_no_unit_and_no_number(place: Place) -> None:
    about = {"release": "7", "wave": "spring", "unit": "north-unit", "n": "4711"}
    note_all(place, [("released", "schedule", about)])
    page = read(place)
    assert "The schedule opened answers of the wave spring, release 7" in lines_of(page)
    assert "north-unit" not in page.words
    assert "4711" not in page.words


def test_an_empty_trail_has_a_page_too(tmp_path: Path) -> None:
    trail = Trail(tmp_path / "none.jsonl")
    assert trail.page(None, None, 50).lines == ()
    assert trail.condition().head.lines == 0


def test_a_long_trail_is_read_quickly(place: Place) -> None:
    audit = Audit(place.settings.trail)
    audit.note("alert_tested", "person")
    browser = place.browser(Role.OPERATOR)
    line = place.settings.trail.read_bytes().splitlines(keepends=True)[0]
    place.settings.trail.write_bytes(line * 100_000)
    started = time.monotonic()
    browser.read("/audit?kind=keys")
    assert time.monotonic() - started < 3, "it reads all lines once; 0.5 s on a quiet machine"


def test_every_event_of_the_program_has_a_sentence() -> None:
    """What is written by a literal in the code; what is not would be shown plainly."""
    source = "\n".join(path.read_text() for path in ADMIN.rglob("*.py"))
    noted = set(re.findall(r"""(?:note|_note|unsealing)\((?:\s*\w+,)?\s*"([a-z_]+)",?""", source))
    acts = set(re.findall(r'"((?:request|contact|desk|away|concern)_[a-z]+)"', source))
    known = {event for event in noted | acts if kind_of(line(event)) != "other"}
    assert len(known) > 40
    assert noted - known <= {"trail_mended", "other"}


def line(event: str) -> Line:
    return Line(line=1, at=START, event=event, actor="ana")


def test_a_line_that_lacks_something_is_still_said() -> None:
    assert said(line("contact_opened")) == "opened request \u2026: \u2026"
    assert set(map(kind_of, map(line, ("desk_locked", "nonsense", "released")))) <= set(KINDS)


def test_verify_takes_the_head_of_a_page_and_says_what_it_proves(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    head = re.findall(r"The head now: (\S+)", read(place).words)[0]
    Audit(place.settings.trail).note("alert_tested", "person")
    command = ["audit", "verify", "--data", str(place.settings.data)]
    for anchor in (head, f" {head.upper()} "):
        assert main([*command, "--anchor", anchor]) == 0
        told = capsys.readouterr().out
        assert f"It still contains the head {head}: up to there it is what it was" in told
    assert main(command) == 0
    assert "only a head tells that was copied down elsewhere" in capsys.readouterr().out
    assert main([*command, "--anchor", "12-abc"]) == 1
    assert '"12-abc" is no head of a trail; one looks like 12-' in capsys.readouterr().err
    assert main([*command, "--anchor", f"9{head}"]) == 1
    assert "its end was cut off, or it was rewritten" in capsys.readouterr().err


def test_the_operator_sees_what_the_rounds_found_and_which_keys_end(place: Place) -> None:
    today = place.clock.today
    browser = place.browser(Role.OPERATOR)
    assert "The desk's rounds have not run yet." in browser.read("/operations").words
    ring = KeyRing(place.settings.keys)
    ring.add_holder("ana.ruiz", "gravel lantern orbit sunday", SMALL)
    ring.make_recovery()
    for name, first, last in (("past", -80, -50), ("now", -10, 10), ("next", 11, 40)):
        ring.new_epoch("contact", name, today + timedelta(days=first), today + timedelta(days=last))
    held = (
        Held(epoch="past", ended=today - timedelta(days=70), waiting=1, closed=0),
        Held(epoch="late", ended=today - timedelta(days=20), waiting=0, closed=2),
    )
    found = Rounds(clock=today, believed=today, alerts={"mail": "certificate", "webhook": ""}, held=held)
    write_rounds(place.settings.rounds, Rounds(), found)
    words = lines_of(browser.read("/operations"))
    for sentence in (
        "The desk's rounds ran last on 20 May 2031.",
        "1 request of past is still open: its key stays. That is long",
        "2 requests of late are closed and not deleted yet: its key stays.",
        "The last alert by mail did not leave. Its certificate is not one that this machine trusts",
        "The last alert left by webhook.",
        "State over, no letters left",
        "State in use",
        "State to come",
        "No answers key is valid today",
    ):
        assert sentence in words, sentence
    doubted = Rounds(
        clock=today, believed=today - timedelta(days=50), doubt=True, faults=("import: OSError",)
    )
    write_rounds(place.settings.rounds, found, doubted)
    words = lines_of(browser.read("/operations"))
    assert "The clock says 2031-05-20 (believed last: 2031-03-31). Nothing is deleted" in words
    assert "This failed and is tried again: import: OSError." in words
