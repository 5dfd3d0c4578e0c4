"""Import and release, again and again, beside the staff server. It keeps no passphrase between two rounds.

A process of its own: the web process has no key for answers. Of an error it tells the kind only, and tries
again.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from admin.audit import AuditError
from admin.keyfiles import KeyRingError
from admin.passphrases import PassphraseError
from admin.released import Released, ReleaseError
from admin.releasing import bring_in, read_credential, release_now
from admin.settings import Settings
from survey_app.instrument.snapshot import SnapshotError
from survey_app.site import SiteError, load_site

LOOK = 0.5
"""Seconds between looks whether to stop."""

SELDOM = 3600
"""A round comes at least so often: a box that has been handed over need not wait for the next handover."""

FAULTS = (
    KeyRingError,
    PassphraseError,
    SiteError,
    SnapshotError,
    ReleaseError,
    AuditError,
    OSError,
    SQLAlchemyError,
)


def one_round(settings: Settings, credential: Path, holder: str) -> str:
    """Take in what came, and open it if anything waits; returns the kind of fault, "" for none.

    What was taken in or released before a fault stays so; the rest waits for the next round.
    """
    try:
        bring_in(settings)
        if Released(settings.released).waiting_boxes():
            release_now(settings, read_credential(credential), "schedule", holder)
    except FAULTS as error:
        told = isinstance(error, OSError | SQLAlchemyError)
        return type(error).__name__ if told else f"{type(error).__name__}: {error}"
    return ""


def keep_releasing(settings: Settings, credential: Path, holder: str, every: int, beside: int) -> None:
    """Rounds until SIGTERM or SIGINT, or until process `beside`, our parent, is gone; never ends within one.

    `every`: seconds; 0 = as often as the plan's handover.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    seconds, due, former = every or min(load_site(settings.site).handover_seconds, SELDOM), 0.0, ""
    while not stop.wait(LOOK) and beside in (0, os.getppid()):
        if time.monotonic() >= due:
            fault = one_round(settings, credential, holder)
            if fault and fault != former:
                sys.stderr.write(f"A release failed: {fault}. Nothing was lost; it is tried again.\n")
            due, former = time.monotonic() + seconds, fault
