"""Which columns a sheet of an instrument may have, and where their cells go. It reads only the header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from admin.scoring.cells import CellError, Cells
from admin.scoring.patterns import Bytes
from survey_app.coding import Column, columns
from survey_app.instrument.model import Multi, OpenText
from survey_app.instrument.problems import did_you_mean
from survey_app.instrument.snapshot import Question, Snapshot

FAULTS = 10
"""So many things that are wrong are told at once."""

SEPARATORS = (",", ";", "\t")

Row = Sequence[str]


class SheetError(Exception):
    """The sheet cannot be scored; the text says where and what to do."""


@dataclass(frozen=True)
class Choices:
    """How the evaluator's sheet differs from ours: columns to leave out, and cells that mean skipped."""

    ignore: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Field:
    """One column of the sheet: where it stands there, and its byte (or two) in a packed response."""

    name: str
    at: int
    place: int
    width: int
    cells: Cells


class Layout:
    """Which columns a sheet of this instrument may have, and where they go."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._columns: dict[str, Column] = {}
        self.places: dict[str, int] = {}
        self.size = 0
        for column in columns(snapshot):
            self.places[column.name] = self.size
            self.size += column.width
            if column.question.kind != "multi" or column.option is not None:
                self._columns[column.name] = column

    def separator(self, line: str) -> str:
        """Under which the first line names most items; ids hold none of the separators."""

        def known(separator: str) -> int:
            return sum(name.strip(' "\r\n').casefold() in self._columns for name in line.split(separator))

        return max(SEPARATORS, key=known)

    def fields(self, header: Row, choices: Choices) -> list[Field]:
        """The sheet's columns in its order; raises SheetError for all that are wrong at once."""
        names = [name.strip() for name in header]
        left_out = {name.casefold() for name in choices.ignore}
        wanted = {at: name for at, name in enumerate(names) if name.casefold() not in left_out}
        strange = [name for name in wanted.values() if name.casefold() not in self._columns]
        if strange:
            raise SheetError("\n".join(self._unknown(name) for name in dict.fromkeys(strange[:FAULTS])))
        found = [name.casefold() for name in wanted.values()]
        if twice := sorted({name for name in found if found.count(name) > 1}):
            raise SheetError(f"The column {twice[0]} stands in the header twice.")
        self._refuse_gaps(found)
        try:
            return [
                Field(name, at, self.places[name], self._columns[name].width, self._cells(name, choices))
                for at, name in zip(wanted, found, strict=True)
            ]
        except CellError as error:
            raise SheetError(str(error)) from None

    def multis(self, asked: frozenset[str]) -> list[Question]:
        """The check-all questions that the sheet has."""
        found = (q for q in self._snapshot.items() if isinstance(q.item, Multi))
        return [q for q in found if f"{q.id}__{q.options[0].value}" in asked]

    def _cells(self, name: str, choices: Choices) -> Cells:
        return Cells(self._columns[name], choices.missing)

    def _refuse_gaps(self, found: Sequence[str]) -> None:
        """A construct or check-all question of which the sheet has a part would be scored wrongly."""
        constructs = self._snapshot.instrument.constructs
        groups = {f"the construct {c.id}": [member.item for member in c.items] for c in constructs}
        for column in self._columns.values():
            if column.option is not None:
                groups.setdefault(f"the question {column.question.id}", []).append(column.name)
        if not set(found) & set(self._columns):
            raise SheetError("The sheet has no column of an item that can be scored or counted.")
        for group, members in groups.items():
            asked = [member for member in members if member in self._columns]
            gone = [member for member in asked if member not in found]
            if gone and len(gone) < len(asked):
                raise SheetError(
                    f"Columns are missing of {group}: {', '.join(gone)}. {self._version()} Where nobody was"
                    " asked, take all columns of it out."
                )

    def _unknown(self, name: str) -> str:
        if not name:
            return 'A column has no name. Name it, or leave it out with --ignore "".'
        said = shown(name)
        if any(q.id == name.casefold() and isinstance(q.item, OpenText) for q in self._snapshot.items()):
            return f'The column "{said}" holds words, which are not scored. Leave it out: --ignore {said}.'
        advice = did_you_mean(name.casefold(), self._columns, "")
        advice = f"{advice} " if advice else ""
        return f'The column "{said}" is no item. {advice}{self._version()} To leave it out: --ignore {said}.'

    def _version(self) -> str:
        instrument = self._snapshot.instrument
        return f"The instrument is {instrument.id} {instrument.version}."


class Boxes:
    """A check-all question: an exclusive box gives way to others, as in survey_app.coding."""

    def __init__(self, question: Question, places: dict[str, int]) -> None:
        at = [(places[f"{question.id}__{option.value}"], option.exclusive) for option in question.options]
        self._named = [place for place, is_exclusive in at if not is_exclusive]
        self._alone = [place for place, is_exclusive in at if is_exclusive]
        self._conflict = places[f"{question.id}__conflict"]
        item = question.item
        most = item.max_choices if isinstance(item, Multi) else None
        self._most = len(at) if most is None else most

    def settle(self, packed: Bytes) -> None:
        """Clear what gives way, and mark conflicts."""
        named, alone = packed[:, self._named], packed[:, self._alone]
        both = named.any(axis=1) & alone.any(axis=1)
        for place in self._alone:
            packed[both, place] = 0
        kept = packed[:, self._named + self._alone].sum(axis=1)
        packed[:, self._conflict] = both | (kept > self._most)


def shown(cell: str) -> str:
    """The start of a cell, without what could steer a terminal."""
    start = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in cell[:20])
    return start + ("..." if len(cell) > 20 else "")
