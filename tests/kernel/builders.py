"""Plain builders for the kernel's tests: instruments, snapshots and forms. They patch nothing."""

import io
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from survey_app.instrument.loading import load_instrument
from survey_app.instrument.snapshot import Snapshot, freeze
from survey_app.instrument.texts import translations

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SHIPPED = ROOT / "instruments" / "youth_probation_services.json"
NEIGHBOURHOOD = ROOT / "tests" / "instruments" / "neighbourhood.json"
NOWHERE = Path("no-such-folder")

Raw = dict[str, Any]


class Form(dict[str, list[str]]):
    """A submitted form: every value sent under a name."""

    def getlist(self, key: str, /) -> list[str]:
        return self.get(key, [])


def base() -> Raw:
    """The small sound instrument that each fixture spoils in one place."""
    raw: Raw = json.loads((HERE / "base.json").read_text("utf-8"))
    return raw


def changed(raw: Raw, changes: Raw) -> Raw:
    """A copy with values set by dotted path; a number is a list index, "+" appends, null removes."""
    copy = deepcopy(raw)
    for path, value in changes.items():
        *way, last = path.split(".")
        place: Any = copy
        for step in way:
            place = place[int(step) if isinstance(place, list) else step]
        if last == "+":
            place.append(value)
        elif value is None:
            place.pop(int(last) if isinstance(place, list) else last)
        else:
            place[int(last) if isinstance(place, list) else last] = value
    return copy


def written(folder: Path, raw: object, name: str = "small.json") -> Path:
    """The value as a JSON file."""
    path = folder / name
    path.write_text(json.dumps(raw), "utf-8")
    return path


def snapshot_of(path: Path, folder: Path = NOWHERE) -> Snapshot:
    """A file's instrument, frozen with the catalogs of a folder."""
    instrument = load_instrument(path)
    return freeze(instrument, translations(instrument, folder))


def compiled_translations(folder: Path, without: str = "") -> Path:
    """The repository's Spanish of the shipped instrument, compiled; `without` leaves a key out."""
    source, target = ROOT / "translations" / "es", folder / "es" / "LC_MESSAGES"
    target.mkdir(parents=True)
    (folder / "es" / "review.csv").write_bytes((source / "review.csv").read_bytes())
    catalog = read_po(io.BytesIO((source / "LC_MESSAGES" / f"{SHIPPED.stem}.po").read_bytes()))
    for message in [message for message in catalog if message.context == without]:
        catalog.delete(message.id, context=without)
    with (target / f"{SHIPPED.stem}.mo").open("wb") as file:
        write_mo(file, catalog)
    return folder
