"""Translators' files brought up to date: `python -m survey_app.instrument.catalogs INSTRUMENT TRANSLATIONS`.

It keeps every translation whose English is unchanged and never invents a wording or a review.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from survey_app.instrument.loading import load_instrument
from survey_app.instrument.model import Instrument
from survey_app.instrument.texts import in_language, sha8, strings

ReviewRow = dict[str, str]
REVIEW_COLUMNS = ("key", "source_sha8", "target_sha8", "status", "by", "date")


def source_texts(instrument: Instrument) -> dict[str, str]:
    """Every wording in the source language by key."""
    source = instrument.source_language
    return {key: in_language(text, source, source) for key, text in strings(instrument).items()}


def renewed(instrument: Instrument, language: str, old: Catalog | None) -> Catalog:
    """The language's catalog in printed order, with the old translations of unchanged wordings."""
    catalog = Catalog(
        locale=language,
        project=instrument.id,
        version=instrument.version,
        header_comment=f"# {instrument.title}: msgctxt is the text's key. See docs/instrument-format.md.",
        fuzzy=False,
    )
    for key, source in source_texts(instrument).items():
        known = old.get(source, context=key) if old is not None else None
        catalog.add(source, known.string if known else "", context=key)
    return catalog


def po_text(catalog: Catalog) -> str:
    """The catalog as a .po file, without the headers that change at every run."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=100)
    lines = buffer.getvalue().decode().splitlines(keepends=True)
    dated = (
        '"Report-Msgid',
        '"POT-Creation-Date',
        '"PO-Revision-Date',
        '"Generated-By',
        '"Last-Translator',
        '"Language-Team',
    )
    return "".join(line for line in lines if not line.startswith(dated))


def review_rows(instrument: Instrument, catalog: Catalog, old: Iterable[ReviewRow]) -> list[ReviewRow]:
    """review.csv's rows: other domains' as they are, this instrument's as they were; new ones are `draft`."""
    known = {row["key"]: row for row in old}
    prefix = f"{instrument.id}:"
    rows = [row for key, row in known.items() if not key.startswith(prefix)]
    for key, source in source_texts(instrument).items():
        message = catalog.get(source, context=key)
        if message and message.string:
            seen = {"source_sha8": sha8(source), "target_sha8": sha8(str(message.string))}
            fresh = {"key": prefix + key, **seen, "status": "draft", "by": "", "date": ""}
            rows.append(known.get(prefix + key, fresh))
    return rows


def main(arguments: Sequence[str]) -> None:
    """Renew the .po file and the review rows of every language of one instrument."""
    instrument, folder = load_instrument(Path(arguments[0])), Path(arguments[1])
    for language in instrument.languages:
        if language != instrument.source_language:
            _renew_language(instrument, language, folder / language)


def _renew_language(instrument: Instrument, language: str, folder: Path) -> None:
    po = folder / "LC_MESSAGES" / f"{instrument.id}.po"
    reviews = folder / "review.csv"
    old = read_po(io.BytesIO(po.read_bytes()), locale=language) if po.exists() else None
    catalog = renewed(instrument, language, old)
    rows: list[ReviewRow] = []
    if reviews.exists():
        with reviews.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    po.parent.mkdir(parents=True, exist_ok=True)
    po.write_text(po_text(catalog), encoding="utf-8")
    with reviews.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, REVIEW_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(review_rows(instrument, catalog, rows))


if __name__ == "__main__":
    main(sys.argv[1:])
