"""Wires import and release to a staff host's folders, for the commands and for the server's schedule.

It keeps no passphrase and no opener once it is done.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from admin.audit import Audit
from admin.cards import card_keys
from admin.importing import ImportReport, import_boxes
from admin.keyfiles import KeyFolder, KeyRingError
from admin.passphrases import first_line
from admin.release import ReleaseReport, release
from admin.released import Released
from admin.settings import Settings
from admin.unsealing import unlock
from survey_app.instrument.snapshot import load_snapshot
from survey_app.site import load_site


def bring_in(settings: Settings, outbox: Path | None = None) -> ImportReport:
    """Import from `outbox`, by default the public side's on this machine. Raises as import_boxes does."""
    released = Released(settings.released)
    letters = settings.data / "staff" / "letters"
    return import_boxes(released, outbox or settings.data / "public" / "outbox", letters)


def release_now(settings: Settings, passphrase: str, actor: str, holder: str = "") -> ReleaseReport:
    """Open what pends and release it, as `holder` (not needed where only one is for answers).

    `actor`: who asks for it. That it will be opened stands in the audit trail before it is opened.
    Raises KeyRingError, SiteError, SnapshotError, ReleaseError, AuditError, OSError and SQLAlchemyError.
    """
    audit = Audit(settings.trail)
    site = load_site(settings.site)
    snapshots = {path.stem: load_snapshot(path) for path in settings.snapshots.glob("[0-9a-f]*.json")}
    ring = KeyFolder(settings.data / "staff" / "keys")
    name = holder or _only_holder(ring)
    audit.note("unsealing", actor, holder=name)
    try:
        opener = unlock(ring, name, passphrase, ("answers",))
    except KeyRingError:
        audit.note("unsealing_refused", actor, holder=name)
        raise
    keys = card_keys(settings.cards, [wave.id for wave in site.waves if wave.codes])
    today = datetime.now(UTC).date()
    report = release(Released(settings.released), opener, site, snapshots, today, keys)
    for wave, unit, n in report.lots:
        audit.note("released", actor, release=str(report.release), wave=wave, unit=unit, n=str(n))
    return report


def read_credential(path: Path) -> str:
    """The passphrase in a file that nobody else may read; raises KeyRingError, PassphraseError, OSError."""
    if path.stat().st_mode & 0o077:
        raise KeyRingError(f"Others can read {path.name}: chmod 600 it first.")
    return first_line(path)


def _only_holder(ring: KeyFolder) -> str:
    names = [holder.name for holder in ring.holders() if "answers" in holder.opens]
    if len(names) != 1:
        raise KeyRingError("Say which key holder you are: --holder NAME.")
    return names[0]
