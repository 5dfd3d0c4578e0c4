"""The desk's rounds: take letters in, tell that somebody waits, end what is over. They need no passphrase.

Beside the staff server, or run by cron. Each can be killed anywhere and repeated. It opens nothing, and of an
error it tells the kind only.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from admin.alerts.telling import Matter, tell, ways
from admin.audit import Audit, AuditError
from admin.desk.concerns import Concerns
from admin.desk.days import moment
from admin.desk.plan import DeskPlan, DeskPlanError, load_desk_plan
from admin.desk.store import Desk
from admin.keyfiles import KeyRingError
from admin.keys import KeyRing
from admin.originals import are_over, end_comments
from admin.releasing import bring_in
from admin.rounds_record import HARMLESS, Held, Rounds, doubts, read_rounds, write_rounds
from admin.settings import Settings
from admin.shredding import held, over, shred_unneeded
from survey_app.files import make_private_folder
from survey_app.sealing import PublicKey
from survey_app.site import Site, SiteError, load_site

ACTOR = "schedule"
LOOK = 0.5
"""Seconds between looks whether to stop."""

FAULTS = (AuditError, DeskPlanError, KeyRingError, SiteError, OSError, SQLAlchemyError)


def one_round(settings: Settings, now: float, moved: bool = False, sure: bool = False) -> Rounds:
    """One round at `now`, seconds since 1970; returns what was found. What fails, the next round does.

    `moved`: the clock was set ahead since it is watched. `sure`: somebody says that the clock is right.
    """
    make_private_folder(settings.letters)
    with _alone(settings.rounds.with_suffix(".lock")):
        former = read_rounds(settings.rounds)
        faults: list[str] = []
        present = _steps(settings, former, now, moved and not sure, sure, faults)
        write_rounds(settings.rounds, former, present)
    return present


def keep_rounds(settings: Settings, every: int, beside: int) -> None:
    """Rounds until SIGTERM or SIGINT, or until process `beside`, our parent, is gone; ends within none."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    start, due = time.time() - _passed(), 0.0
    former: tuple[str, ...] = ()
    while not stop.wait(LOOK) and beside in (0, os.getppid()):
        if _passed() >= due:
            ahead = timedelta(seconds=time.time() - _passed() - start)
            try:
                faults = one_round(settings, time.time(), ahead > HARMLESS).faults
            except FAULTS as error:
                faults = (type(error).__name__,)
            if faults and faults != former:
                sys.stderr.write(f"The desk's rounds: {', '.join(faults)}. Nothing was lost; tried again.\n")
            due, former = _passed() + every, faults


def _passed() -> float:
    """Seconds since the machine started, asleep or not."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True)
class _Scene:
    """What the steps of one round work on."""

    settings: Settings
    today: date
    site: Site
    ring: KeyRing
    desk: Desk
    audit: Audit

    @property
    def over(self) -> tuple[PublicKey, ...]:
        """The contact keys that are over."""
        return tuple(over(self.ring, self.site, self.today))

    @property
    def nothing_is_over(self) -> bool:
        """Whether a wrong clock could destroy nothing today."""
        ends = (self.desk.ends_on(one) for one in self.desk.queue())
        closed = any(end is not None and end <= self.today for end in ends)
        return not self.over and not closed and not are_over(self.settings, self.site, self.today)

    def forget(self) -> None:
        """Delete the requests that were closed long enough ago."""
        self.desk.forget_over(self.today, self._forgetting)

    def shred(self) -> tuple[Held, ...]:
        """Destroy the keys that nobody needs any more; returns what holds the others up."""
        letters = self.settings.letters
        shred_unneeded(self.ring, letters, self.over, self.desk.queue, self._shredding)
        return tuple(held(self.over, self.desk.queue()))

    def _forgetting(self, request_id: bytes) -> None:
        self.audit.note("request_forgotten", ACTOR, request=request_id.hex()[:8])

    def _shredding(self, key: PublicKey) -> None:
        self.audit.note("key_shredding", ACTOR, purpose=key.purpose, epoch=key.epoch)


def day_of(now: float) -> date:
    """The day of these seconds since 1970 by this machine's clock, as the desk's pages have it."""
    return moment(now).date()


def _steps(
    settings: Settings, former: Rounds, now: float, moved: bool, sure: bool, faults: list[str]
) -> Rounds:
    """One step after another; what fails in one keeps no other from its turn."""
    found, today = msgspec.structs.replace(former, clock=day_of(now), checksum=""), day_of(now)
    plan = scene = None
    with _noted(faults, "import"):
        bring_in(settings)
    with _noted(faults, "desk.json"):
        plan = load_desk_plan(settings.desk_plan)
    with _noted(faults, "letters"):
        scene = _scene(settings, today, plan or DeskPlan())
        scene.desk.take_in(today)
    if scene is not None:
        found = _end_what_is_over(scene, found, moved, sure, faults)
    if scene is not None and plan is not None:
        with _noted(faults, "alerts"):
            alerts = _tell(scene, plan, former, now)
            found = msgspec.structs.replace(found, alerts=alerts)
    return msgspec.structs.replace(found, faults=tuple(faults))


def _end_what_is_over(scene: _Scene, found: Rounds, moved: bool, sure: bool, faults: list[str]) -> Rounds:
    """Forget and shred, unless the clock is in doubt."""
    doubt = None
    with _noted(faults, "clock"):
        doubt = not sure and doubts(found, scene.today, moved)
        if doubt and found.believed is None:
            doubt = not scene.nothing_is_over
    if doubt is None:
        return found
    if doubt:
        return msgspec.structs.replace(found, doubt=True)
    still = found.held
    with _noted(faults, "requests"):
        if found.believed is not None and found.believed <= scene.today:
            scene.desk.set_right(scene.today)
        scene.forget()
    with _noted(faults, "keys"):
        still = scene.shred()
    with _noted(faults, "comments"):
        end_comments(scene.settings, scene.site, scene.today, ACTOR)
    return msgspec.structs.replace(found, doubt=False, believed=scene.today, held=still)


def _tell(scene: _Scene, plan: DeskPlan, former: Rounds, now: float) -> dict[str, str]:
    """Send the alerts that are due; returns how the last one went, by each way of the plan."""
    told = scene.settings.told
    found = {way: former.alerts[way] for way in ways(plan.alerts, told.parent) if way in former.alerts}
    matters: tuple[Matter, ...] = (*scene.desk.queue(), *Concerns(scene.settings.desk).all())
    for outcome in tell(told, plan, matters, now, scene.today):
        fault = outcome.fault or ""
        if not fault:
            scene.audit.note("alert_sent", ACTOR, way=outcome.way)
        elif found.get(outcome.way) != fault:
            scene.audit.note("alert_failed", ACTOR, way=outcome.way, kind=fault)
        found[outcome.way] = str(fault)
    return found


def _scene(settings: Settings, today: date, plan: DeskPlan) -> _Scene:
    site, ring = load_site(settings.site), KeyRing(settings.keys)
    desk = Desk(settings.desk, settings.letters, ring, plan, site.follow_up, site.k)
    return _Scene(settings, today, site, ring, desk, Audit(settings.trail))


@contextmanager
def _noted(faults: list[str], step: str) -> Iterator[None]:
    """What goes wrong within becomes the step's name and its kind."""
    try:
        yield
    except FAULTS as error:
        faults.append(f"{step}: {type(error).__name__}")


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Wait until no other process makes a round: two at once would tell twice."""
    handle = os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
