"""Lets each network send so many forms a minute. What it remembers of a network is a keyed hash, in memory.

It writes nothing and says nothing of a sender, and within minutes it has forgotten key and hashes.
"""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from random import SystemRandom

BURST = 60.0
"""Sends that a network has at once: a whole office or class may stand behind one address."""

A_SECOND = 1.0
"""Sends that it has again with every second."""

KEPT_SECONDS = 600.0
KEPT_NETWORKS = 20_000
"""After so long, or with so many networks, everything is forgotten and a new key is drawn."""

RETRY_AFTER = 10
"""Seconds after which trying again is likely to work. Always the same: the true number would tell how many
others have just sent something."""

_V4_IN_V6 = bytes(10) + b"\xff\xff"


@dataclass
class Pacing:
    """Says whether a sender may send. `behind_proxy`: who is in front says in X-Forwarded-For who asks.

    A Send takes a random amount, one on average, so that nobody can find out by trying how many others of his
    network have sent. Whoever asks from this very machine is never held up.
    """

    behind_proxy: bool = False
    clock: Callable[[], float] = time.monotonic
    dice: Callable[[], float] = field(default=lambda: SystemRandom().expovariate(1.0))
    _key: bytes = field(default=b"", init=False, repr=False)
    _full: dict[bytes, float] = field(default_factory=dict, init=False, repr=False)
    _until: float = field(default=0.0, init=False, repr=False)

    def admits(self, environ: Mapping[str, object]) -> bool:
        """Whether one more form may be sent by whoever made this WSGI request; it counts if so."""
        network = network_of(self._sender(environ))
        if network is None:
            return True
        cost = self.dice() / A_SECOND
        now = self.clock()
        if now >= self._until or len(self._full) >= KEPT_NETWORKS:
            self._forget(now)
        # No lock: of two threads at the same instant at worst one Send is not counted.
        name = blake2b(network, digest_size=16, key=self._key).digest()
        full = max(self._full.get(name, now), now)  # when all that was taken will be there again
        if full > now + (BURST - 1) / A_SECOND:
            return False
        self._full[name] = full + cost
        return True

    def _forget(self, now: float) -> None:
        self._key, self._full, self._until = secrets.token_bytes(32), {}, now + KEPT_SECONDS

    def _sender(self, environ: Mapping[str, object]) -> str:
        """The sender's address. Of X-Forwarded-For only the last hop was written by our own proxy."""
        claimed = str(environ.get("HTTP_X_FORWARDED_FOR", "")) if self.behind_proxy else ""
        return claimed.rpartition(",")[2].strip() or str(environ.get("REMOTE_ADDR", ""))


def network_of(address: str) -> bytes | None:
    """The /24 or /64 of an address, with a port or without; None for this very machine.

    All that is no address is one network: else a proxy that writes it otherwise would switch the limit off.
    """
    bare = _bare(address)
    try:
        packed = socket.inet_pton(socket.AF_INET6 if ":" in bare else socket.AF_INET, bare)
    except (OSError, ValueError):
        return b""
    if packed.startswith(_V4_IN_V6):
        packed = packed[len(_V4_IN_V6) :]
    if len(packed) == 4:
        return None if packed[0] == 127 else packed[:3]
    return None if packed == bytes(15) + b"\1" else packed[:8]


def _bare(address: str) -> str:
    """Without brackets, port and zone: "[2001:db8::1%2]:4711" -> "2001:db8::1"."""
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    return address.partition("%")[0]
