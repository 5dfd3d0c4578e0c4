"""When somebody is told that a request waits: once for each reason, at whole hours, whatever goes wrong."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from admin.alerts.telling import tell
from admin.desk.concerns import Concerns, Outcome
from admin.desk.plan import Alerts, DeskPlan, Webhook
from admin.desk.store import State
from admin.desk_rounds import one_round
from tests.alerts.hook import Heard, hook_server
from tests.alerts.office import Office


@dataclass(frozen=True)
class Flood:
    """One of thousands of made-up requests."""

    id: bytes
    due: date
    is_open: bool = True
    is_waiting: bool = True


@pytest.fixture
def hook() -> Iterator[tuple[str, Heard]]:
    with hook_server() as server:
        yield server


@pytest.fixture
def office(tmp_path: Path, hook: tuple[str, Heard]) -> Office:
    """An office that has made its first round."""
    office = Office(tmp_path, hook[0])
    office.round()
    return office


def test_the_time_of_an_alert_does_not_tell_when_somebody_asked(
    office: Office, hook: tuple[str, Heard]
) -> None:
    _, heard = hook
    office.round(minutes=3)
    office.ask()
    office.round(minutes=1)
    office.round(minutes=40)
    assert heard.requests == []
    office.ask(4)
    office.round(minutes=16)
    assert office.now.minute == 0
    assert len(heard.requests) == 1
    office.round(minutes=1)
    office.round(hours=1)
    assert len(heard.requests) == 1
    assert {body for _, _, _, body in heard.requests} == {b'{"text": "A request is waiting."}'}


def test_without_a_request_nobody_is_told(office: Office, hook: tuple[str, Heard]) -> None:
    office.days(40)
    assert hook[1].requests == []
    assert not office.settings.trail.exists()


def test_it_is_told_when_it_came_when_it_is_due_and_when_it_is_late(
    office: Office, hook: tuple[str, Heard]
) -> None:
    office.ask()
    told = []
    for _ in range(12):
        before = len(hook[1].requests)
        office.round(days=1)
        if len(hook[1].requests) > before:
            told.append(f"{office.now:%a %d}")
    assert told == ["Tue 17", "Thu 19", "Fri 20"]


@pytest.mark.parametrize("state", [State.REACHED, State.UNREACHED, State.CLOSED])
def test_what_somebody_has_seen_to_is_not_told_again(
    office: Office, hook: tuple[str, Heard], state: State
) -> None:
    office.ask()
    office.round(hours=1)
    (request,) = office.desk.queue()
    office.desk.act(request, {"state": state}, None, lambda: None)
    office.days(12)
    assert len(hook[1].requests) == 1


def test_a_concern_about_a_comment_is_told_until_it_is_dealt_with(
    office: Office, hook: tuple[str, Heard]
) -> None:
    concerns, today = Concerns(office.settings.desk), office.now.date()
    concern = concerns.new(bytes(16), "spring", "ana.ruiz", today)
    concerns.keep(concern)
    office.round(hours=1)
    assert len(hook[1].requests) == 1
    office.days(2)
    assert len(hook[1].requests) == 2
    concerns.close(concern.id, Outcome.REPORTED, "ana.ruiz", today)
    office.days(2)
    assert len(hook[1].requests) == 2


def test_a_daily_round_tells_at_once(office: Office, hook: tuple[str, Heard]) -> None:
    office.ask()
    office.round(days=1)
    assert len(hook[1].requests) == 1


def test_a_failed_alert_is_tried_again_told_to_staff_and_kept_by_its_kind(
    office: Office, hook: tuple[str, Heard]
) -> None:
    _, heard = hook
    heard.status = 500
    office.ask()
    found = office.round(hours=1)
    assert (found.alerts, found.faults) == ({"webhook": "answer"}, ())
    office.round(minutes=1)
    assert len(heard.requests) == 1
    office.round(hours=1)
    assert len(heard.requests) == 2
    heard.status = 200
    assert office.round(hours=1).alerts == {"webhook": ""}
    office.round(hours=1)
    assert len(heard.requests) == 3
    assert office.events() == ["alert_failed", "alert_sent"]
    line = json.loads(office.settings.trail.read_text().splitlines()[0])
    assert (line["actor"], line["about"]) == ("schedule", {"way": "webhook", "kind": "answer"})


def test_what_was_told_names_no_request_and_is_forgotten_with_it(office: Office) -> None:
    office.ask()
    office.round(hours=1)
    (request,) = office.desk.queue()
    told = office.settings.told.read_text()
    assert '"webhook:new"' in told
    assert request.id.hex()[:8] not in told
    assert office.settings.told.stat().st_mode & 0o777 == 0o600
    office.close_all()
    office.days(32)
    assert office.desk.queue() == ()
    assert '"webhook:new"' not in office.settings.told.read_text()


def test_a_lost_memory_tells_again_rather_than_not(office: Office, hook: tuple[str, Heard]) -> None:
    office.ask()
    office.round(hours=1)
    office.settings.told.write_bytes(b"{")
    office.round(minutes=1)
    assert len(hook[1].requests) == 2
    office.round(hours=1)
    assert len(hook[1].requests) == 2


def test_a_clock_that_is_set_back_keeps_nobody_from_being_told(
    office: Office, hook: tuple[str, Heard]
) -> None:
    office.now = datetime(2025, 1, 1, tzinfo=UTC)
    office.round()
    office.ask()
    office.round(hours=1)
    assert len(hook[1].requests) == 1


def test_a_broken_plan_is_told_and_letters_still_come_in(office: Office) -> None:
    office.settings.desk_plan.write_text("{")
    office.ask()
    assert office.round(hours=1).faults == ("desk.json: DeskPlanError",)
    assert len(office.desk.queue()) == 1


def test_a_broken_key_ring_keeps_no_alert_back(office: Office, hook: tuple[str, Heard]) -> None:
    office.ask()
    office.round(minutes=1)
    epoch = office.settings.keys / "epochs" / "contact-2026.json"
    epoch.write_bytes(b"{")
    found = office.round(hours=1)
    assert found.faults == ("keys: KeyRingError",)
    assert len(hook[1].requests) == 1


def test_rounds_at_the_same_time_tell_once(office: Office, hook: tuple[str, Heard]) -> None:
    office.ask()
    office.now += timedelta(hours=1)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: one_round(office.settings, office.now.timestamp()), range(6)))
    assert len(hook[1].requests) == 1
    assert {one.faults for one in found} == {()}
    assert len(office.desk.queue()) == 1


def test_a_flood_of_requests_is_told_once_an_hour_and_not_each_minute(
    tmp_path: Path, hook: tuple[str, Heard]
) -> None:
    many = [Flood(number.to_bytes(16), date(2031, 5, 1)) for number in range(12_000)]
    plan = DeskPlan(alerts=Alerts(webhook=Webhook(url=hook[0])))
    for minute in range(3):
        tell(tmp_path / "told.json", plan, many, 1_936_000_800 + 60 * minute, date(2031, 5, 9))
    assert len(hook[1].requests) == 1
