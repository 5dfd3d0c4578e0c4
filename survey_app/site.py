"""A jurisdiction's plan: its waves, boxes, units and settings that both sides read.

It holds nothing about any youth, and no secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import msgspec

from survey_app.instrument.model import HelpResource
from survey_app.instrument.problems import Finding, Problem, did_you_mean, problem
from survey_app.instrument.reading import NotReadError, read_json
from survey_app.instrument.rules.help_lines import ADDRESS, address_faults
from survey_app.instrument.shape import misfits
from survey_app.instrument.snapshot import Said, Snapshot
from survey_app.instrument.texts import direction, in_language

K = 11
K_FLOOR = 3
DUE_DAYS, KEEP_DAYS = range(1, 31), range(366)
COMMENTS_KEEP_DAYS = range(731)
TABLET_SECONDS = range(60, 601)
"""How long a shared tablet may lie untouched before it asks whether anybody is still there."""

NAME = re.compile(r"[a-z0-9](-?[a-z0-9])*")
NAME_LENGTH = 32
HASH = re.compile(r"[0-9a-f]{64}")
COUNTY_SLOT = "county"
TABLET = "kiosk"
"""Stands in the addresses of a shared tablet, where a box stands in those of a card."""
OTHER = "other"
"""The box and the unit of ballots that were merged when a wave closed: "other units"."""

RULE = "impossible_plan"


class SiteError(Exception):
    """site.json is missing or says something impossible; `problems` says what to write instead."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class _Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A struct of site.json: unknown fields are refused."""


class Unit(_Plan, frozen=True, kw_only=True):
    """A reporting unit; units are a fixed partition of the jurisdiction."""

    id: str
    title: str


class Box(_Plan, frozen=True, kw_only=True):
    """One unit's ballots in one wave; its id is the end of a link. `shared_tablet`: that link opens the start
    screen of a tablet that goes from hand to hand."""

    id: str
    unit: str
    shared_tablet: bool = False


class Wave(_Plan, frozen=True, kw_only=True):
    """One administration of a snapshot, open from `opens` to `closes`, both included.

    `codes`: only ballots with the code of a card that was printed for this wave count, and each code once.
    """

    id: str
    title: str
    opens: date
    closes: date
    snapshot: str
    boxes: tuple[Box, ...]
    codes: bool = False

    def is_open(self, today: date) -> bool:
        """Whether answers are taken today."""
        return self.opens <= today <= self.closes

    def may_keep_comments(self, today: date, days: int) -> bool:
        """Whether what was written is still kept, `days` after the wave's end."""
        return not self.is_over(today) or today <= self.closes + timedelta(days=days + 1)

    def is_over(self, today: date) -> bool:
        """Whether nothing can come in any more: its last day has ended in every time zone."""
        return today > self.closes + timedelta(days=1)


class FollowUp(_Plan, frozen=True, kw_only=True):
    """What a jurisdiction promises to whoever asks to be contacted: somebody tries within `due_days` working
    days; what they wrote is deleted `keep_days` days after it was dealt with."""

    due_days: int = 2
    keep_days: int = 30


class Site(_Plan, frozen=True, kw_only=True):
    """The plan. `k`: a box is opened only with at least so many ballots in it. `comments_keep_days`: so many
    days after a wave's end its comments are destroyed as they were written."""

    jurisdiction: str
    k: int = K
    allow_small_k: bool = False
    default_box: str
    exit_url: str = "https://www.weather.gov/"
    handover_seconds: int = 604_800
    shared_tablet_seconds: int = 90
    follow_up: FollowUp = FollowUp()
    comments_keep_days: int = 180
    county_help: HelpResource | None = None
    units: tuple[Unit, ...]
    waves: tuple[Wave, ...]

    def box(self, box_id: str) -> tuple[Wave, Box] | None:
        """The box and the wave that it stands in, or None."""
        return next(((w, b) for w, b in self.boxes() if b.id == box_id), None)

    def boxes(self) -> Iterator[tuple[Wave, Box]]:
        """Every box with its wave."""
        return ((wave, box) for wave in self.waves for box in wave.boxes)

    def unit(self, unit_id: str) -> Unit | None:
        """The unit, or None."""
        return next((unit for unit in self.units if unit.id == unit_id), None)

    def wave(self, wave_id: str) -> Wave | None:
        """The wave, or None."""
        return next((wave for wave in self.waves if wave.id == wave_id), None)


@dataclass(frozen=True)
class HelpLine:
    """A help resource in one page's language."""

    id: str
    kind: str
    name: Said
    hours: Said
    phone: str
    text: str
    url: str


def help_lines(snapshot: Snapshot, site: Site, language: str) -> tuple[HelpLine, ...]:
    """The instrument's help resources in order, then the county's own; an unfilled slot is left out."""
    wording = snapshot.wording(language)
    lines = [
        _line(resource, wording(f"help.{resource.id}.name"), wording(f"help.{resource.id}.hours"))
        for resource in snapshot.instrument.help_resources
        if resource.reachable and not (site.county_help and resource.id == COUNTY_SLOT)
    ]
    if site.county_help:
        source = snapshot.instrument.source_language
        county = site.county_help
        lines.append(_line(county, *(_said(text, language, source) for text in (county.name, county.hours))))
    return tuple(lines)


def load_site(path: Path) -> Site:
    """Read and check site.json; raises SiteError with every problem, one kind sentence each."""
    try:
        raw = read_json(path)
    except NotReadError as error:
        unread = tuple(problem("E", error.rule, str(path), finding) for finding in error.findings)
        raise SiteError(unread) from error
    unfit = tuple(problem("E", rule, path.name, finding) for rule, finding in misfits(raw, Site))
    if unfit:
        raise SiteError(unfit)
    site = msgspec.convert(raw, Site)
    impossible = tuple(problem("E", RULE, path.name, finding) for finding in _faults(site))
    if impossible:
        raise SiteError(impossible)
    return site


def _line(resource: HelpResource, name: Said, hours: Said) -> HelpLine:
    return HelpLine(resource.id, resource.kind, name, hours, resource.phone, resource.text, resource.url)


def _said(text: str | dict[str, str], language: str, source: str) -> Said:
    for spoken in (language, source):
        worded = in_language(text, spoken, source)
        if worded:
            return Said(worded, spoken, direction(spoken))
    return Said("", language, direction(language))


def _faults(site: Site) -> Iterator[Finding]:
    yield from _setting_faults(site)
    yield from _naming_faults("unit", [(unit.id, unit.title) for unit in site.units])
    yield from _naming_faults("wave", [(wave.id, wave.title) for wave in site.waves])
    yield from _naming_faults("box", [(box.id, box.id) for _, box in site.boxes()])
    for wave in site.waves:
        yield from _wave_faults(site, wave)
    if site.box(site.default_box) is None:
        boxes = ", ".join(box.id for _, box in site.boxes())
        message = f'default_box "{site.default_box}" is not a box of any wave.'
        yield Finding(message, f"Write one of: {boxes}." if boxes else "Add a wave with a box.")
    if site.county_help:
        yield from _help_faults(site.county_help)


def _setting_faults(site: Site) -> Iterator[Finding]:
    floor = K_FLOOR if site.allow_small_k else K
    if site.k < floor:
        message = f"k is {site.k}, but no box may be opened below {floor} ballots."
        yield Finding(message, f"Write {floor} or more.")
    if site.handover_seconds < 1:
        yield Finding("handover_seconds must be at least 1.", "Write 604800 for once a week.")
    if site.shared_tablet_seconds not in TABLET_SECONDS:
        message = f"shared_tablet_seconds is {site.shared_tablet_seconds}."
        yield Finding(message, f"Write a number from {TABLET_SECONDS[0]} to {TABLET_SECONDS[-1]}.")
    for name, stated, days in (
        ("follow_up.due_days", site.follow_up.due_days, DUE_DAYS),
        ("follow_up.keep_days", site.follow_up.keep_days, KEEP_DAYS),
        ("comments_keep_days", site.comments_keep_days, COMMENTS_KEEP_DAYS),
    ):
        if stated not in days:
            yield Finding(f"{name} is {stated}.", f"Write a number from {days[0]} to {days[-1]}.")
    if not ADDRESS.fullmatch(site.exit_url):
        message = f'exit_url "{site.exit_url}" is not a safe address.'
        yield Finding(message, "Write one that begins with https://.")
    if not site.jurisdiction.strip():
        yield Finding("jurisdiction is empty.", "Write the county's name.")


def _help_faults(county: HelpResource) -> Iterator[Finding]:
    for fault in address_faults(county):
        yield Finding(fault, "Write digits and hyphens, or an address with https://.", item="county_help")
    if not county.reachable:
        yield Finding("It has no phone, text or url.", "Give one, or leave it out.", item="county_help")


def _wave_faults(site: Site, wave: Wave) -> Iterator[Finding]:
    place, units = f'wave "{wave.id}"', [unit.id for unit in site.units]
    if wave.closes < wave.opens:
        yield Finding("It closes before it opens.", "Write a later day in closes.", item=place)
    if not HASH.fullmatch(wave.snapshot):
        remedy = "Copy the 64 letters and digits that yourvoice-admin snapshot prints."
        yield Finding(f'"{wave.snapshot}" is not the hash of a snapshot.', remedy, item=place)
    if wave.codes and any(box.id == TABLET for box in wave.boxes):
        message = f'With codes no box can be called "{TABLET}": addresses of shared tablets begin so.'
        yield Finding(message, "Choose another id.", item=place)
    for box in wave.boxes:
        if site.unit(box.unit) is None:
            message = f'The box belongs to unit "{box.unit}", which is not in units.'
            remedy = did_you_mean(box.unit, units, f"Write one of: {', '.join(units)}.")
            yield Finding(message, remedy, item=f'box "{box.id}"')


def _naming_faults(what: str, named: list[tuple[str, str]]) -> Iterator[Finding]:
    """What is wrong with ids and titles."""
    ids = [name for name, _ in named]
    for name, title in dict(named).items():
        if not NAME.fullmatch(name) or len(name) > NAME_LENGTH:
            remedy = f"Use small letters, digits and single hyphens, up to {NAME_LENGTH}."
            yield Finding(f'The {what} id "{name}" is not well formed.', remedy)
        if name == OTHER and what != "wave":
            yield Finding(f'The {what} id "{OTHER}" is taken by merged ballots.', "Choose another id.")
        if ids.count(name) > 1:
            yield Finding(f'The {what} id "{name}" is used more than once.', f"Give each {what} its own.")
        if not title.strip():
            yield Finding("The title is empty.", "Write what staff shall read.", item=f'{what} "{name}"')
