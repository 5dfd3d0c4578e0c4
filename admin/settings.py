"""The staff server's settings, read once from a mapping, checked together. No passphrase, no key."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from admin.passphrases import STRONG, Cost

UNSAFE = ("FLASK_DEBUG", "YOURVOICE_DEBUG", "YOURVOICE_SQL_ECHO", "PYTHONINSPECT", "PYTHONFAULTHANDLER")
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")


class SettingsError(Exception):
    """Settings are missing or unsafe; the text names every one of them."""


@dataclass(frozen=True)
class Settings:
    """The staff server's settings.

    `hosts` are the names it answers to; `tls` says that browsers reach it by https only; `released` is the
    SQLAlchemy URL of the released responses; `cost` is what one passphrase guess costs.
    """

    data: Path
    released: str
    host: str = "127.0.0.1"
    port: int = 8001
    hosts: tuple[str, ...] = LOCAL_HOSTS
    tls: bool = False
    cost: Cost = STRONG

    @property
    def site(self) -> Path:
        """The jurisdiction's plan."""
        return self.data / "site.json"

    @property
    def snapshots(self) -> Path:
        """The folder of frozen instruments."""
        return self.data / "snapshots"

    @property
    def keys(self) -> Path:
        """The key ring."""
        return self.data / "staff" / "keys"

    @property
    def accounts(self) -> Path:
        """Accounts, sign-in tries and sessions."""
        return self.data / "staff" / "accounts.db"

    @property
    def trail(self) -> Path:
        """The audit trail."""
        return self.data / "staff" / "audit.jsonl"


def read_settings(env: Mapping[str, str]) -> Settings:
    """Settings from YOURVOICE_* variables; raises SettingsError that names everything to mend at once."""
    faults = list(_faults(env))
    if faults:
        raise SettingsError("The staff side does not start: " + "; ".join(faults) + ".")
    data = Path(env["YOURVOICE_DATA"])
    return Settings(
        data=data,
        released=env.get("YOURVOICE_RELEASED") or f"sqlite:///{data / 'staff' / 'released.db'}",
        host=_host(env),
        port=int(env.get("YOURVOICE_STAFF_PORT") or 8001),
        hosts=(*_names(env), *LOCAL_HOSTS),
        tls=_is_on(env.get("YOURVOICE_STAFF_TLS", "")),
    )


def _faults(env: Mapping[str, str]) -> Iterator[str]:
    for name in UNSAFE:
        if _is_on(env.get(name, "")):
            yield f"{name} is on, and it could show what nobody should see; unset it"
    if not env.get("YOURVOICE_DATA"):
        yield "YOURVOICE_DATA is missing: the data folder (or say --data FOLDER)"
    port = env.get("YOURVOICE_STAFF_PORT") or "8001"
    if not port.isascii() or not port.isdecimal() or int(port) > 65535:
        yield f'YOURVOICE_STAFF_PORT is "{port}"; write a number up to 65535'
    if not _is_local(_host(env)) and not _names(env):
        yield "YOURVOICE_STAFF_HOSTS is missing: the names this server answers to, with commas between"


def _host(env: Mapping[str, str]) -> str:
    return env.get("YOURVOICE_STAFF_HOST") or "127.0.0.1"


def _names(env: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name.strip() for name in env.get("YOURVOICE_STAFF_HOSTS", "").split(",") if name.strip())


def _is_on(value: str) -> bool:
    return value.strip().lower() not in ("", "0", "false", "no", "off")


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
