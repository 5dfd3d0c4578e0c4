"""Every ballot is as long as any other and comes back as it went in; hostile bytes are refused."""

import struct
import zlib
from collections.abc import Sequence
from contextlib import suppress
from random import Random
from unicodedata import category, normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kernel.builders import SHIPPED, Form, snapshot_of
from survey_app.ballot import (
    BALLOT_SIZE,
    CONTACT_LENGTH,
    LETTER_SIZE,
    TICK,
    Ballot,
    BallotError,
    Letter,
    clean,
    clean_letter,
    contact_names,
    pack,
    pack_letter,
    unpack,
    unpack_letter,
)
from survey_app.instrument.model import Contact

SNAPSHOT = snapshot_of(SHIPPED)
FULL = {f"a{number}": [str(number % 5 + 1)] for number in range(1, 25)}
FULL |= {"a4": ["not_enough"], "a8": [option.value for option in SNAPSHOT.items()[7].options]}
ASTRAL = "".join(chr(0x1F300 + (index * 7919) % 1200) for index in range(2000))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=2000))
def test_whatever_is_written_comes_back(words: str) -> None:
    ballot = clean(SNAPSHOT, Form({**FULL, "a25": [words]}), "en")
    packed = pack(ballot)
    assert len(packed) == BALLOT_SIZE
    assert unpack(packed) == ballot


@pytest.mark.parametrize("words", ["", "x", "x" * 2000, ASTRAL, "\U0010ffff" * 2000, '"\\\n' * 600])
def test_the_length_tells_nothing(words: str) -> None:
    ballot = clean(SNAPSHOT, Form({**FULL, "a25": [words], "a8o": [ASTRAL]}), "es")
    packed = pack(ballot)
    assert len(packed) == BALLOT_SIZE
    assert unpack(packed) == ballot


def test_words_that_do_not_fit_are_cut_and_the_answers_kept() -> None:
    chance = Random(1)
    texts = {f"text{n}": "".join(chr(chance.randrange(2**16, 2**17)) for _ in range(2000)) for n in range(4)}
    ballot = Ballot(SNAPSHOT.hash, "en", {"eng1": "5", **texts})
    packed = pack(ballot)
    found = unpack(packed).answers
    assert len(packed) == BALLOT_SIZE
    assert found["eng1"] == "5"
    for key, words in texts.items():
        assert words.startswith(str(found[key]))
        assert 500 < len(str(found[key])) < 2000


# Whatever has a meaning in Unicode: no private, unassigned or broken code points.
CHARACTERS = st.characters(exclude_categories=("Cs", "Co", "Cn", "Cc"))
CONTACTS = contact_names(SNAPSHOT)
WRITTEN = {
    CONTACTS[question.id]: CONTACT_LENGTH[question.item.field]
    for question in SNAPSHOT.items("separate")
    if isinstance(question.item, Contact) and question.item.field in CONTACT_LENGTH
}
TICKED = {
    CONTACTS[question.id]: [option.value for option in question.options]
    for question in SNAPSHOT.items("separate")
    if question.options
}


@settings(deadline=None)
@given(
    st.fixed_dictionaries({name: st.text(CHARACTERS, max_size=most) for name, most in WRITTEN.items()}),
    st.fixed_dictionaries({name: st.lists(st.sampled_from(codes)) for name, codes in TICKED.items()}),
)
def test_a_letter_comes_back_uncut(words: dict[str, str], ticks: dict[str, list[str]]) -> None:
    form = Form({name: [said] for name, said in words.items()} | ticks)
    letter = clean_letter(SNAPSHOT, form, "en", "north-1")
    packed = pack_letter(letter)
    assert len(packed) == LETTER_SIZE
    assert unpack_letter(packed) == letter


def full_letter(pool: Sequence[str]) -> Letter:
    """A letter with every field filled to its end, at random out of these characters."""
    chance = Random(7)
    words = {name: ["".join(chance.choices(pool, k=most))] for name, most in WRITTEN.items()}
    form = Form(words | TICKED | {CONTACTS["contact_discreet"]: [TICK]})
    return clean_letter(SNAPSHOT, form, "zh_hans", "b" * 32)


def every(*ranges: tuple[int, int]) -> list[str]:
    """The assigned characters in these ranges that stay as they are in NFC."""
    letters = [chr(code) for low, high in ranges for code in range(low, high)]
    return [c for c in letters if category(c)[0] in "LNPS" and normalize("NFC", c) == c]


FULL_LETTERS = {
    "Chinese": every((0x4E00, 0xA000)),
    "rare Chinese": every((0x20000, 0x323B0)),
    "Khmer": every((0x1780, 0x1800)),
    "Korean": every((0xAC00, 0xD7A4)),
    "Arabic": every((0x621, 0x64B)),
    "emoji": every((0x1F300, 0x1FB00)),
    "quotes": ['"', "\\"],
    "everything": every((0x21, 0x110000)),
}


@pytest.mark.parametrize("script", FULL_LETTERS)
def test_the_fullest_letter_fits_in_every_script(script: str) -> None:
    letter = full_letter(FULL_LETTERS[script])
    assert [len(letter.fields[key]) for key in ("contact_name", "contact_keep_out")] == [200, 300]
    assert unpack_letter(pack_letter(letter)) == letter


def test_noise_that_means_nothing_is_cut_and_nothing_else_happens() -> None:
    letter = full_letter([chr(code) for code in range(0x100000, 0x10FFFE)])
    noise = letter.fields | {"contact_name": "\U0010abcd" * 4 + "Rosa"}
    found = unpack_letter(pack_letter(replace(letter, fields=noise)))
    assert found.fields["contact_name"] == noise["contact_name"]
    for key, said in found.fields.items():
        assert noise[key][: len(said)] == said
        assert len(said) >= len(noise[key]) * 4 // 5


def fixed(body: bytes, length: int | None = None, padding: bytes = b"") -> bytes:
    """A packed ballot of any body."""
    head = struct.pack(">H", len(body) if length is None else length)
    return (head + body + padding).ljust(BALLOT_SIZE, b"\0")[:BALLOT_SIZE]


def deflated(plain: bytes) -> bytes:
    squeezer = zlib.compressobj(level=9, wbits=-15)
    return squeezer.compress(plain) + squeezer.flush()


def unfinished(plain: bytes) -> bytes:
    squeezer = zlib.compressobj(level=9, wbits=-15)
    return squeezer.compress(plain) + squeezer.flush(zlib.Z_SYNC_FLUSH)


PLAIN = b'{"snapshot":"%s","language":"en","answers":{}}' % (b"5" * 64)
GOOD = deflated(PLAIN)
HOSTILE = {
    "empty": b"",
    "one byte short": fixed(GOOD)[:-1],
    "one byte long": fixed(GOOD) + b"\0",
    "all zeros": bytes(BALLOT_SIZE),
    "all ones": b"\xff" * BALLOT_SIZE,
    "a length beyond the end": fixed(GOOD, length=BALLOT_SIZE - 1),
    "a length too short": fixed(GOOD, length=5),
    "something in the padding": fixed(GOOD, padding=b"\0hidden"),
    "a stream without an end": fixed(unfinished(PLAIN)),
    "something behind the end": fixed(GOOD + b"hidden"),
    "a bomb": fixed(deflated(b'{"snapshot":"' + b"x" * 5_000_000)),
    "a whole bomb": fixed(deflated(b'{"snapshot":"' + b"x" * 5_000_000 + b'","language":"en","answers":{}}')),
    "no JSON": fixed(deflated(b"hello")),
    "not UTF-8": fixed(deflated(b'{"snapshot":"\xff","language":"en","answers":{}}')),
    "nested": fixed(deflated(b'{"snapshot":' + b"[" * 60_000)),
    "a field too many": fixed(deflated(PLAIN.replace(b'"answers":{}}', b'"answers":{},"name":"Sam"}'))),
    "a field too few": fixed(deflated(PLAIN.replace(b'"language":"en",', b""))),
    "a float": fixed(deflated(PLAIN.replace(b'"answers":{}}', b'"answers":{"eng1":1.5}}'))),
    "an odd snapshot": fixed(deflated(PLAIN.replace(b"5555", b"\\u001b[2J", 1))),
    "a truth": fixed(deflated(PLAIN.replace(b'"answers":{}}', b'"answers":{"eng1":true}}'))),
    "a letter": pack_letter(Letter("en", "north-1", "5" * 64, {})),
}


def test_the_bytes_of_the_hostile_cases_would_open_if_they_were_honest() -> None:
    assert unpack(fixed(GOOD)) == Ballot("5" * 64, "en", {})


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_bytes_are_refused(case: str) -> None:
    with pytest.raises(BallotError):
        unpack(HOSTILE[case])


@settings(max_examples=100, deadline=None)
@given(st.integers(0, BALLOT_SIZE - 1), st.integers(1, 255))
def test_a_flipped_byte_raises_nothing_else(place: int, change: int) -> None:
    packed = bytearray(pack(clean(SNAPSHOT, Form(FULL), "en")))
    packed[place % 300] ^= change
    with suppress(BallotError):
        assert isinstance(unpack(bytes(packed)), Ballot)
