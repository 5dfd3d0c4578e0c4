"""What the public server was told by its environment and flags, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from survey_app.hosting.settings import Place, Side, is_on, read_place

PUBLIC = Side("server", "", 8000)
TRANSLATIONS = Path(__file__).parent.parent / "translations"


@dataclass(frozen=True, kw_only=True)
class Settings(Place):
    """The public server's settings. `intake` is the SQLAlchemy URL of the sealed tables.

    `behind_proxy` says that young people reach it through a proxy, which tells from where they come.
    """

    intake: str
    behind_proxy: bool = False
    translations: Path = TRANSLATIONS

    @property
    def keys(self) -> Path:
        """The bundle of public keys."""
        return self.data / "public" / "keys.json"

    @property
    def said(self) -> Path:
        """What staff published about what was done."""
        return self.data / "said"


def read_settings(env: Mapping[str, str]) -> Settings:
    """Settings from YOURVOICE_* variables; raises SettingsError that names everything to mend at once."""
    place = read_place(env, PUBLIC)
    return Settings(
        **vars(place),
        intake=env.get("YOURVOICE_INTAKE") or f"sqlite:///{place.data / 'public' / 'intake.db'}",
        behind_proxy=is_on(env.get("YOURVOICE_PROXY", "")),
        translations=Path(env.get("YOURVOICE_TRANSLATIONS") or TRANSLATIONS),
    )
