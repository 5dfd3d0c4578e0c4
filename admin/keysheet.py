"""The paper key as a page to print: numbered groups, what it opens, how to type it back. It stores no key.

There is no picture to scan: it would put what opens everything into the memory of a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined


@dataclass(frozen=True)
class Group:
    """Four letters or digits, and which of the groups they are."""

    number: int
    letters: str


@dataclass(frozen=True)
class KeySheet:
    """The sheet; `place`: the county's name, where the plan says it."""

    place: str
    groups: tuple[Group, ...]


def key_sheet(place: str, groups: Sequence[str]) -> str:
    """The sheet's HTML; it needs no network to be printed, on A4 or Letter."""
    environment = Environment(loader=PackageLoader("admin"), autoescape=True, undefined=StrictUndefined)
    numbered = tuple(Group(number, letters) for number, letters in enumerate(groups, start=1))
    return environment.get_template("keysheet.html").render(sheet=KeySheet(place, numbered))
