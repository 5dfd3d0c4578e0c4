"""Plays a day on which many ask to be contacted, one after another, and the desk's rounds after each of them.

    python -m tests.attacks.asking LOOT

The real custodian lets each letter leave, the real rounds bring it in, make a request of it and tell staff by
a webhook of the scene's own. Then all are closed in the order in which they came, and forgotten. The letters
are noise of the right length: no part of the desk opens one. Nothing is judged here.
"""

from __future__ import annotations

import json
import shutil
import sys
from datetime import timedelta
from pathlib import Path

import msgspec

import survey_app
from admin.desk.plan import DeskPlan
from admin.desk.store import Desk, State
from admin.desk_rounds import day_of, one_round
from admin.keys import KeyRing
from survey_app.custodian import Custodian
from survey_app.intake import open_intake
from survey_app.site import load_site
from tests.alerts.hook import hook_server
from tests.attacks.county import furnish, staff_settings
from tests.attacks.labels import label
from tests.boxes.builders import noise

COUNT = 60
"""They all lie on one page of desk.db, where SQLite puts each new row below the one before."""

BEGIN, BETWEEN = 1_937_001_600.0, 1200.0
"""Midnight of a day in 2031, and the seconds between two who ask: all of them ask on that day."""


class Asking:
    """One county for one day, and the day on which it is over."""

    def __init__(self, loot: Path, hook: str) -> None:
        self._loot, self._data = loot, loot / "data"
        self._data.mkdir()
        furnish(self._data, ("north",))
        self._settings = staff_settings(self._data)
        alerts = {"every_minutes": int(BETWEEN // 60), "webhook": {"url": hook}}
        self._settings.desk_plan.write_bytes(msgspec.json.encode({"alerts": alerts}))
        self._custodian, self._now = Custodian(self._data), BEGIN

    def play(self) -> None:
        """All acts."""
        letters, ballots = noise(COUNT, 1, "contact"), noise(COUNT, 2)
        writer = open_intake(f"sqlite:///{self._data / 'public' / 'intake.db'}")
        for letter, ballot in zip(letters, ballots, strict=True):
            writer.store_ballot("north", *ballot)
            writer.store_letter(*letter)
            for seconds in (0.3, 1.5, 70.0, BETWEEN - 60):
                self._custodian.step(self._now - BEGIN + seconds)
            assert one_round(self._settings, self._now).faults == ()
            self._now += BETWEEN
        writer.close()
        self._custodian.close()
        shutil.copytree(self._data, self._loot / "evening")
        self._end([letter_id for letter_id, _ in letters])
        shutil.copytree(self._data, self._loot / "forgotten")
        notes = [
            {"letter": label(letter[1]), "id": letter[0].hex(), "ballot": label(ballot[1])}
            for letter, ballot in zip(letters, ballots, strict=True)
        ]
        (self._loot / "truth.json").write_text(json.dumps(notes))
        (self._loot / "build.json").write_text(json.dumps(str(Path(survey_app.__file__).parent.parent)))

    def _end(self, ids: list[bytes]) -> None:
        """Close them all on one day, in the order in which they came, and wait until they are over."""
        settings, follow_up = self._settings, load_site(self._settings.site).follow_up
        desk = Desk(settings.desk, settings.letters, KeyRing(settings.keys), DeskPlan(), follow_up)
        for request_id in ids:
            request = desk.find(request_id)
            assert request is not None
            closing = {"state": State.CLOSED, "closed": day_of(self._now), "reason": "reached"}
            desk.act(request, closing, None, list)
        self._now += (follow_up.keep_days + 1) * timedelta(days=1).total_seconds()
        assert one_round(settings, self._now, sure=True).faults == ()


if __name__ == "__main__":
    with hook_server() as (address, _):
        Asking(Path(sys.argv[1]), address).play()
