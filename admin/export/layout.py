"""The columns of a row file, from a snapshot: places, answers, reversed items, scores. It holds no answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from admin.export.parts import Counted, Looked, Part, Placed, Scored, Ticked, variables_of
from admin.export.variables import LONGEST_NAME, NONE, SKIPPED, Kind, Measure, Role, Value, Variable
from admin.scoring.blocks import blocks
from admin.scoring.keying import Key, Scale, scales
from survey_app.coding import columns
from survey_app.instrument.model import Multi, Number, Option, ScaleBlock, Single
from survey_app.instrument.snapshot import Question, Snapshot

UNIT = "Reporting unit; small ones stand together"
WAVE = "Wave: one round of the survey"
Labels = Mapping[str, str]


class LayoutError(ValueError):
    """Two columns of a snapshot would have the same name; the text says which."""


@dataclass(frozen=True)
class Layout:
    """`parts` in the order of the columns; `width`: bytes of a packed response, before the cell's two.

    Of several waves: the newest's snapshot; `others`: those of the waves before it, if they differ.
    """

    snapshot: Snapshot
    parts: tuple[Part, ...]
    width: int
    others: tuple[Snapshot, ...] = ()

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        """All columns, in order."""
        return variables_of(self.parts)

    @property
    def languages(self) -> tuple[str, ...]:
        """The snapshot's, its own first; of several waves those of all."""
        spoken = (language for one in (self.snapshot, *self.others) for language in languages_of(one))
        return tuple(dict.fromkeys(spoken))


def languages_of(snapshot: Snapshot) -> tuple[str, ...]:
    """A snapshot's languages, its own first."""
    source = snapshot.instrument.source_language
    return (source, *(language for language in snapshot.languages if language != source))


def layout(snapshot: Snapshot, cells: Sequence[tuple[str, str]]) -> Layout:
    """All columns for responses to this snapshot; `cells`: (wave, unit) of each cell number.

    Raises LayoutError.
    """
    author = _Author(snapshot)
    parts = (author.placed(cells), *author.answers(), *author.reversed_items(), *author.scores())
    check_names(parts)
    return Layout(snapshot, parts, author.width)


def check_names(parts: Sequence[Part]) -> None:
    """Raises LayoutError where two columns would have the same name."""
    names = [variable.name.lower() for variable in variables_of(parts)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise LayoutError(f"More than one column would be called {', '.join(twice)}.")


def coded(options: Sequence[Option]) -> tuple[int, ...]:
    """By option: the number that stands for it, its own where all are written as numbers, else its place."""
    values = [option.value for option in options]
    if all(value.isascii() and value.isdigit() and len(value) < 9 for value in values):
        numbers = tuple(map(int, values))
        if len(set(numbers)) == len(numbers):
            return numbers
    return tuple(range(1, len(values) + 1))


class _Author:
    """Writes the parts of one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._starts: dict[str, int] = {}
        self.width = 0
        for column in columns(snapshot):
            self._starts.setdefault(column.question.id, self.width)
            self.width += column.width

    def placed(self, cells: Sequence[tuple[str, str]]) -> Placed:
        """Wave and unit first."""
        waves, units = (tuple(dict.fromkeys(names)) for names in zip(*cells, strict=True))
        source = self._snapshot.instrument.source_language
        made = tuple(
            Variable(name, Kind.TEXT, Measure.NOMINAL, Role.PLACE, {source: label}, texts=texts)
            for name, label, texts in (("wave", WAVE, waves), ("unit", UNIT, units))
        )
        numbers = tuple((waves.index(wave), units.index(unit)) for wave, unit in cells)
        return Placed(made, (self.width, self.width + 1), numbers)

    def answers(self) -> Iterator[Part]:
        """Every closed item as it was answered."""
        for question in self._snapshot.items():
            if question.id in self._starts:
                yield self._answer(question, self._starts[question.id])

    def reversed_items(self) -> Iterator[Part]:
        """Items that some scale turns round, once each."""
        seen = set()
        for scale in scales(self._snapshot):
            for key in scale.keys:
                if key.reverse and key.item not in seen:
                    seen.add(key.item)
                    yield self._reversed(key)

    def scores(self) -> Iterator[Part]:
        """Every construct, then every activity."""
        places = {block.id: block.places for block in blocks(self._snapshot)}
        taken: set[str] = set()
        for scale in scales(self._snapshot):
            kind, _, name = scale.id.partition(".")
            name = f"{kind[:3]}_{name}"[:26] if name in taken else name
            taken.add(name)
            yield Scored(self._score_columns(scale, name), scale, places[scale.id])

    def _answer(self, question: Question, start: int) -> Part:
        labels, section = self._question_labels(question), self._labels(f"section.{question.section}.title")
        plain = Variable(
            question.id, Kind.WHOLE, Measure.NOMINAL, Role.ANSWER, labels, skipped=True, item=question.id
        )
        plain = replace(plain, section=section)
        if isinstance(question.item, Multi):
            boxes = tuple(self._boxes(question, plain))
            return Ticked(boxes, tuple(range(start, start + len(boxes))))
        if isinstance(question.item, Number):
            low, high = question.item.minimum, question.item.maximum
            # Where -9 is an answer it cannot stand for a skipped one.
            number = replace(plain, measure=Measure.SCALE, skipped=low > SKIPPED)
            return Counted((number,), start, low, high)
        numbers = coded(question.options)
        ordinal = question.response_set is not None and question.response_set.kind == "ordinal"
        choice = replace(
            plain,
            measure=Measure.ORDINAL if ordinal else Measure.NOMINAL,
            values=tuple(self._values(question, numbers)),
        )
        return Looked((choice,), start, (NONE, *numbers))

    def _boxes(self, question: Question, plain: Variable) -> Iterator[Variable]:
        for place, option in enumerate(question.options, 1):
            name = f"{question.id}__{option.value}"
            label = {
                language: f"{plain.labels.get(language, '').rstrip(' :')}: {words}"
                for language, words in self._option_labels(question, option).items()
            }
            short = name if len(name) <= LONGEST_NAME else f"{question.id}__{place}"
            yield replace(plain, name=short, labels=label, values=_YES_NO)
        note = "1 where an option that excludes others came with others, or more boxes than allowed"
        label = {language: f"{words.rstrip(' :')}: conflict" for language, words in plain.labels.items()}
        name = f"{question.id}__conflict"[:LONGEST_NAME]
        yield replace(plain, name=name, labels=label, values=_YES_NO, note=note)

    def _reversed(self, key: Key) -> Looked:
        question = next(one for one in self._snapshot.items() if one.id == key.item)
        whole = all(score is None or score.denominator == 1 for score in key.scores)
        empty: float = NONE if whole else float("nan")
        table = tuple(empty if score is None else _number(score, whole) for score in key.scores)
        labels = {
            language: f"{words} (turned round)" for language, words in self._question_labels(question).items()
        }
        kind = Kind.WHOLE if whole else Kind.REAL
        turned = Variable(f"{key.item}_r", kind, Measure.ORDINAL, Role.REVERSED, labels, item=key.item)
        note = f"lowest + highest - x: {float(key.low):g} + {float(key.high):g} - x"
        return Looked((replace(turned, note=note),), self._starts[key.item], table)

    def _score_columns(self, scale: Scale, name: str) -> tuple[Variable, ...]:
        said = self._labels(f"{scale.id}.label")
        items = ", ".join(f"{key.item} turned round" if key.reverse else key.item for key in scale.keys)
        above = float(scale.positive_above)
        needed = f"of at least {scale.min_answered} answered items of {len(scale.keys)}: {items}"
        stated = (
            ("n", Kind.WHOLE, Measure.SCALE, "answered items", f"how many of {items}"),
            ("mean", Kind.REAL, Measure.SCALE, "mean", needed),
            ("pomp", Kind.REAL, Measure.SCALE, "percent of maximum possible", "the mean from 0 to 100"),
            ("pos", Kind.WHOLE, Measure.NOMINAL, "positive", f"1 where the mean is above {above:g}, else 0"),
        )
        return tuple(
            Variable(
                f"{name}_{end}",
                kind,
                measure,
                Role.SCORE,
                {language: f"{words}: {what}" for language, words in said.items()},
                _YES_NO if end == "pos" else (),
                item=scale.id,
                note=note,
            )
            for end, kind, measure, what, note in stated
        )

    def _values(self, question: Question, numbers: Iterable[int]) -> Iterator[Value]:
        for number, option in zip(numbers, question.options, strict=True):
            yield Value(number, option.value, self._option_labels(question, option), option.missing)

    def _option_labels(self, question: Question, option: Option) -> Labels:
        item = question.item
        shared = item.response_set if isinstance(item, ScaleBlock | Single | Multi) else ""
        return self._labels(f"response_set.{shared}.{option.value}")

    def _question_labels(self, question: Question) -> Labels:
        text = self._labels(f"{question.id}.text")
        stem = self._labels(f"{question.item.id}.stem") if isinstance(question.item, ScaleBlock) else {}
        return {language: f"{stem.get(language, '')} {words}".strip() for language, words in text.items()}

    def _labels(self, key: str) -> Labels:
        """The wording in every language that has one of its own."""
        source = self._snapshot.instrument.source_language
        spoken = (source, *self._snapshot.languages)
        said = {language: self._snapshot.wording(language)(key) for language in spoken}
        return {spoken: words.text for spoken, words in said.items() if words and words.language == spoken}


def _number(score: Fraction, whole: bool) -> float:
    return int(score) if whole else float(score)


_YES_NO = (Value(0, "no", {"en": "No"}), Value(1, "yes", {"en": "Yes"}))
