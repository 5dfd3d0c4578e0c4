"""What a server was told by its environment and flags about where it stands, checked together.

It opens nothing and falls back to nothing unsafe: a setting that would spill answers is refused.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

UNSAFE = (
    "FLASK_DEBUG", "YOURVOICE_DEBUG", "YOURVOICE_SQL_ECHO",
    "PYTHONDEVMODE", "PYTHONFAULTHANDLER", "PYTHONINSPECT",
)  # fmt: skip
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")


class SettingsError(Exception):
    """Settings are missing or unsafe; the text names every one of them."""


class Side(NamedTuple):
    """What a side calls itself, what stands in its variables after YOURVOICE_, and its usual port."""

    name: str
    part: str
    port: int


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a server stands.

    `hosts` are the names it answers to; `tls` says that browsers reach it by https only.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 0
    hosts: tuple[str, ...] = LOCAL_HOSTS
    tls: bool = False

    @property
    def snapshots(self) -> Path:
        """The folder of frozen instruments."""
        return self.data / "snapshots"

    @property
    def site(self) -> Path:
        """The jurisdiction's plan."""
        return self.data / "site.json"

    @property
    def address(self) -> str:
        """The host as an address writes it: IPv6 in brackets."""
        return f"[{self.host}]" if ":" in self.host else self.host


def read_place(env: Mapping[str, str], side: Side) -> Place:
    """The place from the side's variables; raises SettingsError that names everything to mend at once."""
    faults = list(_faults(env, side))
    if faults:
        raise SettingsError(f"The {side.name} does not start: " + "; ".join(faults) + ".")
    return Place(
        data=Path(env["YOURVOICE_DATA"]),
        host=_host(env, side),
        port=int(env.get(f"YOURVOICE_{side.part}PORT") or side.port),
        hosts=(*_names(env, side), *LOCAL_HOSTS),
        tls=is_on(env.get(f"YOURVOICE_{side.part}TLS", "")),
    )


def _faults(env: Mapping[str, str], side: Side) -> Iterator[str]:
    for name in UNSAFE:
        if is_on(env.get(name, "")):
            yield f"{name} is on, and it could show what nobody should see; unset it"
    if not env.get("YOURVOICE_DATA"):
        yield "YOURVOICE_DATA is missing: the data folder (or say --data FOLDER)"
    port = env.get(f"YOURVOICE_{side.part}PORT") or "0"
    if not port.isascii() or not port.isdecimal() or int(port) > 65535:
        yield f'YOURVOICE_{side.part}PORT is "{port}"; write a number up to 65535'
    if not _is_local(_host(env, side)) and not _names(env, side):
        yield f"YOURVOICE_{side.part}HOSTS is missing: the names this server answers to, with commas between"


def _host(env: Mapping[str, str], side: Side) -> str:
    return env.get(f"YOURVOICE_{side.part}HOST") or "127.0.0.1"


def _names(env: Mapping[str, str], side: Side) -> tuple[str, ...]:
    names = env.get(f"YOURVOICE_{side.part}HOSTS", "").split(",")
    return tuple(name.strip() for name in names if name.strip())


def is_on(value: str) -> bool:
    """Whether a switch is on: anything but nothing, 0, false, no and off."""
    return value.strip().lower() not in ("", "0", "false", "no", "off")


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
