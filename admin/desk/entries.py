"""What was done about a request, and notes: sealed like the letter, all of one length. It opens nothing.

An entry is sealed for the epoch of its letter: when that key is destroyed, no copy of it opens any more.
"""

from __future__ import annotations

import struct

import msgspec

from survey_app.sealing import PLAIN_SIZE, SEALED_SIZE, PublicKey, seal

NOTE_LENGTH = 2000
"""Code points of a note; in every script they fit."""

ENTRY_SIZE = 8192
_SHEET = PLAIN_SIZE["contact"]
_LENGTH = struct.Struct(">H")


class EntryError(Exception):
    """This is no entry of ours, or it is another request's."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of a request's history. `at`: the minute, ISO; `did`: what, in words of ours; `words`: what
    somebody wrote."""

    request: str
    at: str
    by: str
    did: str
    words: str = ""


def seal_entry(entry: Entry, key: PublicKey) -> bytes:
    """The sealed sheets of an entry, one after the other."""
    body = msgspec.json.encode(entry)
    packed = (_LENGTH.pack(len(body)) + body).ljust(ENTRY_SIZE, b"\0")
    return b"".join(seal(packed[place : place + _SHEET], key) for place in range(0, ENTRY_SIZE, _SHEET))


def sheets(sealed: bytes) -> list[bytes]:
    """The sheets of a sealed entry, each to be opened by itself."""
    size = SEALED_SIZE["contact"]
    return [sealed[place : place + size] for place in range(0, len(sealed), size)]


def read_entry(packed: bytes, request_id: bytes) -> Entry:
    """The entry on the opened sheets; raises EntryError."""
    if len(packed) != ENTRY_SIZE:
        raise EntryError
    (length,) = _LENGTH.unpack_from(packed)
    try:
        entry = msgspec.json.decode(packed[_LENGTH.size : _LENGTH.size + length], type=Entry)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise EntryError from None
    if entry.request != request_id.hex():
        raise EntryError
    return entry
