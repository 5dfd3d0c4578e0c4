"""Catalogs and review states: a missing or broken file never raises, and no state is better than it is."""

import csv
import io
from pathlib import Path

import pytest

from kernel.builders import NEIGHBOURHOOD, ROOT, SHIPPED, base, compiled_translations, written
from survey_app.instrument.catalogs import main, po_text, renewed, source_texts
from survey_app.instrument.loading import load_instrument
from survey_app.instrument.snapshot import PLACEHOLDER, freeze
from survey_app.instrument.texts import STATES, Catalog, direction, sha8, strings, translations

INSTRUMENT = load_instrument(SHIPPED)
MAGIC = b"\xde\x12\x04\x95"
PO = ROOT / "translations" / "es" / "LC_MESSAGES" / "youth_probation_services.po"


def spanish(folder: Path) -> Catalog:
    return translations(INSTRUMENT, folder)["es"]


def rewrite_review(folder: Path, **values: str) -> None:
    """Set columns of the review row of eng1.text."""
    path = folder / "es" / "review.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    for row in rows:
        row["status"] = "tested"
        if row["key"] == "youth_probation_services:eng1.text":
            row.update(values)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_every_wording_is_translated(tmp_path: Path) -> None:
    assert spanish(compiled_translations(tmp_path)).texts.keys() == strings(INSTRUMENT).keys()


def test_one_untranslated_string_is_missing_and_not_silently_english(tmp_path: Path) -> None:
    catalog = spanish(compiled_translations(tmp_path, without="eng2.text"))
    assert "eng2.text" not in catalog.texts
    assert catalog.status == "missing"
    said = freeze(INSTRUMENT, {"es": catalog}).wording("es")
    assert (said("eng2.text").language, said("eng1.text").language) == ("en", "es")


def test_a_missing_catalog_says_whether_to_compile_or_to_begin_it(tmp_path: Path) -> None:
    assert "`make texts` begins one" in spanish(tmp_path).fault
    po = tmp_path / "es" / "LC_MESSAGES" / PO.name
    po.parent.mkdir(parents=True)
    po.write_bytes(PO.read_bytes())
    assert "`make check` compiles it" in spanish(tmp_path).fault


def test_an_untranslated_proper_name_leaves_the_language_as_good_as_it_was(tmp_path: Path) -> None:
    catalog = spanish(compiled_translations(tmp_path, without="placeholder.agency"))
    assert ("placeholder.agency" in catalog.texts, catalog.status) == (False, "draft")


def test_spanish_answers_are_distinct_and_short_worded(tmp_path: Path) -> None:
    texts = spanish(compiled_translations(tmp_path)).texts
    scale = [texts[f"response_set.agreement.{code}"] for code in range(1, 6)]
    assert len(set(scale)) == 5
    assert max(len(word) for label in scale for word in label.split()) <= 10


def test_spanish_speaks_to_one_young_person() -> None:
    words = PO.read_text("utf-8").lower().split()
    assert "tu" in words
    assert not {"usted", "ustedes", "vosotros"} & set(words)


@pytest.mark.parametrize("raw", [None, b"", MAGIC, b"not a catalog", MAGIC + b"\xff" * 60])
def test_a_missing_or_broken_catalog_falls_back(raw: bytes | None, tmp_path: Path) -> None:
    path = compiled_translations(tmp_path) / "es" / "LC_MESSAGES" / "youth_probation_services.mo"
    path.unlink()
    if raw is not None:
        path.write_bytes(raw)
    catalog = spanish(tmp_path)
    assert (dict(catalog.texts), catalog.status) == ({}, "missing")
    assert ("is missing" if raw is None else "cannot be read") in catalog.fault
    assert freeze(INSTRUMENT, {"es": catalog}).wording("es")("title").language == "en"


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, "tested"),
        ({"status": "reviewed"}, "reviewed"),
        ({"source_sha8": "00000000"}, "stale"),
        ({"target_sha8": "00000000"}, "draft"),
        ({"status": "perfect"}, "machine"),
        ({"status": ""}, "machine"),
        ({"key": "another:eng1.text"}, "machine"),
    ],
)
def test_the_weakest_string_gives_the_language_its_state(
    values: dict[str, str], state: str, tmp_path: Path
) -> None:
    folder = compiled_translations(tmp_path)
    rewrite_review(folder, **values)
    assert spanish(folder).status == state


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"key\n\x00", b"a,b\n1,2,3,4\n"])
def test_a_broken_review_file_counts_as_no_review(raw: bytes, tmp_path: Path) -> None:
    folder = compiled_translations(tmp_path)
    (folder / "es" / "review.csv").write_bytes(raw)
    assert spanish(folder).status == "machine"


def test_the_checked_in_review_file_is_up_to_date(tmp_path: Path) -> None:
    texts = spanish(compiled_translations(tmp_path)).texts
    with (ROOT / "translations" / "es" / "review.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["key"]: row for row in csv.DictReader(file)}
    for key, source in source_texts(INSTRUMENT).items():
        row = rows[f"youth_probation_services:{key}"]
        seen = (row["source_sha8"], row["target_sha8"], row["status"])
        assert seen == (sha8(source), sha8(texts[key]), "draft")


def test_renewing_the_files_changes_nothing_when_nothing_changed(tmp_path: Path) -> None:
    target = tmp_path / "es" / "LC_MESSAGES" / PO.name
    target.parent.mkdir(parents=True)
    target.write_bytes(PO.read_bytes())
    review = ROOT / "translations" / "es" / "review.csv"
    (tmp_path / "es" / "review.csv").write_bytes(review.read_bytes())
    main([str(SHIPPED), str(tmp_path)])
    assert target.read_bytes() == PO.read_bytes()
    assert (tmp_path / "es" / "review.csv").read_bytes() == review.read_bytes()


def test_renewing_keeps_reviews_and_the_rows_of_others(tmp_path: Path) -> None:
    folder = compiled_translations(tmp_path)
    (folder / "es" / "LC_MESSAGES" / PO.name).write_bytes(PO.read_bytes())
    rewrite_review(folder, status="reviewed", by="A. Native", key="youth_probation_services:eng1.text")
    review = folder / "es" / "review.csv"
    review.write_text(review.read_text("utf-8") + "interface:Send,1,2,draft,,\n", "utf-8")
    main([str(SHIPPED), str(folder)])
    rows = {row["key"]: row for row in csv.DictReader(io.StringIO(review.read_text("utf-8")))}
    assert rows["youth_probation_services:eng1.text"]["by"] == "A. Native"
    assert rows["interface:Send"]["source_sha8"] == "1"


def test_a_changed_source_loses_its_translation_but_no_other(tmp_path: Path) -> None:
    instrument = load_instrument(written(tmp_path, base()))
    old = renewed(instrument, "es", None)
    for key in ("row1.text", "row2.text"):
        message = old.get(source_texts(instrument)[key], context=key)
        assert message is not None
        message.string = f"es {key}"
    old.delete(source_texts(instrument)["row1.text"], context="row1.text")
    old.add("I felt heard.", "es row1.text", context="row1.text")
    text = po_text(renewed(instrument, "es", old))
    assert 'msgstr "es row2.text"' in text
    assert "es row1.text" not in text


def test_a_new_instrument_gets_an_empty_catalog_and_no_reviews(tmp_path: Path) -> None:
    main([str(NEIGHBOURHOOD), str(tmp_path)])
    text = (tmp_path / "ar" / "LC_MESSAGES" / "neighbourhood.po").read_text("utf-8")
    assert 'msgctxt "street1.text"\nmsgid "I feel safe."\nmsgstr ""' in text
    assert len((tmp_path / "ar" / "review.csv").read_text("utf-8").splitlines()) == 1


def test_placeholders_stay_in_every_translation(tmp_path: Path) -> None:
    texts = spanish(compiled_translations(tmp_path)).texts
    for key, source in source_texts(INSTRUMENT).items():
        assert sorted(PLACEHOLDER.findall(texts[key])) == sorted(PLACEHOLDER.findall(source))


def test_states_rise_from_missing_to_source() -> None:
    assert STATES.index("missing") < STATES.index("stale") < STATES.index("machine") < STATES.index("draft")
    assert STATES.index("draft") < STATES.index("reviewed") < STATES.index("tested") < STATES.index("source")


@pytest.mark.parametrize(("language", "told"), [("ar", "rtl"), ("fa", "rtl"), ("zh_Hant", "ltr")])
def test_direction_follows_the_language(language: str, told: str) -> None:
    assert direction(language) == told
