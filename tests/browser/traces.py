"""Search a closed browser profile for what a youth typed. It reads files; no browser runs while it does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

MOZLZ4 = b"mozLz40\0"


def _length(block: bytes, at: int, start: int) -> tuple[int, int]:
    """A length of the LZ4 block format that begins with the nibble START; return (length, next place)."""
    if start < 15:
        return start, at
    while block[at] == 255:
        start, at = start + 255, at + 1
    return start + block[at], at + 1


def unpack_lz4(block: bytes) -> bytes:
    """Decompress one LZ4 block (lz4 project, doc/lz4_Block_format.md); IndexError where it is cut."""
    out, at = bytearray(), 0
    while at < len(block):
        token = block[at]
        size, at = _length(block, at + 1, token >> 4)
        out += block[at : at + size]
        at += size
        if at >= len(block):
            break
        back = int.from_bytes(block[at : at + 2], "little")
        size, at = _length(block, at + 2, token & 15)
        for _ in range(size + 4):  # a match may overlap what it copies
            out.append(out[-back])
    return bytes(out)


def readings(raw: bytes) -> Iterator[bytes]:
    """The bytes of one file, and what is packed in them where Firefox has packed it."""
    yield raw
    if raw.startswith(MOZLZ4):
        yield unpack_lz4(raw[len(MOZLZ4) + 4 :])


def files_with(needle: str, folder: Path) -> list[str]:
    """The files under FOLDER that hold NEEDLE in UTF-8 or UTF-16, packed or plain."""
    forms = (needle.encode(), needle.encode("utf-16-le"))
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(form in text for text in readings(path.read_bytes()) for form in forms)
    ]
