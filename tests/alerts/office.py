"""A county whose desk has a clock to turn and a webhook that listens. Nothing in it is patched."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from admin.desk.plan import DeskPlan
from admin.desk.store import Desk, State
from admin.desk_rounds import one_round
from admin.keyfiles import KeyFolder
from admin.rounds_record import Rounds
from admin.settings import Settings, read_settings
from survey_app.handover import send_letters
from tests.boxes.builders import County

ENDS = date(2026, 3, 31)
"""The last day of the builders' contact key."""


class Office:
    """Both hosts in one folder; it begins at nine on a Monday in the key's time."""

    def __init__(self, folder: Path, url: str = "", **plan: object) -> None:
        self.county = County(folder / "county")
        assert self.county.ring
        self.now = datetime(2026, 2, 16, 9, tzinfo=UTC)
        self.settings: Settings = read_settings({"YOURVOICE_DATA": str(self.county.data)})
        alerts: dict[str, Any] = {"webhook": {"url": url}} if url else {}
        self.settings.desk_plan.write_bytes(msgspec.json.encode({"alerts": alerts, **plan}))

    @property
    def desk(self) -> Desk:
        """The desk's store, with the usual plan."""
        ring = KeyFolder(self.settings.keys)
        return Desk(self.settings.desk, self.settings.letters, ring, DeskPlan(), self.county.site.follow_up)

    def ask(self, count: int = 1) -> None:
        """Young people ask to be contacted; their letters lie in the outbox."""
        writer = self.county.writer()
        for _ in range(count):
            writer.store_letter(*self.county.letter())
        writer.close()
        send_letters(self.county.data)

    def round(self, sure: bool = False, moved: bool = False, **later: float) -> Rounds:
        """One round, so much later."""
        self.now += timedelta(**later)
        return one_round(self.settings, self.now.timestamp(), moved, sure)

    def days(self, count: int) -> Rounds:
        """So many days with a round each; returns the last."""
        for _ in range(count):
            found = self.round(days=1)
        return found

    def close_all(self) -> None:
        """Close every request today."""
        for one in self.desk.queue():
            changes = {"state": State.CLOSED, "closed": self.now.date(), "reason": "done"}
            if one.is_open:
                self.desk.act(one, changes, None, lambda: None)

    def events(self) -> list[str]:
        """What stands in the trail."""
        text = self.settings.trail.read_text() if self.settings.trail.exists() else ""
        return [msgspec.json.decode(line)["event"] for line in text.splitlines()]
