"""`yourvoice-admin keys`: the key ring from the command line. Prints no secret but the paper key, once."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from admin.keyfiles import CHOICES, KeyRingError
from admin.keys import KeyRing
from admin.letters import destroy
from admin.passphrases import Cost, PassphraseError, first_line
from admin.settings import read_settings
from admin.unsealing import unlock, unlock_with_paper
from admin.wrapping import KEY_COST
from survey_app.files import in_words
from survey_app.hosting.command import Subparsers
from survey_app.hosting.settings import SettingsError
from survey_app.sealing import PURPOSES, SealingError, read_bundle

Action = Callable[[argparse.Namespace, KeyRing], None]


def add_keys_parser(subparsers: Subparsers) -> None:
    """Add `yourvoice-admin keys`; its `run(arguments)` returns 0, or 1 after a sentence on stderr."""
    about = "make and publish keys"
    parser = subparsers.add_parser("keys", help=about, description=about)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    holder = _action(actions, "holder", _holder, "make a key holder with a passphrase")
    holder.add_argument("name", metavar="NAME", help="for example maria.lopez")
    holder.add_argument(
        "--memory",
        type=int,
        metavar="MIB",
        default=KEY_COST.memory // 1024,
        help="the memory that one guess of the passphrase costs (%(default)s MiB)",
    )
    limit = _action(actions, "limit", _limit, "let a key holder open less than before")
    limit.add_argument("name", metavar="NAME", help="the key holder")
    for action in (holder, limit):
        action.add_argument("--for", choices=CHOICES, required=True, help="what the holder may open")
    share = _action(actions, "share", _share, "let one more holder open what you can open")
    share.add_argument("name", metavar="NAME", help="who shall be able to open it")
    whose = share.add_mutually_exclusive_group(required=True)
    whose.add_argument("--holder", metavar="NAME", help="your own name as a key holder")
    whose.add_argument("--paper", action="store_true", help="use the paper key instead; it is asked for")
    for action in (holder, share):
        action.add_argument("--passphrase-file", type=Path, metavar="FILE", help="its first line is used")
    _action(actions, "recovery", _recovery, "print the paper key, once")
    _add_epoch_actions(actions)
    bundle = _action(actions, "bundle", _bundle, "write the public halves, for the public host")
    bundle.add_argument("--out", type=Path, metavar="FILE", required=True, help="its keys.json")
    _action(actions, "list", _list, "holders and epochs")
    check = _action(actions, "check", _check, "what is wrong or soon will be")
    check.add_argument("--bundle", type=Path, metavar="FILE", help="compare with the public host's keys.json")


def _add_epoch_actions(actions: Subparsers) -> None:
    epoch = _action(actions, "epoch", _epoch, "make the key of a new epoch")
    shred = _action(actions, "shred", _shred, "destroy an epoch's private half for good")
    for action in (epoch, shred):
        action.add_argument("purpose", choices=PURPOSES, help="what it seals")
        action.add_argument("epoch", metavar="EPOCH", help="a wave's id for answers, a month for contact")
    for flag, about in (("--from", "the first day on which it seals"), ("--until", "the last one")):
        epoch.add_argument(flag, type=_day, metavar="YYYY-MM-DD", required=True, help=about)
    shred.add_argument("--yes", action="store_true", help="do not ask")


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{written}" is not a day; write it like 2027-03-01') from None


def _action(actions: Subparsers, name: str, act: Action, about: str) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=about, description=about)
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="the data folder (YOURVOICE_DATA)")
    parser.set_defaults(run=_run, act=act)
    return parser


def _run(arguments: argparse.Namespace) -> int:
    """Run the action; what it refuses becomes one sentence and status 1."""
    try:
        flags = {"YOURVOICE_DATA": str(arguments.data)} if arguments.data else {}
        settings = read_settings({**os.environ, **flags})
        arguments.act(arguments, KeyRing(settings.data / "staff" / "keys"))
    except (KeyRingError, PassphraseError, SealingError, SettingsError, OSError) as error:
        sys.stderr.write(f"{in_words(error)}\n")
        return 1
    return 0


def _holder(arguments: argparse.Namespace, ring: KeyRing) -> None:
    cost = Cost(arguments.memory * 1024, KEY_COST.passes, KEY_COST.lanes)
    purposes = CHOICES[getattr(arguments, "for")]
    holder = ring.add_holder(arguments.name, new_passphrase(arguments.passphrase_file), cost, purposes)
    sys.stdout.write(
        f"{holder.name} is a key holder for {' and '.join(purposes)}. "
        f"Such epochs made from now on can be opened by {holder.name}.\n"
    )
    if len(purposes) > 1:
        sys.stdout.write("Whoever opens both may learn whose answers are whose: two holders are better.\n")


def _limit(arguments: argparse.Namespace, ring: KeyRing) -> None:
    purposes = CHOICES[getattr(arguments, "for")]
    lost = ring.limit(arguments.name, purposes)
    sys.stdout.write(
        f"{arguments.name} is a key holder for {' and '.join(purposes)} and opens {lost} epochs less. "
        "A copy of the key ring from before still opens them: destroy it.\n"
    )


def _share(arguments: argparse.Namespace, ring: KeyRing) -> None:
    if arguments.paper:
        file = arguments.passphrase_file
        asked = "Paper key, all in one line: "
        typed = file.read_text("utf-8", "replace") if file else getpass.getpass(asked)
        opener = unlock_with_paper(ring, typed)
    else:
        opener = unlock(ring, arguments.holder, ask_passphrase(arguments.passphrase_file))
    sys.stdout.write(f"{arguments.name} can now open {ring.share(opener, arguments.name)} epochs.\n")


def _recovery(_: argparse.Namespace, ring: KeyRing) -> None:
    sys.stdout.write(
        "Print this or write it down, and lock it away: answers and contact, it opens everything. "
        "It is shown only now.\n\n"
        f"{ring.make_recovery()}\n\n"
    )


def _epoch(arguments: argparse.Namespace, ring: KeyRing) -> None:
    key = ring.new_epoch(arguments.purpose, arguments.epoch, getattr(arguments, "from"), arguments.until)
    sys.stdout.write(
        f"The {key.purpose} key {key.epoch} seals from {key.not_before} to {key.not_after}. "
        "Publish it: yourvoice-admin keys bundle --out keys.json.\n"
    )


def _shred(arguments: argparse.Namespace, ring: KeyRing) -> None:
    named = f"{arguments.purpose} {arguments.epoch}"
    warning = (
        f"Nothing that was sealed for {named} can be opened any more, by anybody. Type {named} to go on: "
    )
    if not arguments.yes and input(warning) != named:
        raise KeyRingError("Nothing was destroyed.")
    keys = [epoch.key for epoch in ring.epochs() if f"{epoch.key.purpose} {epoch.key.epoch}" == named]
    ring.shred(arguments.purpose, arguments.epoch)
    letters = sum(destroy(ring.folder.parent / "letters", key.key_id) for key in keys)
    sys.stdout.write(
        f"{named} is destroyed here, and {letters} letters that only it opened. "
        "Do the same with every copy of this key ring.\n"
    )


def _bundle(arguments: argparse.Namespace, ring: KeyRing) -> None:
    if not ring.epochs():
        raise KeyRingError("There is no epoch yet. Make one: yourvoice-admin keys epoch.")
    bundle = ring.publish_bundle(arguments.out)
    sys.stdout.write(f"{len(bundle.keys)} public keys. Fingerprint: {bundle.fingerprint}\n")


def _list(_: argparse.Namespace, ring: KeyRing) -> None:
    for holder in ring.holders():
        sys.stdout.write(f"Key holder {holder.name}, for {' and '.join(holder.opens)}\n")
    for epoch in ring.epochs():
        key, names = epoch.key, ", ".join(sorted(epoch.sealed_to))
        sys.stdout.write(
            f"{key.purpose} {key.epoch}, {key.not_before} to {key.not_after}, opened by {names}\n"
        )
    sys.stdout.write(f"Fingerprint of the public halves: {ring.bundle().fingerprint}\n")


def _check(arguments: argparse.Namespace, ring: KeyRing) -> None:
    faults = list(ring.faults(datetime.now(UTC).date()))
    if arguments.bundle and read_bundle(arguments.bundle).fingerprint != ring.bundle().fingerprint:
        faults.append(f"{arguments.bundle.name} is not this ring's: publish it again.")
    if faults:
        raise KeyRingError("\n".join(faults))
    sys.stdout.write("The key ring is in order.\n")


def ask_passphrase(file: Path | None, prompt: str = "Passphrase: ") -> str:
    """A secret from the file's first line, else typed."""
    if file is None:
        return getpass.getpass(prompt)
    return first_line(file)


def new_passphrase(file: Path | None) -> str:
    """A passphrase that is new, so it is typed twice. Raises KeyRingError if the two differ."""
    first = ask_passphrase(file, "New passphrase (15 characters or more): ")
    if file is None and ask_passphrase(None, "Once more: ") != first:
        raise KeyRingError("The two passphrases differ. Nothing was made.")
    return first
