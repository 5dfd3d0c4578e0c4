"""An evaluator chooses, waits and downloads; whatever goes wrong on the way leaves no half file."""

from __future__ import annotations

import io
import json
import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import msgspec
import pytest

from admin.export.bundle import CancelledError, Progress
from admin.export.jobs import KEPT, BusyError, Jobs, State
from admin.export.scope import FEWEST
from admin.settings import read_settings
from survey_app.instrument.snapshot import load_snapshot
from survey_app.roles import Role, Sight, who_sees
from survey_app.site import Box, load_site
from survey_app.who import SIGHTS
from tests.export.builders import release
from tests.staff.place import Browser, Clock, Place, furnish

PATIENCE = 30


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("furnished")
    furnish(folder)
    return folder


@pytest.fixture
def place(furnished: Path, tmp_path: Path) -> Place:
    return Place(Path(shutil.copytree(furnished, tmp_path / "data")))


def make(browser: Browser, **chosen: str) -> str:
    """Ask for a file; the address of its page, once it is made."""
    page = browser.read("/waves/spring/export")
    answer = browser.send("/waves/spring/export", {"form_token": page.fields["form_token"], **chosen})
    assert answer.status_code == 303, answer.text
    where = answer.location
    for _ in range(PATIENCE * 10):
        if "is ready" in browser.read(where).words:
            return where
        threading.Event().wait(0.1)
    raise AssertionError(browser.read(where).words)


def both_over(folder: Path) -> Path:
    """The same county after the wave "winter", of 60 sheets, which is over too."""
    settings = read_settings({"YOURVOICE_DATA": str(folder)})
    site = load_site(settings.site)
    spring = site.waves[0]
    days = (spring.opens - timedelta(days=90), spring.closes - timedelta(days=90))
    boxes = tuple(Box(id=f"winter-{unit.id}", unit=unit.id) for unit in site.units)
    winter = msgspec.structs.replace(
        spring, id="winter", title="Winter", opens=days[0], closes=days[1], boxes=boxes
    )
    plan = msgspec.structs.replace(site, waves=(*site.waves, winter))
    settings.site.write_bytes(msgspec.json.encode(plan))
    snapshot = load_snapshot(settings.snapshots / f"{spring.snapshot}.json")
    release(settings, snapshot, {site.units[0].id: 60}, "winter")
    return folder


def fetch(browser: Browser, where: str) -> bytes:
    token = browser.read(where).fields["form_token"]
    answer = browser.send(f"{where}/file", {"form_token": token})
    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == str(len(answer.data))
    return answer.data


def events(place: Place) -> list[tuple[str, str]]:
    lines = [json.loads(line) for line in place.settings.trail.read_text().splitlines()]
    return [(line["event"], line["actor"]) for line in lines if line["event"].startswith("export")]


def test_an_evaluator_downloads_the_whole_bundle(place: Place) -> None:
    browser = place.browser(Role.EVALUATOR)
    with ZipFile(io.BytesIO(fetch(browser, make(browser)))) as bundle:
        assert bundle.testzip() is None
        lines = bundle.read("spring/responses.csv").decode().splitlines()
    assert len(lines) == 1 + 141 + 64 + 38
    assert browser.last.headers["Content-Disposition"] == 'attachment; filename="spring.zip"'


def test_making_and_fetching_are_on_record(place: Place) -> None:
    browser = place.browser(Role.EVALUATOR)
    where = make(browser, unit="north", format="csv")
    assert events(place) == [("exported", "the.evaluator")]
    fetch(browser, where)
    assert events(place)[1:] == [("export_fetched", "the.evaluator")]


def test_a_unit_below_fifty_rows_is_not_offered_and_not_made(place: Place) -> None:
    browser = place.browser(Role.EVALUATOR)
    page = browser.read("/waves/spring/export")
    assert "North Unit" in page.words
    assert "Harbor Unit" not in page.words
    form = {"form_token": page.fields["form_token"], "unit": "harbor"}
    answer = browser.send("/waves/spring/export", form)
    assert answer.status_code == 409
    assert "fewer than 50 rows" in answer.text
    assert events(place) == []


def test_two_waves_that_are_over_come_in_one_file(furnished: Path, tmp_path: Path) -> None:
    place = Place(both_over(Path(shutil.copytree(furnished, tmp_path / "data"))))
    browser = place.browser(Role.EVALUATOR)
    page = browser.read("/waves/spring/export")
    assert "winter" in {one.get("value") for one in page.all("input") if one.get("name") == "with"}
    where = make(browser, **{"with": "winter"})
    with ZipFile(io.BytesIO(fetch(browser, where))) as bundle:
        names = bundle.namelist()
        folder = names[0].partition("/")[0]
        assert f"{folder}/drift.csv" in names
        assert set(folder.split("-")) == {"spring", "winter"}
    assert [event for event, _ in events(place)] == ["exported", "exported", "export_fetched"]


def test_a_wave_that_is_open_is_not_offered_beside_another_and_not_made(place: Place) -> None:
    browser = place.browser(Role.EVALUATOR)
    page = browser.read("/waves/spring/export")
    assert "now" not in {one.get("value") for one in page.all("input") if one.get("name") == "with"}
    form = {"form_token": page.fields["form_token"], "with": "now"}
    answer = browser.send("/waves/spring/export", form)
    assert answer.status_code == 409
    assert "Rows leave when the wave is over" in answer.text
    assert events(place) == []


def test_an_unknown_format_is_refused(place: Place) -> None:
    browser = place.browser(Role.EVALUATOR)
    token = browser.read("/waves/spring/export").fields["form_token"]
    assert browser.send("/waves/spring/export", {"form_token": token, "format": "exe"}).status_code == 400


@pytest.mark.parametrize("wave", ["now", "quiet", "next"])
def test_a_wave_that_is_not_over_says_why_there_is_no_file(place: Place, wave: str) -> None:
    page = place.browser(Role.EVALUATOR).read(f"/waves/{wave}/export")
    assert "when the wave is over" in page.words
    assert {one.get("name") for one in page.all("input")} == {"form_token"}


def test_looking_at_the_page_fixes_nothing(place: Place) -> None:
    place.browser(Role.EVALUATOR).read("/waves/spring/export")
    assert not (place.settings.row_files / "spring.json").exists()


def test_nobody_sees_anothers_file(place: Place) -> None:
    where = make(place.browser(Role.EVALUATOR), format="ddi")
    for role in (Role.SUPERVISOR, Role.OPERATOR):
        place.browser(role).read(where, 403)
    place.browser(Role.EVALUATOR).read(where)


def test_a_file_is_gone_after_an_hour(place: Place) -> None:
    where = make(place.browser(Role.EVALUATOR), format="ddi")
    place.clock.seconds += KEPT - 1
    place.browser(Role.EVALUATOR).read(where)
    place.clock.seconds += 2
    place.browser(Role.EVALUATOR).read(where, 404)
    assert list((place.settings.row_files / "made").iterdir()) == []


def test_young_people_are_told_who_gets_single_sheets_and_of_how_many() -> None:
    assert who_sees(Sight.ROWS) == (Role.EVALUATOR,)
    assert f" {FEWEST} took part" in SIGHTS[Sight.ROWS]


def test_a_form_without_our_token_makes_nothing(place: Place) -> None:
    browser = place.browser(Role.EVALUATOR)
    assert browser.send("/waves/spring/export", {}).status_code == 403
    assert events(place) == []


class Slow:
    """Work that goes on as long as the test wants, and writes a half file."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.begun = threading.Event()

    def __call__(self, path: Path, tell: Progress) -> None:
        draft = path.with_name(".0.part")
        draft.write_text("half")
        try:
            self.begun.set()
            for done in range(PATIENCE * 100):
                tell(done, PATIENCE * 100)
                if self.go_on.wait(0.01):
                    draft.rename(path)
                    return
        except CancelledError:
            draft.unlink()
            raise


@pytest.fixture
def slow() -> Iterator[Slow]:
    work = Slow()
    yield work
    work.go_on.set()


def test_a_cancelled_job_leaves_no_file(tmp_path: Path, slow: Slow) -> None:
    jobs = Jobs(tmp_path / "made", Clock())
    job = jobs.start("ana", "a.csv", "spring", slow)
    assert slow.begun.wait(PATIENCE)
    job.cancel()
    job.wait(PATIENCE)
    assert job.state is State.CANCELLED
    assert list((tmp_path / "made").iterdir()) == []


def test_a_file_is_its_makers_alone(tmp_path: Path, slow: Slow) -> None:
    jobs = Jobs(tmp_path / "made", Clock())
    job = jobs.start("ana", "a.csv", "spring", slow)
    assert jobs.find(job.id, "ana") is job
    assert jobs.find(job.id, "bea") is None


def test_only_one_is_made_at_a_time(tmp_path: Path, slow: Slow) -> None:
    jobs = Jobs(tmp_path / "made", Clock())
    first = jobs.start("ana", "a.csv", "spring", slow)
    with pytest.raises(BusyError):
        jobs.start("bea", "b.csv", "spring", slow)
    slow.go_on.set()
    first.wait(PATIENCE)
    assert jobs.start("bea", "b.csv", "spring", slow).id != first.id


def test_a_job_that_fails_tells_only_the_kind(tmp_path: Path) -> None:
    def fail(_path: Path, _tell: Progress) -> None:
        raise ValueError("what somebody answered")

    job = Jobs(tmp_path / "made", Clock()).start("ana", "a.csv", "spring", fail)
    job.wait(PATIENCE)
    assert (job.state, job.fault) == (State.FAILED, "ValueError")
    assert "answered" not in repr(job)


def test_what_a_killed_server_left_is_cleared_at_the_next_start(tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.mkdir()
    for name in ("00.done", ".11.part"):
        (made / name).write_text("left")
    Jobs(made, Clock())
    assert list(made.iterdir()) == []


def test_a_running_job_shows_how_far_it_is_and_asks_again(place: Place) -> None:
    browser = place.browser(Role.EVALUATOR)
    jobs = place.app.view_functions["export.show"].__self__._jobs
    work = Slow()
    job = jobs.start("the.evaluator", "spring.zip", "spring", work)
    assert work.begun.wait(PATIENCE)
    page = browser.read(f"/exports/{job.id}")
    assert browser.last.headers["Refresh"] == "2"
    assert page.all("progress")
    answer = browser.send(f"/exports/{job.id}/cancel", {"form_token": page.fields["form_token"]})
    assert "Nothing is left of the file" in browser.read(answer.location).words
    assert "Refresh" not in browser.last.headers
