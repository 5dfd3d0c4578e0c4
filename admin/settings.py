"""The staff server's settings, read once from a mapping. No passphrase, no key."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from admin.passphrases import STRONG, Cost
from survey_app.hosting.settings import Place, Side, read_place

STAFF = Side("staff side", "STAFF_", 8001)


@dataclass(frozen=True, kw_only=True)
class Settings(Place):
    """The staff server's settings.

    `released` is the SQLAlchemy URL of the released responses; `cost` is what one passphrase guess costs.
    """

    released: str
    cost: Cost = STRONG

    @property
    def keys(self) -> Path:
        """The key ring."""
        return self.data / "staff" / "keys"

    @property
    def cards(self) -> Path:
        """The keys that hash the codes of cards."""
        return self.data / "staff" / "cards"

    @property
    def accounts(self) -> Path:
        """Accounts, sign-in tries and sessions."""
        return self.data / "staff" / "accounts.db"

    @property
    def trail(self) -> Path:
        """The audit trail."""
        return self.data / "staff" / "audit.jsonl"

    @property
    def letters(self) -> Path:
        """The sealed letters of those who ask to be contacted."""
        return self.data / "staff" / "letters"

    @property
    def desk(self) -> Path:
        """What is known of requests without opening them."""
        return self.data / "staff" / "desk.db"

    @property
    def desk_plan(self) -> Path:
        """The desk's own settings."""
        return self.data / "staff" / "desk.json"

    @property
    def rounds(self) -> Path:
        """What the desk's rounds found last."""
        return self.data / "staff" / "rounds.json"

    @property
    def told(self) -> Path:
        """Of which requests staff were told."""
        return self.data / "staff" / "told.json"

    @property
    def row_files(self) -> Path:
        """What each wave's row file rests on, and row files until they are carried away."""
        return self.data / "staff" / "exports"

    @property
    def translations(self) -> Path:
        """The catalogs of what young people read."""
        return Path(__file__).parents[1] / "translations"

    @property
    def said(self) -> Path:
        """What was published about what was done, to be carried to the public host."""
        return self.data / "staff" / "said"

    @property
    def said_drafts(self) -> Path:
        """The same while it is being written."""
        return self.data / "staff" / "said.db"

    @property
    def tokens(self) -> Path:
        """The hashes of programs' tokens."""
        return self.data / "staff" / "api" / "tokens.json"

    @property
    def strangers(self) -> Path:
        """The last sign-in tries under names that nobody has."""
        return self.data / "staff" / "strangers.jsonl"


def read_settings(env: Mapping[str, str]) -> Settings:
    """Settings from YOURVOICE_* variables; raises SettingsError that names everything to mend at once."""
    place = read_place(env, STAFF)
    released = env.get("YOURVOICE_RELEASED") or f"sqlite:///{place.data / 'staff' / 'released.db'}"
    return Settings(**vars(place), released=released)
