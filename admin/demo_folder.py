"""Furnishes the demo's throw-away folder: the plan, keys and sign-ins of a county that does not exist.

Its keys are cheap to guess so that the demo starts quickly. Never use this folder, or any part of it, for
real answers.
"""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import msgspec

from admin import tables
from admin.accounts import Accounts
from admin.keys import KeyRing
from admin.passphrases import Cost
from admin.snapshot_cli import TRANSLATIONS, frozen
from survey_app.files import make_private_folder, write_durably
from survey_app.instrument.model import HelpResource
from survey_app.instrument.snapshot import Snapshot, save
from survey_app.roles import Role
from survey_app.sealing import PURPOSES
from survey_app.site import Box, Site, Unit, Wave

INSTRUMENT = Path(__file__).parents[1] / "instruments" / "youth_probation_services.json"

CHEAP = Cost(memory=8 * 1024, passes=1, lanes=1)
UNITS = tuple(Unit(id=name.lower(), title=name) for name in ("Northside", "Harbor", "Valley"))
SEASONS = ("winter", "spring", "summer", "fall")
DAYS_LEFT = timedelta(days=60)
RARELY = 604_800
HOLDER, DESK = "demo", Role.SUPERVISOR.value
"""Who opens answers, unattended, and who opens notes at the desk: the supervisor's key has the same name."""


@dataclass(frozen=True)
class County:
    """What the demo knows about its county. `sign_ins`: each role's passphrase, its name being the role;
    `passphrase` and `desk_passphrase`: those of the key holders for answers and for notes; `seconds`: how
    often boxes leave once the demo is open to visitors."""

    data: Path
    snapshot: Snapshot
    today: date
    seconds: int
    sign_ins: dict[Role, str]
    passphrase: str
    desk_passphrase: str

    @property
    def credential(self) -> Path:
        """The file with the passphrase of the holder for answers, for servers that nobody attends."""
        return self.data / "staff" / "credential"


def furnish(data: Path, today: date, seconds: int) -> County:
    """Fill an empty folder; the plan is the one for filling the boxes, see `plan`."""
    snapshot = frozen(INSTRUMENT, TRANSLATIONS)
    sign_ins = {role: invent_passphrase() for role in Role}
    county = County(data, snapshot, today, seconds, sign_ins, invent_passphrase(), invent_passphrase())
    make_private_folder(data)
    save(snapshot, data / "snapshots")
    write_plan(county, filling=True)
    ring = KeyRing(data / "staff" / "keys")
    ring.add_holder(HOLDER, county.passphrase, CHEAP, ("answers",))
    ring.add_holder(DESK, county.desk_passphrase, CHEAP, ("contact",))
    ring.make_recovery()
    for purpose in PURPOSES:
        ring.new_epoch(purpose, "demo", today - timedelta(days=1), today + DAYS_LEFT)
    make_private_folder(data / "public")
    ring.publish_bundle(data / "public" / "keys.json")
    write_durably(county.credential, f"{county.passphrase}\n".encode())
    accounts = Accounts(tables.open_store(data / "staff" / "accounts.db"), cost=CHEAP)
    for role, passphrase in county.sign_ins.items():
        accounts.add(role.value, role, passphrase)
    return county


def write_plan(county: County, filling: bool) -> Site:
    """Write site.json anew; -> what it says."""
    site = plan(county.snapshot, county.today, filling, county.seconds)
    write_durably(county.data / "site.json", msgspec.json.encode(site))
    return site


def carry_said(data: Path) -> None:
    """Carry what was published to the public side, as an operator does; what was withdrawn goes there too."""
    published, shown = data / "staff" / "said", make_private_folder(data / "said")
    files = {path.name: path.read_bytes() for path in published.glob("*.json")}
    for path in shown.glob("*.json"):
        if path.name not in files:
            path.unlink()
    for name, content in files.items():
        if not (shown / name).exists() or (shown / name).read_bytes() != content:
            write_durably(shown / name, content)


def invent_passphrase() -> str:
    """Sixteen hex digits in groups of four."""
    return "-".join(secrets.token_hex(2) for _ in range(4))


def plan(snapshot: Snapshot, today: date, filling: bool, seconds: int) -> Site:
    """The county's plan. While the demo is `filling` its boxes, both waves take answers and nothing leaves by
    itself; afterwards the earlier wave is over and boxes leave every `seconds`."""
    over = today + timedelta(days=1) if filling else today - timedelta(days=30)
    waves = (
        _wave(snapshot, today - timedelta(days=120), over),
        _wave(snapshot, today - timedelta(days=14), today + DAYS_LEFT),
    )
    return Site(
        jurisdiction="Demo County",
        default_box=waves[1].boxes[0].id,
        handover_seconds=RARELY if filling else seconds,
        county_help=HelpResource(
            id="county",
            name={"en": "Demo County line (not real)", "es": "Línea de Demo County (no es real)"},
            kind="county",
            phone="555-0100",
            always_shown=True,
            verified_on=today,
        ),
        units=UNITS,
        waves=waves,
    )


def _wave(snapshot: Snapshot, opens: date, closes: date) -> Wave:
    """A wave named after the season in which it opens."""
    season = SEASONS[opens.month % 12 // 3]
    # December belongs to the winter of the year that follows.
    year = opens.year + (opens.month == 12)
    boxes = tuple(Box(id=f"{unit.id}-{season}-{year}", unit=unit.id) for unit in UNITS)
    name = f"{season}-{year}"
    title = f"{season.capitalize()} {year}"
    return Wave(id=name, title=title, opens=opens, closes=closes, snapshot=snapshot.hash, boxes=boxes)
