"""Charts of a results page as SVG: one row, a bar or a dot, to stand under its text in HTML.

Widths are percents of the page and letters are pixels, so that a row is legible on a phone, a wide screen and
paper alike. Only presentation attributes: the Content-Security-Policy forbids inline styles. What is drawn
are the suppressed numbers of results.py; a chart never sees others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from admin.scoring.results import AnswerShare, ItemSummary
from admin.scoring.suppression import Reason, Shown
from admin.svg import percent, tag

HEIGHT = 28
LETTERS = 13
ROOM = 3.2
"""Percent of a row that one letter needs on a phone."""

NEUTRAL = "#c9c9c9"
UNFAVOURABLE = ("#9a4308", "#d9812a", "#f3bd85")
FAVOURABLE = ("#1a5a96", "#4c92cb", "#a8cdec")
"""From the end of the scale to its middle. Orange and blue keep apart for every kind of colour blindness, and
the side on which a segment stands says the same without colour."""
DARK = frozenset({UNFAVOURABLE[0], FAVOURABLE[0]})


@dataclass(frozen=True)
class Span:
    """How far the bars of one chart reach to the unfavourable and to the favourable side, in percent."""

    left: int
    right: int

    def place(self, share: float) -> float:
        """Where in the row a share ends, in percent of its width; negative shares lie left of the middle."""
        return 100 * (self.left + share) / (self.left + self.right)


def span_of(items: Iterable[ItemSummary]) -> Span:
    """The span that the bars of all these items fit into, on whole tens."""
    ends = [end for item in items for pair in _segments(item.shares) for end in pair]
    return Span(-int(min([-10.0, *ends]) // 10) * 10, -int(-max([10.0, *ends]) // 10) * 10)


def diverging_bar(item: ItemSummary, span: Span) -> Markup:
    """The classes of answers from unfavourable to favourable, with the neutral one across a middle line."""
    row = _Row(item.text.direction)
    title = f"{item.number}. {item.text}"
    if not item.shares:
        return row.svg(title, f"Not shown: {item.n}.", row.blank(item.n))
    drawn = zip(item.shares, _segments(item.shares), _colours(item.shares), strict=True)
    parts = [
        row.bar(span.place(start), span.place(end), colour, share.shown, share.label)
        for share, (start, end), colour in drawn
        if start < end
    ]
    told = ", ".join(f"{share.label} {share.shown}" for share in item.shares)
    return row.svg(title, f"{told}.", row.line(span.place(0), 1, 0, HEIGHT), *parts)


def legend(items: Sequence[ItemSummary]) -> Markup:
    """What the colours mean: a list for each way in which these items' answers are divided."""
    plain = [item for item in items if not item.reverse] or items
    kinds = {tuple(share.label for share in item.shares): item.shares for item in plain if item.shares}
    return Markup("").join(
        tag("ul", *(_entry(*pair) for pair in zip(shares, _colours(shares), strict=True)), class_="legend")
        for shares in kinds.values()
    )


def share_bar(share: AnswerShare) -> Markup:
    """One share on a row of 100 percent, its number behind the bar."""
    return bar(share.shown, share.label, share.labels[0].direction)


def bar(shown: Shown, label: str, direction: str = "ltr") -> Markup:
    """A percent on a row of 100, its number behind the bar."""
    row = _Row(direction)
    if shown.reason is Reason.FEW:
        return row.svg(label, f"Not shown: {shown}.", row.blank(shown))
    end = _size(shown)
    inside = end > 100 - (len(shown.text) + 1) * ROOM
    number = row.letters(end, shown.text, *(("end", "#111") if inside else ("start",)))
    return row.svg(label, f"{shown}.", row.bar(0, end, FAVOURABLE[1], None, ""), number)


def interval_dot(
    shown: Shown, label: str, ends: tuple[float, float] = (0, 100), mark: float = 50, direction: str = "ltr"
) -> Markup:
    """A number as a dot within its interval on a line from end to end; a tick stands at `mark`."""
    row = _Row(direction)
    if shown.value is None and shown.low is None:
        return row.svg(label, f"{shown}.", row.blank(shown))

    def place(number: float) -> float:
        return 100 * (number - ends[0]) / (ends[1] - ends[0])

    parts = [row.rail(0, 100, 1), row.line(place(mark), 1, 6, HEIGHT - 6)]
    if shown.low is not None and shown.high is not None:
        parts.append(row.rail(place(shown.low), place(shown.high), 6))
    told = f"{shown}, 95% interval {shown.between}." if shown.between else f"{shown}."
    if shown.value is not None:
        parts.append(row.dot(place(shown.value)))
    return row.svg(label, told, *parts)


def axis(labels: Mapping[float, str], ends: tuple[float, float] = (0, 100), direction: str = "ltr") -> Markup:
    """A row of labels under dots or bars: position on the line between `ends` -> label."""
    row = _Row(direction)
    parts = [row.letters(100 * (at - ends[0]) / (ends[1] - ends[0]), label) for at, label in labels.items()]
    return tag(
        "svg", *parts, class_="axis", aria_hidden="true", width="100%", height=LETTERS + 5, **row.style
    )


class _Row:
    """The shapes of one row. Positions are percents of its width in reading direction."""

    def __init__(self, direction: str) -> None:
        self._direction = direction
        self.style = {"overflow": "visible", "direction": direction}

    def svg(self, title: str, description: str, *content: Markup) -> Markup:
        head = (tag("title", title), tag("desc", description))
        return tag(
            "svg", *head, *content, class_="chart", role="img", width="100%", height=HEIGHT, **self.style
        )

    def bar(self, start: float, end: float, colour: str, shown: Shown | None, label: str) -> Markup:
        """A segment; its number stands inside where it fits and in the tooltip always."""
        edge = {"stroke": "currentColor", "stroke_opacity": 0.55}
        x = start if self._direction == "ltr" else 100 - end
        width = percent(end - start)
        box = tag("rect", x=percent(x), y=3, width=width, height=HEIGHT - 6, fill=colour, **edge)
        if shown is None:
            return box
        fits = end - start >= len(shown.text) * ROOM
        ink = "#fff" if colour in DARK else "#111"
        number = self.letters((start + end) / 2, shown.text, "middle", ink) if fits else ""
        return tag("g", tag("title", f"{label}: {shown}"), box, number)

    def letters(self, at: float, text: str, anchor: str = "middle", ink: str = "currentColor") -> Markup:
        """A word at a place: around it, or beginning or ending there with a gap."""
        gap = {"start": 6, "middle": 0, "end": -6}[anchor] * (1 if self._direction == "ltr" else -1)
        place = {"x": self._x(at), "y": "50%", "dx": gap, "dy": "0.35em", "text_anchor": anchor}
        return tag("text", text, fill=ink, font_size=LETTERS, **place)

    def line(self, at: float, width: float, top: float, bottom: float) -> Markup:
        x = self._x(at)
        return tag("line", x1=x, x2=x, y1=top, y2=bottom, stroke="currentColor", stroke_width=width)

    def rail(self, start: float, end: float, width: float) -> Markup:
        ends = {"x1": self._x(start), "x2": self._x(end), "y1": "50%", "y2": "50%"}
        faint = {"stroke": "currentColor", "stroke_opacity": 0.45, "stroke_width": width}
        return tag("line", **ends, **faint, stroke_linecap="round")

    def dot(self, at: float) -> Markup:
        return tag("circle", cx=self._x(at), cy="50%", r=7, fill=FAVOURABLE[1], stroke="currentColor")

    def blank(self, shown: Shown) -> Markup:
        """An outlined row that says why nothing is drawn."""
        outline = {
            "fill": "none",
            "stroke": "currentColor",
            "stroke_opacity": 0.55,
            "stroke_dasharray": "4 4",
        }
        box = tag("rect", x=0, y=3, width="100%", height=HEIGHT - 6, **outline)
        return Markup("").join([box, self.letters(50, shown.text)])

    def _x(self, at: float) -> str:
        return percent(at if self._direction == "ltr" else 100 - at)


def _segments(shares: Sequence[AnswerShare]) -> list[tuple[float, float]]:
    """Where each class begins and ends, in percent, the middle of the neutral ones at 0."""
    sizes = [_size(share.shown) for share in shares]
    before = sum(size for size, share in zip(sizes, shares, strict=True) if share.tone < 0)
    start = -before - sum(size for size, share in zip(sizes, shares, strict=True) if share.tone == 0) / 2
    segments = []
    for size in sizes:
        segments.append((start, start + size))
        start += size
    return segments


def _size(shown: Shown) -> float:
    """The percent to draw: what is told of it at least."""
    return shown.low or 0 if shown.value is None else shown.value


def _colours(shares: Sequence[AnswerShare]) -> list[str]:
    """A colour for each class, darker towards the ends of the scale."""
    below = [share for share in shares if share.tone < 0]
    above = [share for share in shares if share.tone > 0]
    neutral = len(shares) - len(below) - len(above)
    return [
        *_shades(UNFAVOURABLE, len(below)),
        *[NEUTRAL] * neutral,
        *reversed(list(_shades(FAVOURABLE, len(above)))),
    ]


def _shades(palette: Sequence[str], count: int) -> Iterator[str]:
    if count == 1:
        yield palette[1]
    for place in range(count if count > 1 else 0):
        yield palette[round(place * (len(palette) - 1) / (count - 1))]


def _entry(share: AnswerShare, colour: str) -> Markup:
    swatch = tag("rect", x=1, y=1, width=12, height=12, fill=colour, stroke="currentColor")
    return tag("li", tag("svg", swatch, width=14, height=14, aria_hidden="true"), f" {share.label}")
