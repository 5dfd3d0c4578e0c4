"""How dates, numbers and wordings are written into a page. It chooses no number and hides none."""

from __future__ import annotations

from datetime import date

from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from admin import charts, sentences
from admin.scoring.suppression import Shown
from admin.trend_chart import trend_chart
from survey_app.instrument.snapshot import Said

RESULTS = frozenset(
    f"{name}.html"
    for name in (
        "activities",
        "ledger",
        "parts",
        "quality",
        "report",
        "scale",
        "topics",
        "trends",
        "units",
        "waves",
    )
)
"""The templates that show what was counted."""


def teach(app: Flask) -> None:
    """Give the application's templates these filters, and the charts."""
    app.jinja_env.filters.update(day=day, plain=plain, sentence=sentence, fingerprint=fingerprint)
    app.jinja_env.globals.update(
        said=said,
        bar=charts.bar,
        belonging=sentences.belonging,
        change=sentences.change,
        diverging_bar=charts.diverging_bar,
        headline=sentences.headline,
        heat=heat,
        interval_dot=charts.interval_dot,
        legend=charts.legend,
        ranking=sentences.ranking,
        share_bar=charts.share_bar,
        trend_chart=trend_chart,
    )
    app.jinja_env.finalize = only_shown


@pass_context
def only_shown(context: Context, value: object) -> object:
    """Refuse a bare number on a page of results: a count comes as a Shown, what is given by `plain`."""
    if context.name in RESULTS and isinstance(value, int | float):
        raise TypeError(f"{context.name} prints a number that is not Shown")
    return value


def heat(shown: Shown | None) -> str:
    """How deep a cell is coloured: a step for each fifth of what may be shown; "" where nothing is."""
    if shown is None or shown.value is None:
        return ""
    return f"h{min(int(shown.value) // 20, 4)}"


def day(when: date) -> str:
    """A date as people say it: 7 May 2031."""
    return f"{when.day} {when:%B %Y}"


def plain(number: float) -> str:
    """A number that the plan or the instrument gives, never a count: without needless decimals, 3.5, 5."""
    return f"{number:g}"


def sentence(text: str) -> str:
    """A note as a sentence: capital first, full stop last."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def fingerprint(hashed: str) -> str:
    """The beginning of a hash in groups of four, long enough to compare by eye."""
    return " ".join(hashed[place : place + 4] for place in range(0, 16, 4))


def said(wording: Said) -> Markup:
    """The language attributes of an element whose text is not in the page's own language."""
    if (wording.language, wording.direction) == ("en", "ltr"):
        return Markup("")
    return Markup(' lang="{}" dir="{}"').format(wording.language, wording.direction)
