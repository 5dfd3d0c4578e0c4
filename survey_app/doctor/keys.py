"""Checks of the plan, its questions and the public keys. It knows no private key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from survey_app.doctor.finding import Check, Findings, failed, fine, warned
from survey_app.instrument.problems import Finding, problem
from survey_app.instrument.snapshot import SnapshotError, load_snapshot
from survey_app.sealing import PURPOSES, Bundle, SealingError, read_bundle
from survey_app.site import RULE, Site, SiteError, load_site

SOON = 14
"""Days before the last key's end from which on it is said."""


@dataclass(frozen=True)
class Papers:
    """The folder in which plan, snapshots and public/keys.json lie, and today's date."""

    data: Path
    today: date

    @property
    def bundle(self) -> Bundle:
        """The public keys; raises SealingError."""
        path = self.data / "public" / "keys.json"
        if path.exists() and not path.is_file():  # whoever opens a pipe waits for ever
            raise SealingError("keys.json is no plain file.")
        return read_bundle(path)

    @property
    def site(self) -> Site:
        """The plan; raises SiteError."""
        return read_plan(self.data)


def read_plan(data: Path) -> Site:
    """The plan in this data folder; raises SiteError."""
    path = data / "site.json"
    if path.exists() and not path.is_file():
        odd = Finding("It is no plain file.", "Copy it from the staff host again.")
        raise SiteError((problem("E", RULE, path.name, odd),))
    return load_site(path)


def plan(papers: Papers) -> Findings:
    """site.json, and the frozen questions of each wave."""
    try:
        for name in sorted({wave.snapshot for wave in papers.site.waves}):
            path = papers.data / "snapshots" / f"{name}.json"
            if path.exists() and not path.is_file():
                raise SnapshotError(f"snapshots/{path.name} is no plain file.")
            load_snapshot(path)
    except SiteError as error:
        for each in error.problems:
            yield failed(str(each), "")
    except SnapshotError as error:
        yield failed(str(error), "Copy the snapshots folder from the staff host again.")


def keys(papers: Papers) -> Findings:
    """A key of each purpose that is valid today."""
    try:
        bundle = papers.bundle
        bundle.require(papers.today)
    except SealingError as error:
        yield failed(str(error), "")
    else:
        yield fine(f"Keys are valid; compare their fingerprint with the staff host: {bundle.fingerprint}")


def ends(papers: Papers) -> Findings:
    """Whether the last key of a purpose ends soon."""
    try:
        bundle = papers.bundle
    except SealingError:
        return
    for purpose in PURPOSES:
        last = max((key.not_after for key in bundle.keys if key.purpose == purpose), default=None)
        if last and 0 <= (last - papers.today).days < SOON:
            yield warned(
                f"The last {purpose} key ends on {last}.",
                "On the staff host run yourvoice-admin keys epoch and keys bundle; copy keys.json here.",
            )


CHECKS = (
    Check("plan", "The plan and the questions are whole.", plan),
    Check("keys", "", keys),
    Check("key-ends", f"No last key ends within {SOON} days.", ends),
)
