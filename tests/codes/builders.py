"""A county that gives out cards: the tests draw them, and fill boxes with or without their codes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from admin.cards import card_keys, make_codes
from admin.release import ReleaseReport, release
from survey_app.ballot import Ballot, pack
from survey_app.boxes import ID_SIZE
from tests.boxes.builders import ANSWERS, County, plan, small_snapshot
from tests.public.builders import YOUTH, Ground, make_ground
from tests.sealing.builders import TODAY

K = 11
SPRING = "spring"
STRANGER = "7K3M9QXD2WSH5TRS"
"""A code as sound as any, that was never printed."""

Rows = list[tuple[bytes, bytes]]


class Bowl(County):
    """Both hosts of a county whose one wave uses cards."""

    def __init__(self, data: Path, k: int = K) -> None:
        site = plan(k)
        super().__init__(data, replace(site, waves=(replace(site.waves[0], codes=True),)))

    @property
    def database(self) -> Path:
        """released.db."""
        return self.data / "staff" / "released.db"

    @property
    def keys(self) -> Path:
        """The folder of the keys that hash codes."""
        return self.data / "staff" / "cards"

    def print_cards(self, count: int) -> list[str]:
        """The codes of new cards."""
        return make_codes(self.released, self.keys, SPRING, count)

    def with_codes(self, codes: Iterable[str], words: str = "") -> Rows:
        """A ballot for each code ("" for none)."""
        answers = dict(ANSWERS) | ({"visits": 1, "words": words} if words else {})
        sheets = (Ballot(small_snapshot().hash, "en", answers, code) for code in codes)
        return [(self.dice.randbytes(ID_SIZE), self.seal(pack(sheet))) for sheet in sheets]

    def release(self, today: date = TODAY, opener: object = None) -> ReleaseReport:
        """One release, with the keys of the cards as the command reads them."""
        snapshots = {small_snapshot().hash: small_snapshot()}
        keys = card_keys(self.keys, [SPRING])
        return release(self.released, self.opener, self.site, snapshots, today, keys)


def ground_with_codes(data: Path, instrument: Path = YOUTH) -> Ground:
    """A public host's folder whose wave uses cards."""
    ground = make_ground(data, instrument)
    change_wave(data, codes=True)
    return ground


def change_wave(data: Path, **changes: object) -> None:
    """Write something else about the only wave into the plan."""
    path = data / "site.json"
    site = json.loads(path.read_text())
    site["waves"][0] |= changes
    path.write_text(json.dumps(site))


def spoilt(code: str, place: int = 15) -> str:
    """The same code with a slip at this place."""
    return code[:place] + ("2" if code[place] != "2" else "3") + code[place + 1 :]


def ids(rows: Sequence[tuple[bytes, bytes]]) -> set[bytes]:
    return {ballot_id for ballot_id, _ in rows}
