"""Words from a form made safe to keep: bounded, in NFC, without invisible mischief.

It never escapes anything (templates do) and never raises.
"""

from __future__ import annotations

import re
import unicodedata

MARKS_MAX = 6

# Controls but newline, surrogates, line separators, and the characters that reorder the text around them.
_UNWANTED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def clean_text(raw: object, max_length: int) -> str:
    """At most `max_length` code points of NFC text; newlines stay, towers of combining marks are bounded."""
    if not isinstance(raw, str):
        return ""
    text = raw[: 8 * max_length].replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = _UNWANTED.sub("", text)
    if not text.isascii():
        # Bounded first: CPython orders a run of marks in quadratic time.
        text = unicodedata.normalize("NFC", _bound_marks(text))
    return text.strip()[:max_length].strip()


def _bound_marks(text: str) -> str:
    kept: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character).startswith("M") else 0
        if run <= MARKS_MAX:
            kept.append(character)
    return "".join(kept)
