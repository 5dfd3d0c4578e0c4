"""A finished document as bytes, plain and as gzip, with a place for one nonce.

It knows no template and no request.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import cached_property

_GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"


@dataclass(frozen=True)
class Page:
    """The document in two halves, cut where the nonce goes; `tail` is empty for a page without one.

    `policy` is its Content-Security-Policy.
    """

    status: int
    policy: str
    head: bytes
    tail: bytes

    def body(self, nonce: str) -> bytes:
        """The document as it is."""
        return self.head + self._end(nonce)

    def zipped(self, nonce: str) -> bytes:
        """The same as gzip. The head was deflated once; what follows stands in a stored block, so that a
        request costs no compression (RFC 1951 section 3.2.4, RFC 1952 section 2.3)."""
        deflated, checksum = self._deflated
        end = self._end(nonce)
        stored = struct.pack("<BHH", 1, len(end), len(end) ^ 0xFFFF)
        closing = struct.pack("<II", zlib.crc32(end, checksum), len(self.head) + len(end))
        return b"".join((_GZIP_HEAD, deflated, stored, end, closing))

    def _end(self, nonce: str) -> bytes:
        return nonce.encode() + self.tail if self.tail else b""

    @cached_property
    def _deflated(self) -> tuple[bytes, int]:
        squeezer = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
        deflated = squeezer.compress(self.head) + squeezer.flush(zlib.Z_SYNC_FLUSH)
        return deflated, zlib.crc32(self.head)
