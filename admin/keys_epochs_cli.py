"""`yourvoice-admin keys`: epochs, their bundle, their end. It opens none of them."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from admin.keyfiles import KeyRingError
from admin.keys_check import bundle_faults
from admin.keys_holders_cli import forbidden
from admin.keys_months import make_months
from admin.keys_room import KeyRoom, add_action
from admin.letters import destroy
from survey_app.hosting.command import Subparsers
from survey_app.sealing import PURPOSES, read_bundle

_PUBLISH = "Publish it: yourvoice-admin keys bundle --out keys.json.\n"


def add_epoch_actions(actions: Subparsers) -> None:
    """Add what makes, publishes, lists, checks and destroys epochs."""
    epoch = add_action(actions, "epoch", _epoch, "make the key of a new epoch")
    shred = add_action(actions, "shred", _shred, "destroy an epoch's private half for good")
    for action in (epoch, shred):
        action.add_argument("purpose", choices=PURPOSES, help="what it seals")
        action.add_argument("epoch", metavar="EPOCH", help="a wave's id for answers, a month for contact")
    for flag, about in (("--from", "the first day on which it seals"), ("--until", "the last one")):
        epoch.add_argument(flag, type=_day, metavar="YYYY-MM-DD", required=True, help=about)
    shred.add_argument("--yes", action="store_true", help="do not ask")
    months = add_action(actions, "months", _months, "make the contact keys of several months ahead")
    months.add_argument("--from", type=_month, metavar="YYYY-MM", required=True, help="the first month")
    months.add_argument("--count", type=int, metavar="NUMBER", default=12, help="how many (%(default)s)")
    months.add_argument("--again", action="store_true", help="new ones also where there are some already")
    bundle = add_action(actions, "bundle", _bundle, "write the public halves, for the public host")
    bundle.add_argument("--out", type=Path, metavar="FILE", required=True, help="its keys.json")
    add_action(actions, "list", _list, "holders and epochs")
    check = add_action(actions, "check", _check, "what is wrong or soon will be")
    check.add_argument("--bundle", type=Path, metavar="FILE", help="compare with the public host's keys.json")


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{written}" is not a day; write it like 2027-03-01') from None


def _month(written: str) -> date:
    try:
        return datetime.strptime(written, "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{written}" is not a month; write it like 2027-03') from None


def _epoch(arguments: argparse.Namespace, room: KeyRoom) -> None:
    ring = room.ring
    key = ring.new_epoch(arguments.purpose, arguments.epoch, getattr(arguments, "from"), arguments.until)
    room.note("epochs_made", purpose=key.purpose, epochs=key.epoch)
    sys.stdout.write(
        f"The {key.purpose} key {key.epoch} seals from {key.not_before} to {key.not_after}. {_PUBLISH}"
    )


def _months(arguments: argparse.Namespace, room: KeyRoom) -> None:
    first, again = getattr(arguments, "from"), arguments.again
    made = make_months(room.ring, first, arguments.count, _today(), again)
    if made.there and not again:
        sys.stdout.write(f"There already, left as they are: {', '.join(made.there)}.\n")
    if not made.new:
        sys.stdout.write("Nothing was made.\n")
        return
    room.note("epochs_made", purpose="contact", epochs=f"{made.new[0]} to {made.new[-1]}")
    sys.stdout.write(f"Contact keys made: {', '.join(made.new)}. {_PUBLISH}")


def _shred(arguments: argparse.Namespace, room: KeyRoom) -> None:
    ring, named = room.ring, f"{arguments.purpose} {arguments.epoch}"
    warning = (
        f"Nothing that was sealed for {named} can be opened any more, by anybody. Type {named} to go on: "
    )
    if not arguments.yes and input(warning) != named:
        raise KeyRingError("Nothing was destroyed.")
    keys = [epoch.key for epoch in ring.epochs() if f"{epoch.key.purpose} {epoch.key.epoch}" == named]
    if keys:
        room.note("key_shredding", purpose=arguments.purpose, epoch=arguments.epoch)
    ring.shred(arguments.purpose, arguments.epoch)
    letters = sum(destroy(room.settings.letters, key.key_id) for key in keys)
    sys.stdout.write(
        f"{named} is destroyed here, and {letters} letters that only it opened. "
        "Do the same with every copy of this key ring.\n"
    )


def _bundle(arguments: argparse.Namespace, room: KeyRoom) -> None:
    if not room.ring.epochs():
        raise KeyRingError("There is no epoch yet. Make one: yourvoice-admin keys epoch.")
    bundle = room.ring.publish_bundle(arguments.out)
    room.note("keys_published", fingerprint=bundle.fingerprint)
    sys.stdout.write(f"{len(bundle.keys)} public keys. Fingerprint: {bundle.fingerprint}\n")


def _list(_: argparse.Namespace, room: KeyRoom) -> None:
    for holder in room.ring.holders():
        sys.stdout.write(f"Key holder {holder.name}, for {' and '.join(holder.opens)}\n")
    for epoch in room.ring.epochs():
        key, names = epoch.key, ", ".join(sorted(epoch.sealed_to))
        sys.stdout.write(
            f"{key.purpose} {key.epoch}, {key.not_before} to {key.not_after}, opened by {names}\n"
        )
    bundle = room.ring.published()
    if bundle is None:
        sys.stdout.write(f"Fingerprint of the public halves: {room.ring.bundle().fingerprint}\n")
    else:
        sys.stdout.write(f"Fingerprint of the bundle that was last written: {bundle.fingerprint}\n")


def _check(arguments: argparse.Namespace, room: KeyRoom) -> None:
    ring, today = room.ring, _today()
    faults = list(ring.faults(today))
    for holder in ring.holders():
        role = forbidden(room.settings, holder.name, holder.opens)
        if role is not None:
            faults.append(
                f"{holder.name} signs in as {role.value} and is a key holder for "
                f"{' and '.join(holder.opens)}: nobody shall hold both."
            )
    if arguments.bundle:
        differences = list(bundle_faults(ring, read_bundle(arguments.bundle), today))
        if differences:
            faults.append(f"{arguments.bundle.name} is not this ring's: publish it again.")
        faults += differences
    if faults:
        raise KeyRingError("\n".join(faults))
    sys.stdout.write("The key ring is in order.\n")


def _today() -> date:
    return datetime.now(UTC).date()
