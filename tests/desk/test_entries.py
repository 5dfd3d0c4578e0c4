"""Notes at rest: all of one length, whole in every script, and of no use under another request."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.desk.entries import ENTRY_SIZE, NOTE_LENGTH, Entry, EntryError, read_entry, seal_entry, sheets
from admin.unsealing import Opener, unlock
from survey_app.plaintext import clean_text
from tests.sealing.builders import HOLDER, PASSPHRASE, make_ring

ID = bytes(range(16))


def entry(words: str, name: str = "n" * 32) -> Entry:
    """An entry about the request ID, as long as all but its words can be."""
    return Entry(request=ID.hex(), at="2031-05-20T12:00-07:00", by=name, did="x" * 600, words=words)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, Opener]:
    """A key for notes, and who opens it."""
    ring, _ = make_ring(tmp_path_factory.mktemp("ring"))
    (key,) = [epoch.key for epoch in ring.epochs() if epoch.key.purpose == "contact"]
    return key, unlock(ring, HOLDER, PASSPHRASE)


def there_and_back(opened: tuple[object, Opener], one: Entry) -> Entry:
    """Seal it, open it, read it."""
    key, opener = opened
    sealed = seal_entry(one, key)  # type: ignore[arg-type]
    return read_entry(b"".join(opener.open(sheet, "contact") for sheet in sheets(sealed)), ID)


@given(words=st.text(max_size=300))
def test_a_note_comes_back_as_it_was_cleaned(opened: tuple[object, Opener], words: str) -> None:
    cleaned = clean_text(words, NOTE_LENGTH)
    assert there_and_back(opened, entry(cleaned)).words == cleaned


@pytest.mark.parametrize("letter", ["a", "ខ", "漢", "😀", '"', "\\", "\n", "é"])
def test_a_note_of_the_greatest_length_is_kept_whole(opened: tuple[object, Opener], letter: str) -> None:
    short = Entry(request=ID.hex(), at="2031-05-20T12:00-07:00", by="n" * 32, did="noted", words="")
    words = letter * NOTE_LENGTH
    assert there_and_back(opened, Entry(**{**_fields(short), "words": words})).words == words


def test_every_entry_has_one_length(opened: tuple[object, Opener]) -> None:
    key, _ = opened
    lengths = {len(seal_entry(entry(words), key)) for words in ("", "a", "b" * NOTE_LENGTH)}  # type: ignore[arg-type]
    assert len(lengths) == 1


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        bytes(ENTRY_SIZE),
        b"\xff" * ENTRY_SIZE,
        b"\x00\x02{}".ljust(ENTRY_SIZE, b"\0"),
        b"\x00\x04null".ljust(ENTRY_SIZE, b"\0"),
    ],
)
def test_what_is_no_entry_is_refused(packed: bytes) -> None:
    with pytest.raises(EntryError):
        read_entry(packed, ID)


def test_an_entry_that_was_moved_to_another_request_is_refused(opened: tuple[object, Opener]) -> None:
    key, opener = opened
    sealed = seal_entry(entry("x"), key)  # type: ignore[arg-type]
    packed = b"".join(opener.open(sheet, "contact") for sheet in sheets(sealed))
    with pytest.raises(EntryError):
        read_entry(packed, bytes(16))


def _fields(one: Entry) -> dict[str, str]:
    return {name: getattr(one, name) for name in one.__struct_fields__}
