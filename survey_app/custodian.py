"""Looks after the intake beside the web process: tidies it, lets letters leave, hands boxes over on schedule.

It runs as a process of its own and opens nothing. Of an error it tells the kind only.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from survey_app.handover import hand_over, intake_url, public_folder, send_letters, thin_out, today_in_utc
from survey_app.schedule import Schedule
from survey_app.site import SiteError, load_site
from survey_app.tables import fault_kind
from survey_app.waiting import Waiting

LOOK, QUIET, AT_LEAST = 0.25, 1.0, 60.0
"""Seconds between looks; without a submission before tidying; between tidyings under load."""

LETTERS, HANDOVER, CROWDS, AFTER_FAULT = 5.0, 1.0, 5.0, 5.0
"""Seconds between letters; between looks whether a handover is due, or too many wait; before a failed duty is
tried again."""

DATES = 60.0
"""Seconds between setting dates anew: a file's date says no more than when that was done last."""

_COST_SHARE = 50


class Tidying:
    """Rewrites the intake as soon as a second passes without a submission, and at least every minute.

    Where rewriting takes long, the next waits fifty times as long, so that submissions have their turn.
    """

    def __init__(self, waiting: Waiting, now: float) -> None:
        self._waiting = waiting
        self._watch = waiting.watch()
        self._changed = self._untidy_since = now
        self._mark, self._untidy, self._cost = self._look(), True, 0.0

    def step(self, now: float) -> None:
        """Look, and rewrite if it is time. Raises SQLAlchemyError."""
        mark = self._look()
        if mark != self._mark:
            self._untidy_since = self._untidy_since if self._untidy else now
            self._mark, self._changed, self._untidy = mark, now, True
        quiet = now - self._changed >= QUIET
        if self._untidy and (quiet or now - self._untidy_since >= max(AT_LEAST, _COST_SHARE * self._cost)):
            started = time.perf_counter()
            self._waiting.tidy(self._watch)
            self._untidy, self._cost = False, time.perf_counter() - started

    def let_go(self) -> None:
        """Close the database, whatever state it is in."""
        with suppress(SQLAlchemyError):
            self._watch.close()

    def _look(self) -> int:
        """A number that changes whenever another connection has written; no row is read for it."""
        return int(self._watch.exec_driver_sql("PRAGMA data_version").scalar_one())


@dataclass
class Duty:
    """Something done again and again, `pause` seconds apart."""

    name: str
    act: Callable[[float], None]
    pause: float
    due: float = 0.0
    fault: str = ""


class Custodian:
    """The duties on one data folder. `every`: seconds between handovers; 0 = as site.json says."""

    def __init__(self, data: Path, url: str = "", every: int = 0) -> None:
        self._data, self._url, self._every = data, url or intake_url(data), every
        self._public = public_folder(data)
        self._schedule = Schedule(self._public)
        self._tidying: Tidying | None = None
        self._duties = (
            Duty("tidying", self._tidy, LOOK),
            Duty("letters", self._send_letters, LETTERS),
            Duty("handover", self._hand_over, HANDOVER),
            Duty("early handover", self._thin_out, CROWDS),
            Duty("dates", self._set_dates, DATES),
        )

    def step(self, now: float) -> None:
        """Do what is due at `now`, a monotonic time in seconds; a fault is told once and tried again."""
        for duty in self._duties:
            if now >= duty.due:
                kind = self._attempt(duty, now)
                if kind and kind != duty.fault:
                    sys.stderr.write(f"The custodian's {duty.name} failed: {kind}. It is tried again.\n")
                duty.fault = kind
                duty.due = now + (AFTER_FAULT if kind else duty.pause)

    def close(self) -> None:
        """Leave the intake tidy, if that can be."""
        if self._tidying:
            self._tidying.let_go()
            with suppress(SQLAlchemyError):
                Waiting(self._url).tidy()

    def _attempt(self, duty: Duty, now: float) -> str:
        """Returns the kind of fault, "" for none."""
        try:
            duty.act(now)
        except (SQLAlchemyError, OSError, SiteError) as error:
            return fault_kind(error)
        return ""

    def _tidy(self, now: float) -> None:
        if not self._url.startswith("sqlite"):
            return
        self._tidying = self._tidying or Tidying(Waiting(self._url), now)
        try:
            self._tidying.step(now)
        except SQLAlchemyError:
            self._tidying.let_go()
            self._tidying = None
            raise

    def _send_letters(self, _: float) -> None:
        send_letters(self._data, self._url)

    def _set_dates(self, _: float) -> None:
        """Date the intake and the folders now; else they would tell when the last ballot or letter came."""
        outbox = self._public / "outbox"
        intake = [Path(make_url(self._url).database or "")] if self._url.startswith("sqlite") else []
        for path in (*intake, outbox, outbox.parent):
            with suppress(FileNotFoundError):
                os.utime(path)

    def _hand_over(self, now: float) -> None:
        site = load_site(self._data / "site.json")
        if self._schedule.due(self._every or site.handover_seconds, now):
            with self._schedule.handover():
                hand_over(self._data, site, today_in_utc(), self._url)

    def _thin_out(self, _: float) -> None:
        with suppress(SiteError):  # the handover tells it
            thin_out(self._data, load_site(self._data / "site.json"), self._url)


def watch(data: Path, url: str = "", every: int = 0, beside: int = 0) -> None:
    """Be the custodian until SIGTERM or SIGINT, or until process `beside`, our parent, is gone."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    custodian = Custodian(data, url, every)
    while not stop.wait(LOOK) and beside in (0, os.getppid()):
        custodian.step(time.monotonic())
    custodian.close()
