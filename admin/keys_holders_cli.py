"""`yourvoice-admin keys`: who holds keys. No passphrase is printed or taken from the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from admin import tables
from admin.accounts import Accounts
from admin.keyfiles import CHOICES, KeyRingError
from admin.keys_room import KeyRoom, add_action, ask_paper, ask_passphrase, new_passphrase
from admin.passphrases import Cost
from admin.settings import Settings
from admin.wrapping import KEY_COST
from survey_app.hosting.command import Subparsers
from survey_app.roles import MAY_OPEN, Role
from survey_app.sealing import Purpose


def add_holder_actions(actions: Subparsers) -> None:
    """Add what makes, changes and takes away key holders."""
    holder = add_action(actions, "holder", _holder, "make a key holder with a passphrase")
    holder.add_argument("name", metavar="NAME", help="for example maria.lopez; like the person's account")
    limit = add_action(actions, "limit", _limit, "let a key holder open less than before")
    renew = add_action(
        actions, "passphrase", _passphrase, "set a holder's new passphrase; the old one is asked"
    )
    revoke = add_action(actions, "revoke", _revoke, "take a holder out of the ring")
    for action in (limit, renew, revoke):
        action.add_argument("name", metavar="NAME", help="the key holder")
    for action in (holder, limit):
        action.add_argument("--for", choices=CHOICES, required=True, help="what the holder may open")
    for action in (holder, renew):
        action.add_argument(
            "--memory",
            type=int,
            metavar="MIB",
            default=KEY_COST.memory // 1024,
            help="the memory that one guess of the passphrase costs (%(default)s MiB)",
        )
    share = add_action(actions, "share", _share, "let one more holder open what you can open")
    share.add_argument("name", metavar="NAME", help="who shall be able to open it")
    whose = share.add_mutually_exclusive_group(required=True)
    whose.add_argument("--holder", metavar="NAME", help="your own name as a key holder")
    whose.add_argument("--paper", action="store_true", help="use the paper key instead; it is asked for")
    for action in (holder, share, renew):
        action.add_argument("--passphrase-file", type=Path, metavar="FILE", help="its first line is used")
    renew.add_argument("--new-passphrase-file", type=Path, metavar="FILE", help="the new one, likewise")


def forbidden(settings: Settings, name: str, purposes: tuple[Purpose, ...]) -> Role | None:
    """The role of the account of that name, where its holder must not be for these purposes; else None."""
    if not settings.accounts.exists():
        return None
    accounts = Accounts(tables.open_store(settings.accounts), cost=Cost(8, 1, 1)).everyone()
    roles = [account.role for account in accounts if account.name == name]
    return next((role for role in roles if not set(purposes) <= MAY_OPEN[role]), None)


def _holder(arguments: argparse.Namespace, room: KeyRoom) -> None:
    purposes = CHOICES[getattr(arguments, "for")]
    role = forbidden(room.settings, arguments.name, purposes)
    if role is not None:
        may = " and ".join(sorted(MAY_OPEN[role])) or "nothing"
        raise KeyRingError(
            f"{arguments.name} signs in as {role.value}; a key holder of that name may open {may}. "
            "Nobody shall hold both: name somebody else."
        )
    cost = _cost(arguments)
    passphrase = new_passphrase(arguments.passphrase_file)
    room.ring.check_new(arguments.name, passphrase, cost)
    room.note("key_holder_added", holder=arguments.name, purposes=" ".join(purposes))
    holder = room.ring.add_holder(arguments.name, passphrase, cost, purposes)
    sys.stdout.write(
        f"{holder.name} is a key holder for {' and '.join(purposes)}. "
        f"Such epochs made from now on can be opened by {holder.name}.\n"
    )
    if len(purposes) > 1:
        sys.stdout.write("Whoever opens both may learn whose answers are whose: two holders are better.\n")


def _limit(arguments: argparse.Namespace, room: KeyRoom) -> None:
    purposes = CHOICES[getattr(arguments, "for")]
    room.ring.holder(arguments.name)
    room.note("key_holder_limited", holder=arguments.name, purposes=" ".join(purposes))
    lost = room.ring.limit(arguments.name, purposes)
    sys.stdout.write(
        f"{arguments.name} is a key holder for {' and '.join(purposes)} and opens {lost} epochs less. "
        "A copy of the key ring from before still opens them: destroy it.\n"
    )


def _passphrase(arguments: argparse.Namespace, room: KeyRoom) -> None:
    name = room.ring.holder(arguments.name).name
    old = ask_passphrase(arguments.passphrase_file, "The passphrase so far: ")
    new = new_passphrase(arguments.new_passphrase_file)
    if new == old:
        raise KeyRingError("The new passphrase is the old one. Nothing was changed.")
    room.note("key_passphrase_changing", holder=name)
    try:
        room.ring.rewrap(name, old, new, _cost(arguments))
    except KeyRingError:
        room.note("unsealing_refused", holder=name)
        raise
    sys.stdout.write(
        f"{name} has a new passphrase. A copy of the key ring from before still opens with the old one, "
        "and what it opens is the same: destroy such copies, or, if somebody else knows the old passphrase, "
        f"take this holder out (yourvoice-admin keys revoke {name}) and make a new one.\n"
    )


def _revoke(arguments: argparse.Namespace, room: KeyRoom) -> None:
    name = arguments.name
    room.ring.check_revocable(name)
    room.note("key_holder_revoked", holder=name)
    lost = room.ring.revoke(name)
    sys.stdout.write(
        f"{name} is no key holder any more, and {lost} epochs here can no longer be opened by {name}.\n"
        f"A copy of the key ring from before still opens all that is sealed for those epochs, with {name}'s "
        "passphrase: destroy such copies. What comes in from now on stays closed to them only with new "
        "epochs:\n"
        "  yourvoice-admin keys months --from YYYY-MM --count 12 --again     (for contact)\n"
        "  yourvoice-admin keys epoch answers NAME --from DAY --until DAY    (for answers)\n"
        "then yourvoice-admin keys bundle, and the new keys.json to the public host.\n"
    )


def _share(arguments: argparse.Namespace, room: KeyRoom) -> None:
    ring, file = room.ring, arguments.passphrase_file
    ring.holder(arguments.name)
    if arguments.paper:
        opener = room.unlocked_with_paper(ask_paper(file))
    else:
        opener = room.unlocked(ring.holder(arguments.holder).name, ask_passphrase(file))
    room.note("keys_shared", holder=arguments.holder or "paper", to=arguments.name)
    sys.stdout.write(f"{arguments.name} can now open {ring.share(opener, arguments.name)} epochs.\n")


def _cost(arguments: argparse.Namespace) -> Cost:
    return Cost(arguments.memory * 1024, KEY_COST.passes, KEY_COST.lanes)
