"""How wide a screen must be for answers to stand side by side, told from the labels' own words.

An estimate that a row of full words fits; it never shortens or breaks a word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

LABEL = 0.8125
"""A row's letters against the text around it: 13 px of 16."""

PADDING = 0.24
NARROWEST = 21.0
"""No row in a column below this many em (a phone of 360 px): stacked answers are easier to hit there."""

BLEED = 1.0
"""A row may stand out of its column by half a rem on both sides."""

WIDEST = 36.0
"""What needs more than the column is stacked everywhere."""

MOST = 7
UNSPACED_EM = 4.0
"""Scripts without spaces break where their dictionary allows; this much is kept together."""

# DejaVu Sans, the widest of the system fonts that phones and desks have: what fits in it fits in all.
_WIDTHS = {
    **dict.fromkeys("ijl.,'|!:;", 0.29),
    **dict.fromkeys("frtI()-/", 0.42),
    **dict.fromkeys("mwMW", 0.98),
}
_CAPITAL, _SMALL = 0.72, 0.6
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "KHMER", "THAI", "LAO", "MYANMAR")


def row_width(labels: Sequence[str]) -> float:
    """The least width of the column, in em of its text, at which these labels fit in a row; 0 for none."""
    if not 2 <= len(labels) <= MOST:
        return 0
    longest = max(_width(word) for label in labels for word in label.split() or [""])
    needed = len(labels) * (longest * LABEL + PADDING) - BLEED
    return max(NARROWEST, round(needed + 0.05, 1)) if needed <= WIDEST else 0


def _width(word: str) -> float:
    if any(unicodedata.name(letter, "").startswith(_UNSPACED) for letter in word[:1]):
        return min(UNSPACED_EM, float(len(word)))
    return sum(_letters(word))


def _letters(word: str) -> Iterable[float]:
    for letter in unicodedata.normalize("NFD", word):
        if not unicodedata.combining(letter):
            yield _WIDTHS.get(letter, _CAPITAL if letter.isupper() else _SMALL)
