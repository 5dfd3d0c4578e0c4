"""What is sent is stored once, sealed, and as the instrument allows; nothing else is kept."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from survey_app.ballot import field_names
from tests.public.builders import NEIGHBOURHOOD, YOUTH, Ground, make_ground
from tests.public.conftest import Visit
from tests.public.intake_rows import ballots, letters
from tests.public.visitor import Visitor


def name(ground: Ground, question: str) -> str:
    return field_names(ground.snapshot)[question]


def test_answers_arrive_sealed_in_their_box(visitor: Visitor, ground: Ground) -> None:
    answers = {name(ground, "eng1"): "5", name(ground, "supported_by"): ["advocate", "other"]}
    write_in = {f"{name(ground, 'supported_by')}o": "My coach", name(ground, "anything_else"): "She listens."}
    response = visitor.answer({**answers, **write_in}, page="/en/s/south")
    assert (response.status_code, response.headers["Location"]) == (303, "/en/thanks/south")
    ((box, ballot),) = ballots(ground)
    assert box == "south"
    assert ballot.snapshot == ground.snapshot.hash
    assert ballot.answers == {
        "eng1": "5",
        "supported_by": ("advocate", "other"),
        "supported_by__other": "My coach",
        "anything_else": "She listens.",
    }


def test_the_ballot_remembers_the_language_of_its_page(visitor: Visitor, ground: Ground) -> None:
    response = visitor.answer({"a1": "1"}, page="/es/s/north")
    assert response.headers["Location"] == "/es/thanks/north"
    assert [ballot.language for _, ballot in ballots(ground)] == ["es"]


def test_an_empty_form_is_thanked_and_not_stored(visitor: Visitor, ground: Ground) -> None:
    response = visitor.answer({"a1": "", "a25": "   "})
    assert response.headers["Location"] == "/en/thanks/north"
    assert ballots(ground) == []


def test_our_own_script_is_answered_without_a_detour(visitor: Visitor, ground: Ground) -> None:
    form = {**visitor.read("/").hidden(), "a1": "3"}
    response = visitor.send("/send", form, **{"Sec-Fetch-Mode": "cors"})
    assert (response.status_code, response.data) == (204, b"")
    assert len(ballots(ground)) == 1


def test_the_same_form_sent_fifty_times_at_once_is_one_ballot(visitor: Visitor, ground: Ground) -> None:
    form = {**visitor.read("/").hidden(), "a1": "3", "a25": "once"}

    def send(_: int) -> int:
        return visitor.client.application.test_client().post("/send", data=form).status_code

    with ThreadPoolExecutor(10) as people:
        assert set(people.map(send, range(50))) == {303}
    assert len(ballots(ground)) == 1


def test_the_same_answers_from_two_pages_are_two_ballots(visitor: Visitor, ground: Ground) -> None:
    for _ in range(2):
        visitor.answer({"a1": "3"})
    assert len(ballots(ground)) == 2


def test_forms_without_a_proper_nonce_are_never_taken_for_one_another(
    visitor: Visitor, ground: Ground
) -> None:
    for nonce in ("", "short", "x" * 23):
        for _ in range(2):
            visitor.send("/send", {"b": "north", "l": "en", "a1": "3", "n": nonce})
    assert len(ballots(ground)) == 6


def test_a_page_of_an_earlier_snapshot_is_taken_as_what_it_asked(
    visit: Visit, ground: Ground, tmp_path: Path
) -> None:
    yesterday = {**visit(ground).read("/").hidden(), "a1": "4"}
    revised = tmp_path / YOUTH.name
    revised.write_text(YOUTH.read_text().replace("Feedback on Probation Services", "Feedback, Revised"))
    today = make_ground(ground.data, revised)
    assert today.snapshot.hash != ground.snapshot.hash
    assert visit(today).send("/send", yesterday).status_code == 303
    ((_, ballot),) = ballots(today)
    assert (ballot.snapshot, ballot.answers) == (ground.snapshot.hash, {"eng1": "4"})


@pytest.mark.parametrize("version", ["1", "", "0" * 16])
def test_a_page_of_another_survey_is_not_taken(visit: Visit, ground: Ground, version: str) -> None:
    other = visit(ground).read("/").hidden()["v"]
    today = make_ground(ground.data, NEIGHBOURHOOD)
    visitor = visit(today)
    hidden = visitor.read("/").hidden()
    for v in (other, hidden["v"][:15], version.ljust(17, "0")):
        assert visitor.send("/send", {**hidden, "v": v, "a1": "1"}).status_code == 400
    assert ballots(today) == []


@pytest.mark.parametrize(
    ("site", "status"), [("same-origin", 303), ("none", 303), ("cross-site", 400), ("same-site", 400)]
)
@pytest.mark.parametrize("path", ["/send", "/contact"])
def test_no_other_website_can_fill_a_box(
    visitor: Visitor, ground: Ground, path: str, site: str, status: int
) -> None:
    form = {**visitor.read("/").hidden(), "a1": "3", "c1": "Ann"}
    assert visitor.send(path, form, **{"Sec-Fetch-Site": site}).status_code == status
    assert len(ballots(ground)) + len(letters(ground)) == (status == 303)


def test_after_the_last_day_all_is_closed_and_nothing_stored(
    visitor: Visitor, ground: Ground, visit: Visit
) -> None:
    form = {**visitor.read("/").hidden(), "a1": "3"}
    plan = (ground.data / "site.json").read_text()
    (ground.data / "site.json").write_text(plan.replace("2023-05-31", "2023-05-09"))
    late = visit(ground)
    for response in (late.open("/"), late.send("/send", form)):
        assert response.status_code == 410
        assert "This survey is closed" in response.text
        assert 'href="tel:988"' in response.text
    assert ballots(ground) == []


def test_a_box_that_nobody_knows_takes_nothing(visitor: Visitor, ground: Ground) -> None:
    form = {**visitor.read("/").hidden(), "a1": "3"}
    assert visitor.send("/send", form | {"b": "nowhere"}).status_code == 404
    assert ballots(ground) == []


def test_a_version_that_nobody_knows_takes_nothing(visitor: Visitor, ground: Ground) -> None:
    form = {**visitor.read("/").hidden(), "a1": "3"}
    assert visitor.send("/send", form | {"v": "0" * 16}).status_code == 400
    assert ballots(ground) == []


@pytest.mark.parametrize(("last", "status"), [("2023-05-09", 410), ("2023-05-10", 203)])
def test_a_wave_is_open_until_the_end_of_its_last_day(
    ground: Ground, visit: Visit, last: str, status: int
) -> None:
    plan = (ground.data / "site.json").read_text()
    (ground.data / "site.json").write_text(plan.replace("2023-05-31", last))
    assert visit(ground).open("/").status_code == status


def test_a_follow_up_question_that_was_hidden_is_not_kept(visit: Visit, tmp_path: Path) -> None:
    ground = make_ground(tmp_path, NEIGHBOURHOOD)
    visit(ground).answer({name(ground, "goes_out"): "no", name(ground, "hours_out"): "7"})
    assert [ballot.answers for _, ballot in ballots(ground)] == [{"goes_out": "no"}]
