"""What has been told of which request or concern, remembered in staff/told.json. It knows nobody's words.

A mail's time must not tell when somebody asked: alerts leave only when a whole multiple of `every_minutes`
has passed since the last look, one for all that wait. A crash may repeat an alert, and loses none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import msgspec

from admin.alerts.mail import send_mail
from admin.alerts.webhook import call_webhook
from admin.alerts.words import AlertError, Fault
from admin.desk.days import add_working_days
from admin.desk.plan import Alerts, DeskPlan
from survey_app.files import Checked, FileError, read_checked, write_durably

Channel = Callable[[], None]

_LONGEST = 2**26
"""Bytes of told.json: what was told of 300,000 requests. One that cannot be read tells all of it again."""


class Matter(Protocol):
    """A request or a concern: what somebody may have to be told of."""

    @property
    def id(self) -> bytes:
        """16 bytes."""

    @property
    def due(self) -> date:
        """The day by which somebody has to try."""

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has got through yet."""


class Told(Checked, frozen=True, kw_only=True):
    """staff/told.json. `requests`: a hash of each request's id -> what was told of it, by which way.

    `look`: in which stretch of `every_minutes` it was last looked, in minutes since 1970.
    """

    format: str = "yourvoice-told/1"
    look: int | None = None
    requests: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """One attempt: by which way, and the kind of what went wrong, None if it left."""

    way: str
    fault: Fault | None


def ways(alerts: Alerts, folder: Path) -> Mapping[str, Channel]:
    """The ways by which the plan wants to be told. `folder`: where a password file is looked for."""
    found: dict[str, Channel] = {}
    if alerts.mail:
        mail = alerts.mail
        found["mail"] = lambda: send_mail(mail, folder)
    if alerts.webhook:
        webhook = alerts.webhook
        found["webhook"] = lambda: call_webhook(webhook)
    return found


def tell(
    path: Path, plan: DeskPlan, matters: Iterable[Matter], now: float, today: date
) -> tuple[Outcome, ...]:
    """Send what is due by now, at most one alert by each way; returns the attempts. `path`: told.json.

    Raises OSError where it cannot be remembered.
    """
    told, waiting = _read(path), {_name(one): one for one in matters}
    look = int(now // 60) // plan.alerts.every_minutes * plan.alerts.every_minutes
    known = {name: stages for name, stages in told.requests.items() if name in waiting}
    outcomes = []
    if look != told.look:
        stages = {name: _stages(one, plan, today) for name, one in waiting.items()}
        for way, send in ways(plan.alerts, path.parent).items():
            news = {name: tuple(f"{way}:{stage}" for stage in stages[name]) for name in waiting}
            if any(set(news[name]) - set(known.get(name, ())) for name in news):
                outcomes.append(_try(way, send))
                if outcomes[-1].fault in (None, Fault.SOME_ADDRESSES):
                    known = {name: _grown(known.get(name, ()), news.get(name, ())) for name in waiting}
    kept = {name: stages for name, stages in known.items() if stages}
    after = msgspec.structs.replace(told, look=look, requests=kept, checksum="")
    if after != msgspec.structs.replace(told, checksum=""):
        write_durably(path, after.to_bytes())
    return tuple(outcomes)


def _try(way: str, send: Channel) -> Outcome:
    try:
        send()
    except AlertError as error:
        return Outcome(way, error.fault)
    return Outcome(way, None)


def _stages(matter: Matter, plan: DeskPlan, today: date) -> tuple[str, ...]:
    """For what an alert is wanted by today: it came, its day is here, it is late."""
    if not matter.is_open:
        return ()
    stages = ["new"]
    if matter.is_waiting and matter.due <= today:
        stages.append("due")
        if add_working_days(matter.due, plan.escalate_days, plan.holidays) <= today:
            stages.append("late")
    return tuple(stages)


def _grown(former: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*former, *new)))


def _name(matter: Matter) -> str:
    """A hash of the id: told.json alone names no letter."""
    return hashlib.sha256(b"yourvoice told 1" + matter.id).hexdigest()[:32]


def _read(path: Path) -> Told:
    """What is remembered; where it is lost or broken, nothing was told."""
    try:
        return read_checked(path, Told, _LONGEST)
    except FileError:
        return Told()
