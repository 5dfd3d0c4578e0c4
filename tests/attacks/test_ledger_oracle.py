"""The ledger's checksum, which staff are shown, must not answer guesses at what was said."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import combinations_with_replacement, product

from admin.ledger import START, Line
from survey_app.ballot import Ballot
from survey_app.coding import encode
from tests.boxes.builders import County, small_snapshot

N = 3
SAID = ({"row1": "1", "row2": "3"}, {"row1": "1", "row2": "1"}, {"row1": "3", "row2": "2"})


def candidates() -> list[bytes]:
    """All that somebody may have answered to two statements of three answers each, packed."""
    scale = ("1", "2", "3")
    sheets = ({"row1": one, "row2": other} for one, other in product(scale, scale))
    return [encode(small_snapshot(), Ballot("", "en", dict(sheet))) for sheet in sheets]


def tried_out(line: Line, shown: str) -> Iterator[tuple[bytes, ...]]:
    """Every lot of answers that the checksum would fit if it were over the answers alone."""
    stated = f"{START}\n{line.release} {line.wave} {line.unit} {line.snapshot} {line.n}\n".encode()
    for lot in combinations_with_replacement(sorted(candidates()), N):
        if hashlib.sha256(stated + b"".join(lot)).hexdigest() == shown:
            yield lot


def test_nobody_can_try_out_what_was_answered_against_the_ledger(county: County) -> None:
    """P12. 165 guesses would have been enough for a lot of three; for eleven it is 75,582."""
    county.pass_on({"north-1": [row for sheet in SAID for row in county.ballots(1, sheet)]})
    county.release()
    (entry,) = county.released.ledger()
    assert list(tried_out(entry.line, entry.checksum)) == []


def test_without_the_random_ids_the_guess_would_succeed() -> None:
    """The weakened build: a checksum over the answers alone."""
    line = Line(1, "spring", "north", small_snapshot().hash, N)
    said = tuple(sorted(encode(small_snapshot(), Ballot("", "en", dict(sheet))) for sheet in SAID))
    stated = f"{START}\n{line.release} {line.wave} {line.unit} {line.snapshot} {line.n}\n".encode()
    assert list(tried_out(line, hashlib.sha256(stated + b"".join(said)).hexdigest())) == [said]
