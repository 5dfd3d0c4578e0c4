"""How dates, numbers and wordings are written into a page. It chooses no number and hides none."""

from __future__ import annotations

from datetime import date

from flask import Flask
from markupsafe import Markup

from admin import charts
from survey_app.instrument.snapshot import Said


def teach(app: Flask) -> None:
    """Give the application's templates these filters, and the charts."""
    app.jinja_env.filters.update(day=day, plain=plain, sentence=sentence, fingerprint=fingerprint)
    app.jinja_env.globals.update(
        said=said,
        diverging_bar=charts.diverging_bar,
        interval_dot=charts.interval_dot,
        legend=charts.legend,
        share_bar=charts.share_bar,
    )


def day(when: date) -> str:
    """A date as people say it: 7 May 2031."""
    return f"{when.day} {when:%B %Y}"


def plain(number: float) -> str:
    """A number without needless decimals: 3.5, 5."""
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
