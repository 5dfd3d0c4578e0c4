"""keys.json: what the public host may seal with, and what it says when it may not."""

import hashlib
import re
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.sealing import Bundle, PublicKey, SealingError, read_bundle
from tests.sealing import oracle
from tests.sealing.builders import FIRST, LAST, TODAY, public_key

PAIRS = [oracle.Pair(hashlib.shake_256(bytes([number])).digest(96)) for number in range(3)]
ANSWERS = public_key(PAIRS[0], "answers")
CONTACT = public_key(PAIRS[1])
BUNDLE = Bundle(keys=(ANSWERS, CONTACT))
DAY = timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_bytes(BUNDLE.to_bytes())
    return path


def later(key: PublicKey, epoch: str, first: date) -> PublicKey:
    return public_key(PAIRS[2], key.purpose, epoch, first, LAST)


def test_a_bundle_is_read_as_it_was_published(path: Path) -> None:
    found = read_bundle(path)
    assert found.keys == BUNDLE.keys
    assert found.fingerprint == BUNDLE.fingerprint


def test_a_fingerprint_can_be_read_aloud_and_changes_with_every_key() -> None:
    assert re.fullmatch(r"([A-Z2-7]{4}-){5}[A-Z2-7]{4}", BUNDLE.fingerprint)
    others = [Bundle(keys=(ANSWERS,)), Bundle(keys=(CONTACT, ANSWERS)), Bundle(keys=())]
    assert len({bundle.fingerprint for bundle in (BUNDLE, *others)}) == 4


@pytest.mark.parametrize(
    ("today", "key"),
    [(FIRST - DAY, None), (FIRST, ANSWERS), (TODAY, ANSWERS), (LAST, ANSWERS), (LAST + DAY, None)],
)
def test_a_key_seals_from_its_first_to_its_last_day(today: date, key: PublicKey | None) -> None:
    assert BUNDLE.key_for("answers", today) == key


def test_of_two_valid_keys_the_one_that_began_last_seals() -> None:
    newer = later(ANSWERS, "spring", TODAY)
    bundle = Bundle(keys=(newer, ANSWERS, CONTACT))
    assert bundle.key_for("answers", TODAY - DAY) == ANSWERS
    assert bundle.key_for("answers", TODAY) == newer


@pytest.mark.parametrize(
    ("bundle", "today", "words"),
    [
        (
            BUNDLE,
            LAST + DAY,
            "No answers key in keys.json is valid on 2026-04-01: the last one ends on 2026-03-31",
        ),
        (Bundle(keys=(ANSWERS,)), TODAY, "No contact key in keys.json is valid on 2026-02-15: there is none"),
    ],
)
def test_a_purpose_without_a_valid_key_is_a_reason_not_to_start(
    bundle: Bundle, today: date, words: str
) -> None:
    BUNDLE.require(TODAY)
    with pytest.raises(SealingError, match=words):
        bundle.require(today)


def test_a_missing_bundle_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(
        SealingError, match=r"keys\.json cannot be read: no such file.*yourvoice-admin keys bundle"
    ):
        read_bundle(tmp_path / "keys.json")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "cut short or is no JSON"),
        (BUNDLE.to_bytes()[:-200], "cut short or is no JSON"),
        (b"[" * 100_000, "another kind of file"),
        (b"\xff\xfe", "cut short or is no JSON"),
        (b"{}", "another kind of file"),
        (b'{"jurisdiction": "Sample County"}', "another kind of file"),
        (BUNDLE.to_bytes().replace(b"yourvoice-keys/1", b"yourvoice-keys/2"), "another kind of file"),
        (
            BUNDLE.to_bytes().replace(b'"purpose": "contact"', b'"purpose": "answers"'),
            "does not match its id",
        ),
        (BUNDLE.to_bytes().replace(b"2026-03-31", b"2036-03-31"), "checksum does not fit"),
        (b" " * 2_000_000, "far too long"),
    ],
)
def test_a_file_that_is_no_bundle_says_why(path: Path, content: bytes, words: str) -> None:
    path.write_bytes(content)
    with pytest.raises(SealingError, match=words):
        read_bundle(path)


@given(place=st.integers(0, len(BUNDLE.to_bytes()) - 1), change=st.integers(1, 255))
def test_a_changed_byte_never_yields_another_bundle(
    tmp_path_factory: pytest.TempPathFactory, place: int, change: int
) -> None:
    spoilt = bytearray(BUNDLE.to_bytes())
    spoilt[place] ^= change
    path = tmp_path_factory.mktemp("spoilt") / "keys.json"
    path.write_bytes(spoilt)
    with suppress(SealingError):
        assert read_bundle(path).keys == BUNDLE.keys
