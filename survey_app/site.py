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
from survey_app.instrument.rules.help_lines import address_faults
from survey_app.instrument.snapshot import Said, Snapshot
from survey_app.instrument.texts import direction, in_language

K = 11
K_FLOOR = 3
NAME = re.compile(r"[a-z0-9](-?[a-z0-9])*")
NAME_LENGTH = 32
HASH = re.compile(r"[0-9a-f]{64}")
COUNTY_SLOT = "county"
MAX_BYTES = 2**20


class SiteError(Exception):
    """site.json is missing or says something impossible; the text says what to write instead."""


class _Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A struct of site.json: unknown fields are refused."""


class Unit(_Plan, frozen=True, kw_only=True):
    """A reporting unit; units are a fixed partition of the jurisdiction."""

    id: str
    title: str


class Box(_Plan, frozen=True, kw_only=True):
    """One unit's ballots in one wave; its id is the end of a link."""

    id: str
    unit: str


class Wave(_Plan, frozen=True, kw_only=True):
    """One administration of a snapshot, open from `opens` to `closes`, both included."""

    id: str
    title: str
    opens: date
    closes: date
    snapshot: str
    boxes: tuple[Box, ...]

    def is_open(self, today: date) -> bool:
        """Whether answers are taken today."""
        return self.opens <= today <= self.closes

    def is_over(self, today: date) -> bool:
        """Whether nothing can come in any more: its last day has ended in every time zone."""
        return today > self.closes + timedelta(days=1)


class Site(_Plan, frozen=True, kw_only=True):
    """The plan. `k`: a box is opened only with at least so many ballots in it."""

    jurisdiction: str
    k: int = K
    allow_small_k: bool = False
    default_box: str
    exit_url: str = "https://www.weather.gov/"
    handover_seconds: int = 604_800
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
    """Read and check site.json; raises SiteError with one kind sentence."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES)
    except OSError as error:
        raise SiteError(f"{path.name} cannot be read: {error.strerror}.") from error
    try:
        site = msgspec.json.decode(raw, type=Site)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SiteError(f"{path.name}: {error}. Correct it there and start again.") from error
    fault = next(_faults(site), None)
    if fault:
        raise SiteError(f"{path.name}: {fault.rstrip('.')}.")
    return site


def _line(resource: HelpResource, name: Said, hours: Said) -> HelpLine:
    return HelpLine(resource.id, resource.kind, name, hours, resource.phone, resource.text, resource.url)


def _said(text: str | dict[str, str], language: str, source: str) -> Said:
    for spoken in (language, source):
        worded = in_language(text, spoken, source)
        if worded:
            return Said(worded, spoken, direction(spoken))
    return Said("", language, direction(language))


def _faults(site: Site) -> Iterator[str]:
    floor = K_FLOOR if site.allow_small_k else K
    if site.k < floor:
        yield f"k is {site.k}, but no box may be opened below {floor} ballots; write {floor} or more"
    if site.handover_seconds < 1:
        yield "handover_seconds must be at least 1"
    if not site.exit_url.startswith("https://"):
        yield "exit_url must begin with https://"
    yield from _name_faults("unit", [unit.id for unit in site.units])
    yield from _name_faults("wave", [wave.id for wave in site.waves])
    yield from _name_faults("box", [box.id for _, box in site.boxes()])
    for wave in site.waves:
        yield from _wave_faults(site, wave)
    if site.box(site.default_box) is None:
        yield f'default_box "{site.default_box}" is not a box of any wave'
    if site.county_help:
        yield from _help_faults(site.county_help)


def _help_faults(county: HelpResource) -> Iterator[str]:
    yield from (f"county_help: {fault}" for fault in address_faults(county))
    if not county.reachable:
        yield "county_help has no phone, text or url; give one or leave it out"


def _wave_faults(site: Site, wave: Wave) -> Iterator[str]:
    if wave.closes < wave.opens:
        yield f'wave "{wave.id}" closes before it opens'
    if not HASH.fullmatch(wave.snapshot):
        yield f'wave "{wave.id}" must name its snapshot by 64 hex digits'
    for box in wave.boxes:
        if site.unit(box.unit) is None:
            yield f'box "{box.id}" belongs to unit "{box.unit}", which is not in units'


def _name_faults(what: str, names: list[str]) -> Iterator[str]:
    for name in names:
        if not NAME.fullmatch(name) or len(name) > NAME_LENGTH:
            yield f'{what} id "{name}" may have small letters, digits and single hyphens, up to {NAME_LENGTH}'
        if names.count(name) > 1:
            yield f'{what} id "{name}" is used more than once'
