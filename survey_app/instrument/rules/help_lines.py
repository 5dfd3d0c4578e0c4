"""Help resources: somebody real to call, on every page, in every language of the survey."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from survey_app.instrument.model import HelpResource, Instrument
from survey_app.instrument.problems import Finding

FRESH = timedelta(days=180)
_NUMBER = re.compile(r"\+?[0-9][0-9 ().-]{1,24}")
ADDRESS = re.compile(r"https://[^\s\"'<>]+")


def crisis_line(instrument: Instrument) -> Iterator[Finding]:
    """A youth in danger must find somebody on every page."""
    if not any(r.kind == "crisis" and r.always_shown and r.phone for r in instrument.help_resources):
        message = "No crisis line with a phone number is always shown."
        remedy = 'Add one with "kind": "crisis" and "always_shown": true.'
        yield Finding(message, remedy, item="help_resources")


def help_address(instrument: Instrument) -> Iterator[Finding]:
    """Numbers become links to call; addresses must be https."""
    for place, resource in _resources(instrument):
        for message in address_faults(resource):
            yield Finding(message, "Write digits and hyphens, or an address with https://.", item=place)


def address_faults(resource: HelpResource) -> Iterator[str]:
    """What is wrong with one resource's numbers and address; a county's own is judged by it too."""
    for number in filter(None, (resource.phone, resource.text)):
        if not _NUMBER.fullmatch(number):
            yield f'"{number}" is not a phone number.'
    if resource.url and not ADDRESS.fullmatch(resource.url):
        yield f'"{resource.url}" is not a safe address.'


def help_unverified(instrument: Instrument) -> Iterator[Finding]:
    """A number that nobody called lately may be dead."""
    today = datetime.now(UTC).date()
    for place, resource in _resources(instrument):
        if resource.reachable and today - resource.verified_on > FRESH:
            message = f"Nobody has verified this help line since {resource.verified_on.isoformat()}."
            yield Finding(message, "Call it and write today's date in verified_on.", item=place)


def help_language(instrument: Instrument) -> Iterator[Finding]:
    """A line that does not speak the survey's language helps little."""
    for place, resource in _resources(instrument):
        for language in instrument.languages:
            if resource.reachable and resource.always_shown and language not in resource.languages:
                message = f'This help line does not list "{language}".'
                yield Finding(message, "Ask, and add it, or add a line that speaks it.", item=place)


def _resources(instrument: Instrument) -> Iterator[tuple[str, HelpResource]]:
    return ((f"help.{resource.id}", resource) for resource in instrument.help_resources)
