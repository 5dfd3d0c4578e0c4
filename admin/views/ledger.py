"""The release ledger: all that was ever opened. It shows sizes and checksums, never an answer."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from admin.access import requires
from admin.accounts import Role
from admin.released import Released
from admin.scoring.suppression import Rules, Shown
from survey_app.site import Site


@dataclass(frozen=True)
class Row:
    """One line of the ledger as it is shown."""

    release: int
    wave: str
    unit: str
    n: Shown
    snapshot: str
    checksum: str


class Ledger:
    """The ledger's page."""

    def __init__(self, site: Site, released: Released) -> None:
        self._released = released
        self._rules = Rules(site.k)
        self._waves = {wave.id: wave.title for wave in site.waves}
        self._units = {unit.id: unit.title for unit in site.units}

    def blueprint(self) -> Blueprint:
        """The route."""
        pages = Blueprint("ledger", __name__)
        pages.add_url_rule("/ledger", "show", self.show)
        return pages

    @requires(Role.EVALUATOR, Role.SUPERVISOR)
    def show(self) -> str:
        """Every release, the newest first."""
        rows = tuple(
            Row(
                release=entry.line.release,
                wave=self._waves.get(entry.line.wave, entry.line.wave),
                unit=self._units.get(entry.line.unit, "Other units"),
                n=self._rules.people(entry.line.n),
                snapshot=entry.line.snapshot,
                checksum=entry.checksum,
            )
            for entry in reversed(self._released.ledger())
        )
        return render_template("ledger.html", rows=rows, k=self._rules.k)
