"""What the public server was told by its environment and flags, read once and checked together.

It opens nothing and falls back to nothing unsafe: a setting that would spill answers is refused.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

UNSAFE = ("FLASK_DEBUG", "YOURVOICE_DEBUG", "YOURVOICE_SQL_ECHO", "PYTHONINSPECT", "PYTHONFAULTHANDLER")
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
TRANSLATIONS = Path(__file__).parent.parent / "translations"


class SettingsError(Exception):
    """Settings are missing or unsafe; the text names every one of them."""


@dataclass(frozen=True)
class Settings:
    """The public server's settings.

    `hosts` are the names it answers to; `tls` says that the outside world reaches it by https only;
    `intake` is the SQLAlchemy URL of the sealed tables.
    """

    data: Path
    intake: str
    host: str = "127.0.0.1"
    port: int = 8000
    hosts: tuple[str, ...] = LOCAL_HOSTS
    tls: bool = False
    translations: Path = TRANSLATIONS

    @property
    def keys(self) -> Path:
        """The bundle of public keys."""
        return self.data / "public" / "keys.json"

    @property
    def snapshots(self) -> Path:
        """The folder of frozen instruments."""
        return self.data / "snapshots"

    @property
    def site(self) -> Path:
        """The jurisdiction's plan."""
        return self.data / "site.json"


def read_settings(env: Mapping[str, str]) -> Settings:
    """Settings from YOURVOICE_* variables; raises SettingsError that names everything to mend at once."""
    faults = list(_faults(env))
    if faults:
        raise SettingsError("The server does not start: " + "; ".join(faults) + ".")
    data = Path(env["YOURVOICE_DATA"])
    return Settings(
        data=data,
        intake=env.get("YOURVOICE_INTAKE") or f"sqlite:///{data / 'public' / 'intake.db'}",
        host=_host(env),
        port=int(env.get("YOURVOICE_PORT") or 8000),
        hosts=(*_names(env), *LOCAL_HOSTS),
        tls=_is_on(env.get("YOURVOICE_TLS", "")),
        translations=Path(env.get("YOURVOICE_TRANSLATIONS") or TRANSLATIONS),
    )


def _faults(env: Mapping[str, str]) -> Iterator[str]:
    for name in UNSAFE:
        if _is_on(env.get(name, "")):
            yield f"{name} is on, and it could show answers; unset it"
    if not env.get("YOURVOICE_DATA"):
        yield "YOURVOICE_DATA is missing: the data folder (or say --data FOLDER)"
    port = env.get("YOURVOICE_PORT") or "8000"
    if not port.isascii() or not port.isdecimal() or int(port) > 65535:
        yield f'YOURVOICE_PORT is "{port}"; write a number up to 65535'
    if not _is_local(_host(env)) and not _names(env):
        yield "YOURVOICE_HOSTS is missing: the names this server answers to, with commas between"


def _host(env: Mapping[str, str]) -> str:
    return env.get("YOURVOICE_HOST") or "127.0.0.1"


def _names(env: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name.strip() for name in env.get("YOURVOICE_HOSTS", "").split(",") if name.strip())


def _is_on(value: str) -> bool:
    return value.strip().lower() not in ("", "0", "false", "no", "off")


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
