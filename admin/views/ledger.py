"""The release ledger: all that was ever opened. It shows sizes and checksums, never an answer or a unit.

Units are shown side by side when a wave is over. Were they named here, a release of one unit's lot alone
would tell that unit's results, as the difference between the wave's pages before and after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, render_template

from admin.access import requires
from admin.ledger import Entry
from admin.released import Released
from admin.scoring.suppression import Rules, Shown
from survey_app.roles import Sight, who_sees
from survey_app.site import Site


@dataclass(frozen=True)
class Row:
    """One release of one wave as it is shown; `checksum`: that of its last line."""

    release: int
    wave: str
    n: Shown
    snapshot: str
    checksum: str


class Ledger:
    """The ledger's page."""

    def __init__(self, site: Site, released: Released) -> None:
        self._released = released
        self._rules = Rules(site.k)
        self._waves = {wave.id: wave.title for wave in site.waves}

    def blueprint(self) -> Blueprint:
        """The route."""
        pages = Blueprint("ledger", __name__)
        pages.add_url_rule("/ledger", "show", self.show)
        return pages

    @requires(*who_sees(Sight.NUMBERS))
    def show(self) -> str:
        """Every release, the newest first."""
        rows = [self._row(list(lots)) for _, lots in groupby(self._released.ledger(), key=_release)]
        return render_template("ledger.html", rows=rows[::-1], k=self._rules.k)

    def _row(self, lots: list[Entry]) -> Row:
        last = lots[-1]
        return Row(
            release=last.line.release,
            wave=self._waves.get(last.line.wave, last.line.wave),
            n=self._rules.people(sum(lot.line.n for lot in lots)),
            snapshot=last.line.snapshot,
            checksum=last.checksum,
        )


def _release(entry: Entry) -> tuple[int, str, str]:
    """What the lots of one row share; they stand one after another."""
    return entry.line.release, entry.line.wave, entry.line.snapshot
