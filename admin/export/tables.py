"""codebook.csv, values.csv, scoring.csv: what every column, code and score means. They hold no response."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from math import isnan

from admin.export.digest import ScoreLine, digest
from admin.export.export import Export
from admin.export.guard import guarded
from admin.export.layout import Layout
from admin.export.parts import Looked, Scored
from admin.export.scope import Scope
from admin.export.variables import NONE, Role, Variable, code_labels
from admin.scoring.keying import Scale

_ROLES = {
    Role.PLACE: "where and when",
    Role.ANSWER: "answer as it was given",
    Role.REVERSED: "answer turned round",
    Role.SCORE: "score",
}


SCORING_NAMES = ("score", "scale", "item")
SCORING_NUMBERS = (
    *("code", "keyed", "points", "weight", "unit", "items", "min_answered"),
    *("low", "high", "above_numerator", "above_denominator"),
)
"""The columns of scoring.csv."""

RELIABILITY_NAMES = ("score", "label")
RELIABILITY_NUMBERS = ("items", "complete", "alpha", "alpha_low", "alpha_high", "omega", "average_r")
RELIABILITY_HEAD = (*RELIABILITY_NAMES, *RELIABILITY_NUMBERS, "why_no_omega")
"""The columns of reliability.csv."""


def codebook_csv(export: Export) -> Iterator[bytes]:
    """A line for each column of responses.csv, in its order, with the wording in every language."""
    languages = export.layout.languages
    yield _table(codebook_head(languages), (_line(variable, languages) for variable in export.variables))


def values_csv(export: Export) -> Iterator[bytes]:
    """A line for each code of each column, and for each name of a wave or unit."""
    yield _table(values_head(export.layout.languages), _values(export))


def scoring_csv(export: Export) -> Iterator[bytes]:
    """What each answer counts in each score, in whole numbers: for scripts that work scores out again.

    mean = sum of points / (sum of weights x unit), where enough items are answered; positive where
    above_denominator x points > above_numerator x weights x unit.
    """
    yield _table((*SCORING_NAMES, *SCORING_NUMBERS), _scoring(export.layout))


def codebook_head(languages: Sequence[str]) -> list[str]:
    """The columns of codebook.csv."""
    spoken = (f"{what}_{language}" for language in languages for what in ("section", "label", "values"))
    return ["name", "type", "measure", "role", "item", "blank_means", "note", *spoken]


def values_head(languages: Sequence[str]) -> list[str]:
    """The columns of values.csv."""
    return ["name", "code", "option", "counts_as_missing", *(f"label_{language}" for language in languages)]


def _line(variable: Variable, languages: Sequence[str]) -> list[str]:
    blank = "skipped" if variable.role is Role.ANSWER else "no score" if variable.role is Role.SCORE else ""
    if variable.role is Role.REVERSED:
        blank = "skipped"
    line = [variable.name, variable.kind.value, variable.measure.value, _ROLES[variable.role]]
    line += [variable.item, blank, variable.note]
    for language in languages:
        values = " | ".join(
            f"{value.code} = {value.labels[language]}"
            for value in variable.values
            if language in value.labels
        )
        line += [variable.section.get(language, ""), variable.labels.get(language, ""), values]
    return line


def _values(export: Export) -> Iterator[list[str]]:
    languages = export.layout.languages
    titles = _titles(export.scope)
    for variable in export.variables:
        for text in variable.texts:
            yield [variable.name, text, text, "", titles[text], *("" for _ in languages[1:])]
        for value in variable.values:
            said = [value.labels.get(language, "") for language in languages]
            yield [variable.name, str(value.code), value.option, "yes" if value.missing else "", *said]


def _titles(scope: Scope) -> dict[str, str]:
    """What the names of waves and units stand for; small units may stand together in other ways by wave."""
    found: dict[str, dict[str, str]] = {}
    for one in scope.each:
        for cell in one.cells:
            found.setdefault(cell.name, {})[one.wave.id] = cell.title
    titles = {
        name: next(iter(by_wave.values()))
        if len(set(by_wave.values())) == 1
        else "; ".join(f"{wave}: {title}" for wave, title in by_wave.items())
        for name, by_wave in found.items()
    }
    return titles | {one.wave.id: one.wave.title for one in scope.each}


def _scoring(layout: Layout) -> Iterator[list[str]]:
    codes = {part.variables[0].item: part.table for part in layout.parts if isinstance(part, Looked)}
    raw = {
        part.variables[0].name: part.table
        for part in layout.parts
        if isinstance(part, Looked) and part.variables[0].role is Role.ANSWER
    }
    codes |= raw
    for part in layout.parts:
        if isinstance(part, Scored):
            name = part.variables[0].name.removesuffix("_n")
            yield from _scale_lines(name, part.scale, codes)


def _scale_lines(name: str, scale: Scale, codes: dict[str, tuple[float, ...]]) -> Iterator[list[str]]:
    above = scale.positive_above
    ends = (f"{float(scale.low):g}", f"{float(scale.high):g}", above.numerator, above.denominator)
    whole = [str(one) for one in (scale.unit, len(scale.keys), scale.min_answered, *ends)]
    for key, points, weights in zip(scale.keys, scale.points, scale.weights, strict=True):
        for place, code in enumerate(codes[key.item]):
            if code != NONE and key.answered[place]:
                counts = [f"{key.keyed[place]:g}", str(points[place]), str(weights[place])]
                yield [name, scale.id, key.item, str(code), *counts, *whole]


def _table(head: Sequence[str], lines: Iterable[Sequence[str | float | None]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    for line in lines:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in line])
    return text.getvalue().encode()


def reliability_csv(export: Export) -> Iterator[bytes]:
    """A line for each score: how well its items hang together, among the rows of this file."""
    yield _table(RELIABILITY_HEAD, map(_agreement, digest(export).scores))


def _agreement(line: ScoreLine) -> list[str | float | None]:
    found, why = line.reliability, line.omega.why
    numbers = (found.alpha, *found.interval, line.omega.value, found.avg_r)
    printed = [None if isnan(number) else number for number in numbers]
    return [line.id, line.label, line.items, found.n_complete, *printed, why.value if why else ""]


def in_words(variable: Variable, language: str) -> str:
    """The codes of a column in one line."""
    return "; ".join(f"{code} = {label}" for code, label in code_labels(variable, language).items())
