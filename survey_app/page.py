"""A finished document as bytes, plain and as gzip, with a place for one nonce, and for the code of a card.

It knows no template and no request.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

_GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"
_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class Page:
    """The document in two halves, cut where the nonce goes; `tail` is empty for a page without one.

    `policy` is its Content-Security-Policy. `holes`: characters that stand in `head` wherever something else
    differs from visitor to visitor.
    """

    status: int
    policy: str
    head: bytes
    tail: bytes
    holes: str = ""

    def body(self, nonce: str, fill: Mapping[str, str] = _NOTHING) -> bytes:
        """The document as it is, every hole filled."""
        first, *others = self._pieces
        return b"".join((first, *(self._filled(piece, fill) for piece in others), self._end(nonce)))

    def zipped(self, nonce: str, fill: Mapping[str, str] = _NOTHING) -> bytes:
        """The same as gzip. What is constant was deflated once; the rest stands in stored blocks, so that a
        request costs no compression (RFC 1951 section 3.2.4, RFC 1952 section 2.3)."""
        (first, *others), checksum = self._deflated
        size, parts = len(self._pieces[0]), [_GZIP_HEAD, first]
        for piece, deflated in zip(self._pieces[1:], others, strict=True):
            filling = fill[chr(piece[0])].encode()
            parts += [_stored(filling), deflated]
            checksum = zlib.crc32(piece[1:], zlib.crc32(filling, checksum))
            size += len(filling) + len(piece) - 1
        end = self._end(nonce)
        closing = struct.pack("<II", zlib.crc32(end, checksum), size + len(end))
        return b"".join((*parts, _stored(end, last=True), closing))

    def _end(self, nonce: str) -> bytes:
        return nonce.encode() + self.tail if self.tail else b""

    @staticmethod
    def _filled(piece: bytes, fill: Mapping[str, str]) -> bytes:
        return fill[chr(piece[0])].encode() + piece[1:]

    @cached_property
    def _pieces(self) -> list[bytes]:
        """The head; where it has holes, cut before each of them."""
        return re.split(b"(?=[%s])" % self.holes.encode(), self.head) if self.holes else [self.head]

    @cached_property
    def _deflated(self) -> tuple[list[bytes], int]:
        """The pieces without their holes, each to be read alone, and the checksum of the first."""
        bare = [self._pieces[0], *(piece[1:] for piece in self._pieces[1:])]
        return [_deflate(piece) for piece in bare], zlib.crc32(bare[0])


def _deflate(plain: bytes) -> bytes:
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    return squeezer.compress(plain) + squeezer.flush(zlib.Z_SYNC_FLUSH)


def _stored(plain: bytes, *, last: bool = False) -> bytes:
    return struct.pack("<BHH", last, len(plain), len(plain) ^ 0xFFFF) + plain
